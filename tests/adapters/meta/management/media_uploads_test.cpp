/// Media on their way to Meta: requests and answers.
#include "adapters/meta/management/media_uploads.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <optional>
#include <string>

namespace {

using namespace stentor;

/// Keeps requests until the test answers them.
class waiting_gateway final : public ports::gateway {
public:
  void open_number(ports::sending_number) override {}
  void set_rate(core::number_no, double, double) override {}
  void renew(core::number_no, core::steady_time) override {}
  void close_number(core::number_no, std::function<void()>) override {}
  void hold_number(core::number_no, bool) override {}
  void submit(core::slice) override {}
  void set_campaign_rate(core::campaign_no, std::int32_t) override {}
  void hold_campaign(core::campaign_no, bool) override {}
  void heard_until(core::steady_time) override {}
  void revoke_campaign(core::campaign_no) override {}
  void drain(std::chrono::milliseconds, std::function<void()>) override {}
  [[nodiscard]] ports::gateway_metrics metrics() const override { return {}; }
  void manage(ports::management_request request,
              std::function<void(ports::management_answer)> then) override {
    requests.push_back(std::move(request));
    answers.push_back(std::move(then));
  }
  void answer(int status, std::string body) {
    auto then = std::move(answers.front());
    answers.pop_front();
    then({status, std::move(body), "nobody was there"});
  }
  std::deque<ports::management_request> requests;
  std::deque<std::function<void(ports::management_answer)>> answers;
};

class media_uploads : public ::testing::Test {
protected:
  void upload() {
    api->upload({"106", "secret"}, {"a.png", "image/png", "BYTES"},
                [this](core::result<std::string> r) { told.emplace(std::move(r)); });
  }
  void upload_sample() {
    api->upload_sample("secret", {"a b.pdf", "application/pdf", "BYTES"},
                       [this](core::result<std::string> r) { told.emplace(std::move(r)); });
  }

  waiting_gateway gateway;
  std::unique_ptr<ports::media_api> api = meta::make_media_api(gateway, "v25.0", "777");
  std::optional<core::result<std::string>> told;
};

TEST_F(media_uploads, are_forms) {
  upload();
  const auto& request = gateway.requests[0];
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.path, "/v25.0/106/media");
  EXPECT_EQ(request.token, "secret");
  EXPECT_EQ(request.content_type, "multipart/form-data; boundary=stentor-media-0");
  EXPECT_EQ(
      request.body,
      "--stentor-media-0\r\nContent-Disposition: form-data; name=\"messaging_product\"\r\n\r\n"
      "whatsapp\r\n--stentor-media-0\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\n"
      "image/png\r\n--stentor-media-0\r\nContent-Disposition: form-data; name=\"file\"; "
      "filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\nBYTES\r\n--stentor-media-0--\r\n");
  gateway.answer(200, R"({"id":"1013"})");
  EXPECT_EQ(**told, "1013");
}

TEST_F(media_uploads, have_a_boundary_that_the_file_does_not_hold) {
  const auto form = meta::media_form({"a", "text/plain", "--stentor-media-0\r\nstentor-media-1"});
  EXPECT_EQ(form.boundary, "stentor-media-2");
}

TEST_F(media_uploads, say_what_went_wrong) {
  upload();
  gateway.answer(400, R"({"error":{"message":"(#131053) Media upload error","code":131053}})");
  EXPECT_EQ(told->error().code, core::errc::invalid);
  EXPECT_NE(told->error().message.find("Media upload error"), std::string::npos);
  for (const auto& [status, body] : {std::pair{0, ""}, {503, "{}"}, {200, "{}"}, {429, "<html>"}}) {
    upload();
    gateway.answer(status, body);
    EXPECT_EQ(told->error().code, core::errc::unavailable) << status;
  }
  upload();
  gateway.answer(401, R"({"error":{"message":"expired","code":190}})");
  EXPECT_EQ(told->error().code, core::errc::forbidden);
  EXPECT_EQ(told->error().message.find("secret"), std::string::npos);
}

TEST_F(media_uploads, of_samples_take_two_steps) {
  upload_sample();
  EXPECT_EQ(gateway.requests[0].path, "/v25.0/777/uploads?file_name=a%20b.pdf&file_length=5&"
                                      "file_type=application%2Fpdf");
  EXPECT_EQ(gateway.requests[0].body, "");
  gateway.answer(200, R"({"id":"upload:MTph?sig=AR-x_"})");
  ASSERT_EQ(gateway.requests.size(), 2U);
  const auto& bytes = gateway.requests[1];
  EXPECT_EQ(bytes.path, "/v25.0/upload:MTph?sig=AR-x_");
  EXPECT_EQ(bytes.token_type, "OAuth");
  EXPECT_EQ(bytes.field, (std::pair<std::string, std::string>{"file_offset", "0"}));
  EXPECT_EQ(bytes.body, "BYTES");
  gateway.answer(200, R"({"h":"4::aW"})");
  EXPECT_EQ(**told, "4::aW");
}

TEST_F(media_uploads, of_samples_follow_no_odd_address) {
  upload_sample();
  gateway.answer(200, R"({"id":"upload:a b\r\nHost: evil"})");
  EXPECT_FALSE(*told);
  EXPECT_EQ(gateway.requests.size(), 1U);
  upload_sample();
  gateway.answer(403, R"({"error":{"message":"no permission","code":10}})");
  EXPECT_EQ(told->error().code, core::errc::forbidden);
}

TEST_F(media_uploads, of_samples_need_an_app) {
  api = meta::make_media_api(gateway, "v25.0", "");
  upload_sample();
  EXPECT_TRUE(gateway.requests.empty());
  EXPECT_NE(told->error().message.find("meta.app_id"), std::string::npos);
}

} // namespace
