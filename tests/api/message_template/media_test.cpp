/// Media of headers over the API: files in, and as samples of new templates.

#include "tests/api/support/fakes.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sstream>

namespace {

using namespace stentor;
using namespace stentor::test;
using namespace std::string_literals;
using nlohmann::json;

constexpr const char* path = "/api/whatsapp/media";

class media_files : public api_test {
protected:
  static std::string picture(std::size_t size = 100) {
    auto bytes = "\x89PNG\r\n\x1A\n\0\0\0\rIHDR"s;
    bytes.resize(size, 'x');
    return bytes;
  }
  http_server::client_answer send(const std::string& bytes, const std::string& type = "image/png",
                                  const std::string& query = "") {
    return ask("POST", path + query, bytes, "operator", type);
  }
  /// In chunks: nobody knows how long it gets.
  http_server::client_answer stream(const std::string& bytes, const std::string& type) {
    std::istringstream from{bytes};
    auto r = as("operator").upload(path, type, from, {});
    return r ? *r : http_server::client_answer{0, "", r.error().message};
  }
  static std::string with_sample(const std::string& handle, const std::string& format = "IMAGE") {
    return R"({"name":"sale","category":"MARKETING","languages":[{"language":"en_US","components":[
      {"type":"HEADER","format":")" +
           format + R"(","example":{"header_handle":[")" + handle + R"("]}},
      {"type":"BODY","text":"x"}]}]})";
  }
};

TEST_F(media_files, are_kept_once) {
  EXPECT_EQ(send(picture(), "image/png", "?name=sale%20%C3%BC.png").status, 201);
  EXPECT_EQ(send(picture(), "IMAGE/PNG; x=y").status, 200);
  ASSERT_EQ(media.files.size(), 1U);
  EXPECT_EQ(media.files[0].name, "sale ü.png");
  EXPECT_EQ(media.files[0].bytes, picture());
  EXPECT_EQ(stream(picture(300'000), "image/png").status, 201);
  EXPECT_EQ(media.files[1].name, "image.png");
  EXPECT_EQ(media.files[1].bytes.size(), 300'000U);
  EXPECT_EQ(ask("POST", path, picture(9), "viewer", "image/png").status, 403);
}

TEST_F(media_files, of_other_types_or_names_are_refused) {
  expect_problem(send(picture(), "image/gif"), 415, "image/jpeg, image/png");
  expect_problem(send(picture(), "application/json"), 415, "one of");
  expect_problem(send("GIF89a, and more than sixteen bytes"), 422, "does not begin as image/png");
  expect_problem(send(picture(5)), 422, "does not begin as");
  expect_problem(send(picture(), "image/png", "?name=a%2Fb"), 400, "without slashes");
  expect_problem(send(picture(), "image/png", "?name="), 400, "file's name");
  expect_problem(send(picture(), "image/png", "?name=" + std::string(201, 'x')), 400, "200 bytes");
  expect_problem(send(picture(), "image/png", "?title=x"), 400, "no parameter");
  EXPECT_EQ(send(picture(), "image/png", "?name=a%00b").status, 400);
  EXPECT_TRUE(media.files.empty());
}

TEST_F(media_files, that_are_too_long_or_empty_are_refused) {
  expect_problem(send(picture(5'242'881)), 413, "5 MB");
  expect_problem(stream(picture(5'300'000), "image/png"), 422, "larger than 5 MB");
  expect_problem(send(""), 415, "one of"); // the client names no type of nothing
  expect_problem(stream("", "image/png"), 422, "empty");
  EXPECT_TRUE(media.files.empty());
}

TEST_F(media_files, become_samples_of_templates) {
  send(picture());
  const auto made =
      ask("POST", "/api/whatsapp/templates", with_sample("media:" + fake_media::id_of(0)));
  EXPECT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(media_api.samples.size(), 1U);
  ASSERT_EQ(template_api.asked.size(), 1U);
  const auto sent = json::parse(template_api.asked[0].substr(template_api.asked[0].find('{')));
  EXPECT_EQ(sent["components"][0]["example"]["header_handle"][0], "4::h1");
  EXPECT_EQ(ask("POST", "/api/whatsapp/templates", with_sample("4::given")).status, 201);
  EXPECT_EQ(media_api.samples.size(), 1U) << "a handle stays what it is";
  const auto change = json::parse(with_sample("media:" + fake_media::id_of(0)))["languages"][0];
  EXPECT_EQ(
      ask("PUT", "/api/whatsapp/templates/1", json{{"components", change["components"]}}.dump())
          .status,
      204);
  EXPECT_NE(template_api.asked.back().find("4::h2"), std::string::npos);
}

TEST_F(media_files, that_are_no_sample_are_told_by_their_place) {
  send(picture());
  send("\0\0\0\x18"
       "ftyp3gp5\0\0\1\0"s,
       "video/3gpp");
  const auto refused = [&](const std::string& handle, const std::string& format) {
    const auto answer = ask("POST", "/api/whatsapp/templates", with_sample(handle, format));
    EXPECT_EQ(answer.status, 422) << answer.body;
    const auto errors = json::parse(answer.body)["errors"];
    EXPECT_EQ(errors[0]["field"], "languages[0].components[0].example.header_handle[0]");
    return errors[0]["message"].get<std::string>();
  };
  EXPECT_EQ(refused("media:" + fake_media::id_of(7), "IMAGE"), "There are no media with this id.");
  EXPECT_EQ(refused("media:17", "IMAGE"), "expected the id of media behind \"media:\"");
  EXPECT_EQ(refused("media:" + fake_media::id_of(0), "VIDEO"),
            "these media are image/png, which is no video");
  EXPECT_NE(refused("media:" + fake_media::id_of(1), "VIDEO").find("JPEG, PNG, MP4 and PDF"),
            std::string::npos);
  media_api.refuses = "Meta answered 400: too blue";
  expect_problem(
      ask("POST", "/api/whatsapp/templates", with_sample("media:" + fake_media::id_of(0))), 422,
      "too blue");
  EXPECT_TRUE(template_api.asked.empty());
}

} // namespace
