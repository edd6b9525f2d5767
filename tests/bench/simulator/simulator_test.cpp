/// The simulated Meta from the inside: checks of bodies, error shapes, scripted outcomes, limits,
/// ids, signatures, and the truth file.

#include "adapters/process/temporary_folder.hpp"
#include "bench/simulator/ground_truth.hpp"
#include "bench/simulator/meta/limits.hpp"
#include "bench/simulator/meta/meta_errors.hpp"
#include "bench/simulator/meta/send_request.hpp"
#include "bench/simulator/meta/wamid.hpp"
#include "bench/simulator/scripted_outcome.hpp"
#include "bench/simulator/webhooks/timer_kind.hpp"
#include "bench/simulator/webhooks/timer_wheel.hpp"
#include "bench/simulator/webhooks/webhook_body.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>

using namespace stentor::load;
using nlohmann::json;

namespace {

json good_body() {
  return json::parse(
      R"({"messaging_product":"whatsapp","to":"+49 (151) 1234-5678","type":"template",
    "template":{"name":"tour_package_marketing","language":{"code":"en_US"},"components":[
      {"type":"body","parameters":[{"type":"text","text":"Ana"},{"type":"text","text":"Lisbon"}]},
      {"type":"button","sub_type":"url","index":"0","parameters":[{"type":"text","text":"lisbon"}]}]},
    "biz_opaque_callback_data":"v1:2s:1z4:0:00"})");
}

int error_of_body(const json& body) {
  static const auto templates = *template_catalog::load("");
  static send_reader reader;
  auto text = body.is_string() ? body.get<std::string>() : body.dump();
  return reader.read(text, templates, true).error;
}

} // namespace

TEST(send_request, reads_what_the_outcome_needs) {
  const auto templates = *template_catalog::load("");
  send_reader reader;
  auto text = good_body().dump();
  const auto request = reader.read(text, templates, true);
  EXPECT_EQ(request.error, 0) << request.details;
  EXPECT_EQ(request.person, 4915112345678U);
  EXPECT_EQ(request.callback_data, "v1:2s:1z4:0:00");
  ASSERT_NE(request.tpl, nullptr);
  EXPECT_EQ(request.tpl->pricing, "marketing");
}

TEST(send_request, refuses_as_meta_does) {
  struct row {
    const char* change; ///< a merge patch (RFC 7396)
    int code;
  };
  const row table[] = {
      {R"({})", 0},
      {R"({"messaging_product":null})", 100},
      {R"({"messaging_product":"sms"})", 100},
      {R"({"to":null})", 100},
      {R"({"to":null,"recipient":"US.13491208655302741918"})", 0},
      {R"({"to":"nobody"})", 131009},
      {R"({"to":"+12"})", 131009},
      {R"({"to":42})", 100},
      {R"({"type":null})", 131008},
      {R"({"template":null})", 131008},
      {R"({"template":{"name":"unheard_of"}})", 132001},
      {R"({"template":{"language":{"code":"en"}}})", 132001},
      {R"({"template":{"name":"paused_promotion"}})", 132015},
      {R"({"template":{"components":[]}})", 132000},
      {R"({"template":{"components":null}})", 132000},
      {R"({"template":{"name":"hello_world"}})", 132000},
      {R"({"template":{"name":"hello_world","components":null}})", 0},
      {R"({"template":{"name":"order_update"}})", 132000},
      {R"({"template":{"name":"order_update","components":[{"type":"body","parameters":[
          {"type":"text","text":"a"},{"type":"text","text":"b"}]}]}})",
       100},
      {R"({"template":{"name":"order_update","components":[{"type":"body","parameters":[
          {"type":"text","parameter_name":"first_name","text":"a"},{"type":"text","parameter_name":"wrong","text":"b"}]}]}})",
       132012},
      {R"({"template":{"name":"order_update","components":[{"type":"body","parameters":[
          {"type":"text","parameter_name":"first_name","text":"a"},{"type":"text","parameter_name":"order_id","text":"b"}]}]}})",
       0},
      {R"({"type":"text","template":null,"text":{"body":"Hello"}})", 0},
  };
  for (const auto& each : table) {
    auto body = good_body();
    body.merge_patch(json::parse(each.change));
    EXPECT_EQ(error_of_body(body), each.code) << each.change;
  }
  auto long_data = good_body();
  long_data["biz_opaque_callback_data"] = std::string(513, 'x');
  EXPECT_EQ(error_of_body(long_data), 100);
  long_data["biz_opaque_callback_data"] = std::string(512, 'x');
  EXPECT_EQ(error_of_body(long_data), 0);
}

TEST(send_request, malformed_json_is_an_error_and_no_crash) {
  for (const char* text :
       {"", "{", "[]", "null", "42", "\"x\"", "{\"to\":}", "{\"to\":\"1\",}", "\xff\xfe",
        "{\"template\":{\"components\":[[[[", "{\"template\":\"x\"}"})
    EXPECT_EQ(error_of_body(json::string_t{text}), 100) << text;
}

TEST(errors, have_metas_shape) {
  std::string text;
  append_error_body(text, error_of(130429), {}, 77);
  const auto body = json::parse(text);
  EXPECT_EQ(body["error"]["code"], 130429);
  EXPECT_EQ(body["error"]["message"], "(#130429) Rate limit hit");
  EXPECT_EQ(body["error"]["type"], "OAuthException");
  EXPECT_EQ(body["error"]["error_data"]["messaging_product"], "whatsapp");
  EXPECT_EQ(body["error"]["error_data"]["details"],
            "Cloud API message throughput has been reached.");
  EXPECT_TRUE(body["error"]["fbtrace_id"].is_string());
  EXPECT_EQ(error_of(190).http_status, 401);
  EXPECT_EQ(error_of(131000).http_status, 500);
}

TEST(scripted_outcome, is_a_function_of_seed_person_and_attempt) {
  fault_settings faults;
  faults.errors = {{131000, 0.1}};
  faults.failures = {{131026, 0.03}, {131049, 0.02}};
  int refused = 0;
  int failed = 0;
  int differs_by_seed = 0;
  int differs_by_attempt = 0;
  constexpr int people = 20'000;
  for (std::uint64_t person = 4915100000000; person < 4915100000000 + people; ++person) {
    const auto one = scripted_outcome_of(faults, 7, person, 0);
    const auto same = scripted_outcome_of(faults, 7, person, 0);
    ASSERT_EQ(one.error, same.error);
    ASSERT_EQ(one.read_ms, same.read_ms);
    ASSERT_LE(one.sent_ms, one.delivered_ms);
    ASSERT_LE(one.delivered_ms, one.read_ms);
    refused += one.error == 131000 ? 1 : 0;
    failed += one.failure != 0 ? 1 : 0;
    differs_by_seed += scripted_outcome_of(faults, 8, person, 0).error != one.error ? 1 : 0;
    differs_by_attempt += scripted_outcome_of(faults, 7, person, 1).error != one.error ? 1 : 0;
    // Another share changes no other decision.
    auto other = faults;
    other.errors[0].share = 0.5;
    ASSERT_EQ(scripted_outcome_of(other, 7, person, 0).failure, one.failure);
  }
  // Six standard deviations of a binomial distribution.
  EXPECT_NEAR(refused, people * 0.1, 6 * std::sqrt(people * 0.1 * 0.9));
  EXPECT_NEAR(failed, people * 0.05, 6 * std::sqrt(people * 0.05 * 0.95));
  EXPECT_GT(differs_by_seed, people / 20);
  EXPECT_GT(differs_by_attempt, people / 20);
}

TEST(scripted_outcome, knows_american_numbers) {
  EXPECT_TRUE(in_united_states(12125550100));
  EXPECT_FALSE(in_united_states(14165550100)); // Toronto
  EXPECT_FALSE(in_united_states(18765550100)); // Jamaica
  EXPECT_FALSE(in_united_states(4915112345678));
}

TEST(limits, a_number_gets_its_rate_and_one_second_ahead) {
  throughput_limit limit{80};
  int admitted = 0;
  for (int i = 0; i < 1000; ++i)
    admitted += limit.admit(1'000'000'000) ? 1 : 0;
  EXPECT_GE(admitted, 80);
  EXPECT_LE(admitted, 82);
  EXPECT_FALSE(limit.admit(1'000'000'000));
  EXPECT_TRUE(limit.admit(1'000'000'000 + 20'000));
}

TEST(limits, a_pair_gets_45_and_then_one_in_six_seconds) {
  people all;
  auto& who = all.find(4915112345678, 3);
  int admitted = 0;
  for (int i = 0; i < 100; ++i)
    admitted += all.admit_pair(who, 3, 1000) ? 1 : 0;
  EXPECT_EQ(admitted, 45);
  EXPECT_TRUE(all.admit_pair(who, 4, 1000)) << "another number is another pair";
  EXPECT_FALSE(all.admit_pair(who, 3, 6'999));
  EXPECT_TRUE(all.admit_pair(who, 3, 7'000));
}

TEST(limits, people_are_found_again_after_their_table_grew) {
  people all;
  for (std::uint64_t i = 1; i <= 100'000; ++i)
    all.find(i, 0).attempts = static_cast<std::uint16_t>(i);
  EXPECT_EQ(all.size(), 100'000U);
  for (std::uint64_t i = 1; i <= 100'000; ++i)
    ASSERT_EQ(all.find(i, 0).attempts, static_cast<std::uint16_t>(i));
}

TEST(timers, come_when_they_are_due_whatever_their_distance) {
  timer_wheel wheel;
  const std::uint32_t dues[] = {0, 1, 5, 8191, 8192, 8193, 20'000, 100'000};
  for (const auto due_ms : dues)
    wheel.add({due_ms, 0, due_ms});
  std::uint32_t now = 0;
  std::vector<std::uint64_t> came;
  for (; now <= 100'000; now += 7)
    wheel.advance(now, [&](const timer_entry& e) {
      EXPECT_GE(now, e.due_ms);
      EXPECT_LT(now, e.due_ms + 7);
      came.push_back(e.which);
    });
  wheel.advance(100'000, [&](const timer_entry& e) { came.push_back(e.which); });
  EXPECT_EQ(came, (std::vector<std::uint64_t>{0, 1, 5, 8191, 8192, 8193, 20'000, 100'000}));
  EXPECT_EQ(wheel.size(), 0U);
}

TEST(wamid, looks_like_metas_and_is_unique) {
  std::string one;
  std::string other;
  append_wamid(one, 5511912345678, 1, 1);
  append_wamid(other, 5511912345678, 1, 2);
  EXPECT_EQ(one.substr(0, 26), "wamid.HBgNNTUxMTkxMjM0NTY3");
  EXPECT_EQ(one.size(), other.size());
  EXPECT_NE(one, other);
}

TEST(webhook, is_signed_as_metas_documentation_shows) {
  EXPECT_EQ(
      hmac_sha256_hex("test_app_secret", R"({"object":"whatsapp_business_account","entry":[]})"),
      "dec6a680679a968e7e0319355b23599cbfc54502c0784668e9618baa0c633756");
}

TEST(webhook, has_metas_envelope) {
  std::string text;
  webhook_body body{text, 1};
  const webhook_subject subject{4915112345678, "1065", "v1:\"x\"", "marketing", 131049};
  body.add({1, 1760000001000, static_cast<std::uint32_t>(timer_kind::sent)}, subject);
  body.add({1, 1760000002000, static_cast<std::uint32_t>(timer_kind::failed)}, subject);
  body.add({1, 1760000003000, static_cast<std::uint32_t>(timer_kind::reply)}, subject);
  body.add({1, 1760000004000, static_cast<std::uint32_t>(timer_kind::stop_preference)}, subject);
  body.finish();
  const auto all = json::parse(text);
  const auto& changes = all["entry"][0]["changes"];
  ASSERT_EQ(changes.size(), 3U);
  const auto& statuses = changes[0]["value"]["statuses"];
  ASSERT_EQ(statuses.size(), 2U);
  EXPECT_EQ(changes[0]["value"]["metadata"]["phone_number_id"], "1065");
  EXPECT_EQ(statuses[0]["status"], "sent");
  EXPECT_EQ(statuses[0]["timestamp"], "1760000001");
  EXPECT_EQ(statuses[0]["recipient_id"], "4915112345678");
  EXPECT_EQ(statuses[0]["biz_opaque_callback_data"], "v1:\"x\"");
  EXPECT_EQ(statuses[0]["pricing"]["category"], "marketing");
  EXPECT_EQ(statuses[1]["errors"][0]["code"], 131049);
  EXPECT_EQ(changes[1]["value"]["messages"][0]["context"]["id"], statuses[0]["id"]);
  EXPECT_NE(changes[1]["value"]["messages"][0]["id"], statuses[0]["id"]);
  EXPECT_EQ(changes[2]["field"], "user_preferences");
  EXPECT_EQ(changes[2]["value"]["user_preferences"][0]["value"], "stop");
}

TEST(truth, is_read_as_it_was_written_and_survives_a_torn_end) {
  const stentor::process::temporary_folder folder{"stentor-truth"};
  const auto path = folder.path() / "truth";
  {
    ground_truth_writer writer;
    ASSERT_TRUE(writer.open(path.string()).ok());
    writer.add_number(0, 80, "1065");
    writer.add_request({0, 49151, 10, 20, 0, 0}, "v1:1:1:0:aa");
    writer.add_request({0, 49152, 30, 40, 130429, 0}, "v1:1:2:0:aa");
    writer.add_status({0, 5, 50, 0, 2});
    writer.add_stop({49151, 60});
  }
  const auto all = read_ground_truth(path.string());
  ASSERT_TRUE(all.ok());
  ASSERT_EQ(all->requests.size(), 2U);
  EXPECT_EQ(all->callback_data(all->requests[1]), "v1:1:2:0:aa");
  EXPECT_EQ(all->requests[1].code, 130429);
  EXPECT_EQ(all->numbers[0].id, "1065");
  EXPECT_EQ(all->statuses[0].acknowledged_us, 50);
  EXPECT_EQ(all->stops[0].person, 49151U);
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 3);
  const auto torn = read_ground_truth(path.string());
  ASSERT_TRUE(torn.ok());
  EXPECT_EQ(torn->requests.size(), 2U);
  EXPECT_TRUE(torn->stops.empty());
  EXPECT_FALSE(parse_ground_truth("something else").ok());
}
