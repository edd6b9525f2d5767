/// Webhooks of every kind, and bytes that are none.
#include "tests/adapters/meta/support/samples.hpp"

#include "adapters/meta/webhooks/webhook_reader.hpp"

#include "adapters/meta/json_text.hpp"
#include "adapters/text/word_keys.hpp"
#include "stentor/core/contact/contact_key.hpp"
#include "stentor/core/inbox/attribution.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <random>

namespace {

using namespace stentor;
using core::event_kind;
using samples::envelope;
using samples::metadata;

constexpr std::int64_t now_ms = 1'790'000'000'123;

std::shared_ptr<const core::stop_words> words() {
  const std::vector<std::string> stop{"genug"};
  const std::vector<std::string> start{"weiter"};
  const std::shared_ptr<const ports::word_keys> keys = text::make_word_keys();
  return std::make_shared<const core::stop_words>(
      [keys](std::string_view word) { return keys->key_of(word); }, stop, start);
}

core::result<ports::webhook_payload> read_result(const std::string& body) {
  static meta::webhook_reader reader{samples::codec, words()};
  return reader.read(body, now_ms);
}

ports::webhook_payload read(const std::string& body) {
  auto payload = read_result(body);
  EXPECT_TRUE(payload.ok()) << (payload.ok() ? "" : payload.error().message);
  return payload ? *std::move(payload) : ports::webhook_payload{};
}

std::string messages(const std::string& rest) {
  return envelope("messages", "{" + metadata + "," + rest + "}");
}

std::string status(const std::string& word, const std::string& callback,
                   const std::string& rest = "") {
  return R"({"id":"wamid.A","status":")" + word +
         R"(","timestamp":"1760000001","recipient_id":"5511912345678","biz_opaque_callback_data":")" +
         callback + "\"" + rest + "}";
}

TEST(webhook, statuses_find_their_recipient) {
  const auto key = samples::callback(17, 991, 2);
  const auto payload = read(messages(
      R"("statuses":[)" + status("sent", key) + "," + status("delivered", key) + "," +
      status("read", key) + "," + status("played", key) + "," +
      status("failed", key, R"(,"errors":[{"code":131049,"title":"T","message":"Not delivered.",
                                       "error_data":{"details":"Ecosystem."}}])") +
      "]"));
  ASSERT_EQ(payload.statuses.size(), 5U);
  const event_kind kinds[] = {event_kind::sent, event_kind::delivered, event_kind::read,
                              event_kind::read, event_kind::failed};
  for (std::size_t i = 0; i < 5; ++i) {
    const auto& s = payload.statuses[i];
    EXPECT_EQ(s.campaign, 17);
    EXPECT_EQ(s.seq, 991);
    EXPECT_EQ(s.attempt, 2);
    EXPECT_EQ(s.kind, kinds[i]);
    EXPECT_EQ(s.at_ms, 1'760'000'001'000);
    EXPECT_EQ(s.person, 5511912345678U);
    EXPECT_EQ(payload.text_of(s), i == 4 ? "Not delivered.: Ecosystem." : "wamid.A");
  }
  EXPECT_EQ(payload.statuses[4].code, 131049);
  EXPECT_EQ(payload.number_of(payload.statuses[4]), "106540352242922") << "which number sent it";
  EXPECT_TRUE(payload.others.empty());
}

TEST(webhook, foreign_and_unknown_statuses_are_kept) {
  auto forged = samples::callback(17, 991, 2);
  forged.back() = forged.back() == 'a' ? 'b' : 'a';
  const auto payload = read(messages(
      R"("statuses":[)" + status("sent", forged) + "," + status("sent", "c=17;u=991") + "," +
      status("warning", samples::callback(1, 1, 0)) + R"(,{"id":"wamid.B","status":"sent"},)" +
      status("sent", samples::callback(1, 1, 0), R"(,"type":"payment")") + "]"));
  EXPECT_TRUE(payload.statuses.empty());
  ASSERT_EQ(payload.others.size(), 5U);
  for (const auto& other : payload.others) {
    EXPECT_EQ(other.field, "messages");
    EXPECT_TRUE(nlohmann::json::parse(other.payload).contains("statuses"));
  }
}

TEST(webhook, statuses_of_people_without_a_number) {
  const auto key = samples::callback(1, 2, 0);
  const auto payload = read(messages(
      R"("statuses":[{"id":"w","status":"sent","timestamp":1760000001,"recipient_user_id":"BR.1","biz_opaque_callback_data":")" +
      key + R"("},{"id":"w","status":"failed","biz_opaque_callback_data":")" + key + R"("}])"));
  ASSERT_EQ(payload.statuses.size(), 2U);
  EXPECT_EQ(payload.statuses[0].person, core::person_from_user_id("BR.1"));
  EXPECT_EQ(payload.statuses[0].at_ms, 1'760'000'001'000);
  EXPECT_EQ(payload.statuses[1].person, 0U);
  EXPECT_EQ(payload.statuses[1].at_ms, now_ms);
  EXPECT_EQ(payload.statuses[1].code, -4);
  EXPECT_FALSE(payload.text_of(payload.statuses[1]).empty());
}

ports::inbound_message inbound(const std::string& content) {
  const auto payload = read(messages(
      R"("contacts":[{"profile":{"name":"Ana"},"wa_id":"5511912345678","user_id":"BR.9"}],)"
      R"("messages":[{"from":"5511912345678","id":"wamid.I","timestamp":"1760000100",)" +
      content + "}]"));
  EXPECT_EQ(payload.inbound.size(), 1U);
  return payload.inbound.empty() ? ports::inbound_message{} : payload.inbound[0];
}

TEST(webhook, inbound_messages_of_every_type) {
  const std::pair<std::string, std::string> cases[] = {
      {R"("type":"text","text":{"body":"Oi"})", "Oi"},
      {R"("type":"button","button":{"payload":"P","text":"Parar agora"})", "Parar agora"},
      {R"("type":"interactive","interactive":{"type":"button_reply","button_reply":{"id":"x","title":"Sim"}})",
       "Sim"},
      {R"("type":"interactive","interactive":{"type":"list_reply","list_reply":{"id":"x","title":"Azul"}})",
       "Azul"},
      {R"("type":"interactive","interactive":{"type":"nfm_reply","nfm_reply":{"name":"flow","body":"Sent","response_json":"{}"}})",
       "Sent"},
      {R"("type":"order","order":{"catalog_id":"1","text":"obrigada","product_items":[{"product_retailer_id":"SKU1","quantity":2,"item_price":7.99}]})",
       "Order of 1 product: obrigada"},
      {R"("type":"reaction","reaction":{"message_id":"wamid.X","emoji":"\u2764"})", "\u2764"},
      {R"("type":"image","image":{"id":"1","caption":"Foto"})", "Foto"},
      {R"("type":"document","document":{"id":"1","filename":"a.pdf"})", "a.pdf"},
      {R"("type":"location","location":{"latitude":1.5,"longitude":2,"name":"Casa"})", "Casa"},
      {R"("type":"contacts","contacts":[{"name":{"formatted_name":"Bia"}}])", "Bia"},
      {R"("type":"system","system":{"body":"changed","type":"user_changed_number"})", "changed"},
      {R"("type":"unsupported","errors":[{"code":131051}])", ""},
      {R"("type":"hologram","hologram":[1])", ""},
      {R"("text":{"body":"Oi"})", ""},
  };
  for (const auto& [content, text] : cases) {
    const auto message = inbound(content);
    EXPECT_EQ(message.row.text, text) << content;
    EXPECT_EQ(message.row.person, 5511912345678U);
    EXPECT_EQ(message.row.user_id, "BR.9");
    EXPECT_EQ(message.row.phone_number_id, "106540352242922");
    EXPECT_EQ(message.row.message_id, "wamid.I");
    EXPECT_EQ(message.row.at_ms, 1'760'000'100'000);
    EXPECT_FALSE(message.stop) << content;
    EXPECT_EQ(nlohmann::json::parse(message.row.payload)["id"], "wamid.I");
  }
  EXPECT_EQ(inbound(R"("type":"text","text":{"body":"x"},"context":{"from":"1","id":"wamid.C"})")
                .row.context_id,
            "wamid.C");
}

TEST(webhook, stops_and_resumes) {
  for (
      const auto* content :
      {R"("type":"text","text":{"body":"Stop!"})", R"("type":"text","text":{"body":"GENUG"})",
       R"("type":"button","button":{"payload":"STOP_PROMO","text":"Chega"})",
       R"("type":"button","button":{"payload":"x","text":"Parar"})",
       R"("type":"interactive","interactive":{"type":"button_reply","button_reply":{"id":"unsubscribe:weekly","title":"No more"}})"}) {
    EXPECT_TRUE(inbound(content).stop) << content;
    EXPECT_FALSE(inbound(content).resume) << content;
  }
  for (const auto* content :
       {R"("type":"text","text":{"body":"start"})", R"("type":"text","text":{"body":"Weiter."})"}) {
    EXPECT_TRUE(inbound(content).resume) << content;
    EXPECT_FALSE(inbound(content).stop) << content;
  }
  EXPECT_FALSE(inbound(R"("type":"image","image":{"caption":"stop"})").stop);
  EXPECT_FALSE(
      inbound(R"("type":"button","button":{"payload":"CANCEL_ORDER","text":"Back"})").stop);
}

TEST(webhook, inbound_by_user_id_alone) {
  const auto payload =
      read(messages(R"("contacts":[{"profile":{"username":"ana.sp"},"user_id":"BR.7"}],"messages":[
    {"from_user_id":"BR.7","id":"wamid.L","timestamp":"1760000100","type":"text","text":{"body":"stop"}}])"));
  ASSERT_EQ(payload.inbound.size(), 1U);
  EXPECT_EQ(payload.inbound[0].row.person, core::person_from_user_id("BR.7"));
  EXPECT_EQ(payload.inbound[0].row.user_id, "BR.7");
  EXPECT_TRUE(payload.inbound[0].stop);
}

TEST(webhook, preferences) {
  const auto payload = read(envelope("user_preferences", "{" + metadata + R"(,"user_preferences":[
    {"wa_id":"5511912345678","user_id":"BR.1","category":"marketing_messages","value":"stop","timestamp":1760000300},
    {"user_id":"BR.2","value":"resume","timestamp":1760000301},{"value":"stop"}]})"));
  ASSERT_EQ(payload.preferences.size(), 2U);
  EXPECT_TRUE(payload.preferences[0].stop);
  EXPECT_EQ(payload.preferences[0].person, 5511912345678U);
  EXPECT_EQ(payload.preferences[0].user_id, "BR.1");
  EXPECT_EQ(payload.preferences[0].at_ms, 1'760'000'300'000);
  EXPECT_EQ(payload.preferences[0].phone_number_id, "106540352242922");
  EXPECT_FALSE(payload.preferences[1].stop);
  EXPECT_EQ(payload.preferences[1].person, core::person_from_user_id("BR.2"));
}

TEST(webhook, templates) {
  const auto payload = read(envelope("message_template_status_update",
                                     R"({"event":"PAUSED","message_template_id":1689556908129832,
    "message_template_name":"promo_nov","message_template_language":"pt-BR","reason":"NONE","other_info":{"title":"FIRST_PAUSE"}})"));
  ASSERT_EQ(payload.templates.size(), 1U);
  EXPECT_EQ(payload.templates[0].waba_id, "102290129340398");
  EXPECT_EQ(payload.templates[0].name, "promo_nov");
  EXPECT_EQ(payload.templates[0].language, "pt_BR");
  EXPECT_EQ(payload.templates[0].event, "PAUSED");
  EXPECT_EQ(payload.templates[0].reason, "FIRST_PAUSE");
}

TEST(webhook, quality_of_templates) {
  const auto payload = read(envelope("message_template_quality_update",
                                     R"({"previous_quality_score":"GREEN","new_quality_score":"RED",
    "message_template_id":7,"message_template_name":"promo_nov","message_template_language":"pt-BR"})"));
  ASSERT_EQ(payload.templates.size(), 1U);
  EXPECT_EQ(payload.templates[0].quality, "RED");
  EXPECT_EQ(payload.templates[0].language, "pt_BR");
  EXPECT_FALSE(payload.templates[0].stops_sending);
  EXPECT_TRUE(payload.templates[0].event.empty());
  const auto nothing = read(envelope("message_template_quality_update", R"({"a":1})"));
  EXPECT_TRUE(nothing.templates.empty());
  EXPECT_EQ(nothing.others.size(), 1U);
}

TEST(webhook, messaging_limits) {
  const auto limit_in = [](const char* field, const char* value) {
    const auto payload = read(envelope(field, value));
    EXPECT_EQ(payload.others.size(), 1U) << "kept for people, too";
    return payload.limits.empty() ? std::string{"none"} : payload.limits[0].limit;
  };
  const auto capability = [&](const std::string& most) {
    return limit_in("business_capability_update",
                    (R"({"max_daily_conversations_per_business":)" + most + "}").c_str());
  };
  EXPECT_EQ(capability(R"("TIER_10K")"), "TIER_10K");
  EXPECT_EQ(capability("2000"), "2000");
  EXPECT_EQ(capability("-1"), "TIER_UNLIMITED");
  EXPECT_EQ(capability("0"), "none");
  EXPECT_EQ(capability(R"("x' OR 1=1")"), "none");
  EXPECT_EQ(capability("{}"), "none");
  EXPECT_EQ(limit_in("phone_number_quality_update",
                     R"({"event":"UPGRADE","current_limit":"TIER_2K","old_limit":"TIER_250"})"),
            "TIER_2K");
  EXPECT_EQ(limit_in("account_update", R"({"event":"VERIFIED_ACCOUNT"})"), "none");
}

TEST(webhook, accounts) {
  struct account_case {
    std::string field, value;
    std::size_t changes;
    bool stops;
    std::int64_t until;
  };
  const account_case cases[] = {
      {"account_update",
       R"({"event":"ACCOUNT_RESTRICTION","restriction_info":[{"restriction_type":"RESTRICTED_BIZ_INITIATED_MESSAGING","expiration":1760086400}]})",
       1, true, 1'760'086'400'000},
      {"account_update",
       R"({"event":"ACCOUNT_RESTRICTION","restriction_info":[{"restriction_type":"RESTRICTED_ADD_PHONE_NUMBER_ACTION"}]})",
       0, false, 0},
      {"account_update", R"({"event":"ACCOUNT_RESTRICTION"})", 1, false, 0},
      {"account_update", R"({"event":"DISABLED_UPDATE","ban_info":{"waba_ban_state":"DISABLE"}})",
       1, true, 0},
      {"account_update", R"({"event":"DISABLED_UPDATE","ban_info":{"waba_ban_state":"REINSTATE"}})",
       1, false, 0},
      {"account_update",
       R"({"event":"DISABLED_UPDATE","ban_info":{"waba_ban_state":"SCHEDULE_FOR_DISABLE"}})", 0,
       false, 0},
      {"account_update", R"({"event":"VERIFIED_ACCOUNT"})", 0, false, 0},
      {"phone_number_quality_update",
       R"({"display_phone_number":"551155550100","event":"THROUGHPUT_UPGRADE"})", 1, false, 0},
  };
  for (const auto& c : cases) {
    const auto payload = read(envelope(c.field, c.value));
    ASSERT_EQ(payload.accounts.size(), c.changes) << c.value;
    EXPECT_EQ(payload.others.size(), 1U) << c.value;
    if (c.changes == 0)
      continue;
    EXPECT_EQ(payload.accounts[0].stops_sending, c.stops) << c.value;
    EXPECT_EQ(payload.accounts[0].until_ms, c.until) << c.value;
    EXPECT_EQ(payload.accounts[0].waba_id, "102290129340398");
  }
}

TEST(webhook, whatever_is_unknown_is_kept) {
  const auto payload = read(
      R"({"entry":[{"id":"1","time":1760000000,"changes":[{"field":"account_alerts","value":{"a":"\u0000x"}},{"field":"flows"},7]},
    {"id":"2"},{"id":"3","changes":[{"field":"messages","value":{"groups":[1]}},{"field":"messages","value":{"errors":[{"code":1}],"user_actions":[{}]}}]}]})");
  ASSERT_EQ(payload.others.size(), 7U);
  EXPECT_EQ(payload.others[0].field, "account_alerts");
  EXPECT_EQ(payload.others[0].payload, R"({"a":"\ufffdx"})");
  EXPECT_EQ(payload.others[0].at_ms, 1'760'000'000'000);
}

TEST(webhook, half_characters_cost_nothing) {
  const auto message = inbound(R"("type":"text","text":{"body":"cut \ud83d"})");
  EXPECT_EQ(message.row.text, "cut \uFFFD");
  std::string json = R"(["\u0000","\\u0000","\ud83d\ude00","\ude00","\ud83d\ud83d\ude00","\u12"])";
  meta::clean_escapes(json);
  EXPECT_EQ(json, R"(["\ufffd","\\u0000","\ud83d\ude00","\ufffd","\ufffd\ud83d\ude00","\u12"])");
  const auto nul = inbound(R"("type":"text","text":{"body":"a\u0000b"})");
  EXPECT_EQ(nul.row.text, "ab");
  EXPECT_EQ(nul.row.payload.find("\\u0000"), std::string::npos);
}

TEST(webhook, that_is_none_says_where) {
  for (const auto* body :
       {"", "x", "{\"entry\":[", "[]", "{}", R"({"entry":{}})", "{\"a\":\"\xFF\"}"}) {
    const auto payload = read_result(body);
    ASSERT_FALSE(payload.ok()) << body;
    EXPECT_EQ(payload.error().code, core::errc::invalid);
  }
  EXPECT_NE(read_result(R"({"entry":[}])").error().message.find("byte 11"), std::string::npos)
      << read_result(R"({"entry":[}])").error().message;
  EXPECT_FALSE(read_result(std::string(100'000, '[')).ok());
}

TEST(webhook, survives_mutation) {
  std::mt19937 random{99};
  const auto good = messages(
      R"("contacts":[{"wa_id":"5511","user_id":"BR.9"}],"statuses":[)" +
      status("failed", samples::callback(1, 2, 0),
             R"(,"errors":[{"code":131049,"error_data":{"details":"d"}}])") +
      R"(],"messages":[{"from":"5511","id":"w","type":"text","text":{"body":"caf\u00e9"}}])");
  std::size_t readable = 0;
  for (int i = 0; i < 20'000; ++i) {
    auto body = good;
    for (auto edits = 1 + random() % 3; edits > 0; --edits) {
      const auto at = random() % body.size();
      if (random() % 3 == 0)
        body.erase(at, 1 + random() % 4);
      else
        body[at] = random() % 2 == 0 ? static_cast<char>(random()) : "{}[]\",:\\u0"[random() % 10];
    }
    const auto payload = read_result(body);
    readable += payload.ok() ? 1 : 0;
    ASSERT_TRUE(payload.ok() || payload.error().code == core::errc::invalid);
  }
  EXPECT_GT(readable, 100U);
}

/// A webhook of tests/data with its places filled in.
std::string webhook_of(const std::string& path, const std::string& callback = {}) {
  std::ifstream file{std::string{STENTOR_SOURCE_DIR} + "/tests/data/" + path};
  std::string body{std::istreambuf_iterator<char>{file}, {}};
  EXPECT_FALSE(body.empty()) << path;
  for (const auto& [place, value] : std::initializer_list<std::pair<std::string, std::string>>{
           {"PHONE_NUMBER_ID", "100"},
           {"PHONE_DIGITS", "4915112345701"},
           {"USER_ID", "DE.9900000000000000001"},
           {"MESSAGE_ID", "wamid.OURS"},
           {"WABA_ID", "waba"},
           {"WA_ID", "551182345678"},
           {"CALLBACK", callback},
           {"NOW", "1790000000"}})
    for (auto at = body.find(place); at != std::string::npos; at = body.find(place))
      body.replace(at, place.size(), value);
  return body;
}

TEST(webhook_reader, knows_one_person_under_both_spellings) {
  const auto payload = read(webhook_of("stop_under_another_spelling/stop.json"));
  ASSERT_EQ(payload.inbound.size(), 1U);
  EXPECT_EQ(payload.inbound[0].row.person, 5511982345678U);
  EXPECT_EQ(payload.inbound[0].row.context_id, "wamid.OURS");
  EXPECT_TRUE(payload.inbound[0].stop);
}

TEST(webhook_reader, takes_both_keys_of_a_person_from_a_receipt) {
  std::string callback;
  samples::codec.encode({7, 1, 0, 0}, callback);
  const auto payload = read(webhook_of("stop_by_user_id/receipt.json", callback));
  ASSERT_EQ(payload.statuses.size(), 1U);
  EXPECT_EQ(payload.statuses[0].person, 4915112345701U);
  EXPECT_EQ(payload.user_of(payload.statuses[0]), "DE.9900000000000000001");
  EXPECT_EQ(payload.text_of(payload.statuses[0]), "wamid.OURS");
}

TEST(webhook_reader, reads_stops_of_people_who_hide_their_number) {
  for (const auto* file : {"stop-with-context", "stop-without-context"}) {
    const auto payload = read(webhook_of("stop_by_user_id/" + std::string{file} + ".json"));
    ASSERT_EQ(payload.inbound.size(), 1U) << file;
    EXPECT_TRUE(payload.inbound[0].stop) << file;
    EXPECT_EQ(payload.inbound[0].row.user_id, "DE.9900000000000000001") << file;
    EXPECT_EQ(core::phone_of(payload.inbound[0].row.person), 0) << file;
  }
  const auto payload = read(webhook_of("stop_by_user_id/preference.json"));
  ASSERT_EQ(payload.preferences.size(), 1U);
  EXPECT_TRUE(payload.preferences[0].stop);
}

TEST(webhook_reader, tells_answers_from_what_nobody_said) {
  for (const auto* file : {"system-number", "system-identity", "revoke", "reaction-removed",
                           "request-welcome", "text", "reaction", "unsupported"}) {
    const auto payload = read(webhook_of("not_an_answer/" + std::string{file} + ".json"));
    ASSERT_EQ(payload.inbound.size(), 1U) << file << ": all are kept";
    const auto& row = payload.inbound[0].row;
    const std::string_view name{file};
    EXPECT_EQ(core::is_answer(row.type, row.text),
              name == "text" || name == "reaction" || name == "unsupported")
        << file;
    EXPECT_FALSE(payload.inbound[0].stop) << file;
  }
}

TEST(webhook_reader, follows_a_changed_number_and_user_id) {
  auto payload = read(webhook_of("not_an_answer/system-number.json"));
  ASSERT_EQ(payload.identities.size(), 1U);
  EXPECT_EQ(payload.identities[0].old_phone, 4915112345701U);
  EXPECT_EQ(payload.identities[0].phone, 4915112349999U);
  EXPECT_EQ(payload.identities[0].phone_number_id, "100");
  EXPECT_TRUE(read(webhook_of("not_an_answer/system-identity.json")).identities.empty());

  auto changed = nlohmann::json::parse(webhook_of("not_an_answer/system-number.json"));
  auto& message = changed["entry"][0]["changes"][0]["value"]["messages"][0];
  message["system"] = {
      {"type", "user_changed_user_id"}, {"user_id", "DE.2"}, {"previous_user_id", "DE.1"}};
  payload = read(changed.dump());
  ASSERT_EQ(payload.identities.size(), 1U);
  EXPECT_EQ(payload.identities[0].old_user_id, "DE.1");
  EXPECT_EQ(payload.identities[0].user_id, "DE.2");
}

TEST(webhook_reader, knows_a_template_that_may_be_used_again) {
  const auto stops = [](const std::string& event, const std::string& info) {
    const auto payload = read(
        R"({"object":"whatsapp_business_account","entry":[{"id":"waba","changes":[{"field":"message_template_status_update","value":{"event":")" +
        event +
        R"(","message_template_id":594425479261596,"message_template_name":"note","message_template_language":"en-US","reason":"NONE")" +
        info + "}}]}]}");
    EXPECT_EQ(payload.templates.size(), 1U);
    return payload.templates.at(0).stops_sending;
  };
  for (const auto* event : {"APPROVED", "REINSTATED", "UNARCHIVED"})
    EXPECT_FALSE(stops(event, "")) << event;
  for (const auto* event : {"PAUSED", "DISABLED", "FLAGGED", "LOCKED", "of_tomorrow"})
    EXPECT_TRUE(stops(event, "")) << event;
  EXPECT_TRUE(stops("PAUSED", R"(,"other_info":{"title":"FIRST_PAUSE"})"));
  EXPECT_FALSE(stops("of_tomorrow", R"(,"other_info":{"title":"UNPAUSE"})"));
}

TEST(webhook_reader, reads_a_category_that_changes_now_or_later) {
  auto payload = read(webhook_of("category_changed_by_meta/category-update.json"));
  ASSERT_EQ(payload.templates.size(), 1U);
  EXPECT_EQ(payload.templates[0].waba_id, "waba");
  EXPECT_EQ(payload.templates[0].name, "note");
  EXPECT_EQ(payload.templates[0].category, "MARKETING");
  EXPECT_EQ(payload.templates[0].next_category, "");
  EXPECT_EQ(payload.templates[0].event, "") << "its status is what it was";
  EXPECT_FALSE(payload.templates[0].stops_sending);
  payload = read(webhook_of("category_changed_by_meta/impending.json"));
  ASSERT_EQ(payload.templates.size(), 1U);
  EXPECT_EQ(payload.templates[0].category, "UTILITY");
  EXPECT_EQ(payload.templates[0].next_category, "MARKETING");
  EXPECT_EQ(payload.templates[0].next_category_at_ms, 1'795'800'000'000);
}

TEST(webhook, times_that_no_database_knows_are_now) {
  for (const auto* moment : {"9300000000000000", "9223372036854775807", "99999999999", "-5", "0"}) {
    const auto text = R"("messages":[{"from":"5511912345678","id":"wamid.T","timestamp":")" +
                      std::string{moment} + R"(","type":"text","text":{"body":"stop"}}])";
    const auto payload = read(messages(text));
    ASSERT_EQ(payload.inbound.size(), 1U) << moment;
    EXPECT_EQ(payload.inbound[0].row.at_ms, now_ms) << moment;
  }
}

TEST(webhook, ids_too_long_for_an_index_are_none) {
  const std::string monster(8'000, 'w');
  const auto nameless =
      read(messages(R"("messages":[{"from":"5511912345678","id":")" + monster +
                    R"(","timestamp":"1760000001","type":"text","text":{"body":"hello"}}])"));
  EXPECT_TRUE(nameless.inbound.empty());
  ASSERT_EQ(nameless.others.size(), 1U) << "it is kept all the same";
  EXPECT_NE(nameless.others[0].payload.find("hello"), std::string::npos);
  const auto payload =
      read(messages(R"("messages":[{"from":"5511912345678","from_user_id":")" + monster +
                    R"(","id":"wamid.L","context":{"id":")" + monster +
                    R"("},"timestamp":"1760000001","type":")" + monster + R"("}])"));
  ASSERT_EQ(payload.inbound.size(), 1U);
  EXPECT_EQ(payload.inbound[0].row.user_id, "");
  EXPECT_EQ(payload.inbound[0].row.context_id, "");
  EXPECT_EQ(payload.inbound[0].row.type, "unknown");
  const auto key = samples::callback(17, 991, 2);
  const auto failed = read(messages(
      R"("statuses":[)" +
      status("failed", key, R"(,"errors":[{"code":131026,"message":")" + monster + R"("}])") +
      "]"));
  ASSERT_EQ(failed.statuses.size(), 1U);
  EXPECT_LE(failed.statuses[0].text_size, 4096U);
}

} // namespace
