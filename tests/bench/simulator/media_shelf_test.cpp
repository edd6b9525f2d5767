/// Media at the simulated Meta: forms, ids of one number, their end, and samples.

#include "bench/simulator/meta/media_shelf.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>

using namespace stentor::load;
using namespace std::string_literals;
using nlohmann::json;

namespace {

const auto png = "\x89PNG\r\n\x1A\n\0\0\0\rIHDR"s;

std::string form(const std::string& product, const std::string& type, const std::string& bytes) {
  return "--b\r\nContent-Disposition: form-data; name=\"messaging_product\"\r\n\r\n" + product +
         "\r\n--b\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\n" + type +
         "\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n"
         "Content-Type: image/png\r\n\r\n" +
         bytes + "\r\n--b--\r\n";
}

constexpr const char* of_form = "multipart/form-data; boundary=b";

} // namespace

TEST(media_shelf, gives_ids_for_one_number_and_thirty_days) {
  media_shelf shelf;
  const auto done = shelf.upload("106", of_form, form("whatsapp", "image/png", png), 1'000);
  ASSERT_EQ(done.refusal, "");
  const auto id = json::parse(done.text)["id"].get<std::string>();
  EXPECT_TRUE(shelf.knows(id, "106", 2'000));
  EXPECT_FALSE(shelf.knows(id, "107", 2'000));
  EXPECT_FALSE(shelf.knows("17", "106", 2'000));
  EXPECT_FALSE(shelf.knows(id, "106", 1'000 + 30LL * 24 * 3'600'000));
  shelf.forget();
  EXPECT_FALSE(shelf.knows(id, "106", 2'000));
}

TEST(media_shelf, refuses_what_is_no_form_of_a_file) {
  media_shelf shelf;
  const auto refuses = [&](const std::string& type, const std::string& body) {
    return !shelf.upload("106", type, body, 0).refusal.empty();
  };
  const auto good = form("whatsapp", "image/png", png);
  EXPECT_TRUE(refuses("application/json", good));
  EXPECT_TRUE(refuses("multipart/form-data; boundary=c", good));
  EXPECT_TRUE(refuses(of_form, good.substr(0, good.size() - 4)));
  EXPECT_TRUE(refuses(of_form, form("sms", "image/png", png)));
  EXPECT_TRUE(refuses(of_form, form("whatsapp", "image/jpeg", png)));
  EXPECT_TRUE(refuses(of_form, form("whatsapp", "image/png", "no picture, but text")));
  EXPECT_TRUE(refuses(of_form, form("whatsapp", "image/png", "")));
  EXPECT_FALSE(refuses(of_form, good));
}

TEST(media_shelf, takes_samples_in_two_steps) {
  media_shelf shelf;
  EXPECT_NE(shelf.open_session("file_length=5&file_type=text%2Fplain").refusal, "");
  const auto opened = shelf.open_session("file_name=a&file_length=16&file_type=image%2Fpng");
  ASSERT_EQ(opened.refusal, "");
  const auto session = json::parse(opened.text)["id"].get<std::string>();
  EXPECT_NE(shelf.take_sample("upload:9", "0", png).refusal, "");
  EXPECT_NE(shelf.take_sample(session, "5", png).refusal, "");
  EXPECT_NE(shelf.take_sample(session, "0", png + "x").refusal, "");
  const auto handle = json::parse(shelf.take_sample(session, "0", png).text)["h"];
  const auto with = [](const json& sample) {
    return json{{"components",
                 {{{"type", "HEADER"}, {"example", {{"header_handle", {sample}}}}},
                  {{"type", "BODY"}, {"text", "x"}}}}}
        .dump();
  };
  EXPECT_EQ(shelf.unknown_handle(with(handle)), "");
  EXPECT_EQ(shelf.unknown_handle(with("4::other")), "\"4::other\"");
  EXPECT_EQ(shelf.unknown_handle("no json"), "");
}
