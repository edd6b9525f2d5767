/// What is found before the daemon starts, and what it says of strangers.

#include "app/daemon/start_check.hpp"

#include "adapters/process/temporary_folder.hpp"
#include "app/daemon/refusal_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

namespace {

using namespace stentor;
using namespace stentor::app;
using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class start_check : public ::testing::Test {
protected:
  void SetUp() override {
    configuration.state_folder = (folder.path() / "state" / "deep").string();
    configuration.http.listen = "127.0.0.1:8080";
  }
  std::string file(const std::string& name, const std::string& text, mode_t mode) {
    const auto path = (folder.path() / name).string();
    std::ofstream{path} << text;
    ::chmod(path.c_str(), mode);
    return path;
  }
  process::temporary_folder folder{"stentor-check"};
  ports::configuration configuration;
};

TEST_F(start_check, says_nothing_of_what_is_in_order) {
  EXPECT_THAT(check_start(configuration).problems, IsEmpty());
}

TEST_F(start_check, refuses_what_serve_would_refuse) {
  const auto problems_with = [&](auto change) {
    auto c = configuration;
    change(c);
    return check_start(c).problems;
  };
  EXPECT_THAT(problems_with([](auto& c) { c.http.listen = "localhost:8080"; }),
              Contains(HasSubstr("no IP address to listen on")));
  EXPECT_THAT(problems_with([](auto& c) {
                c.http.tls_certificate = "/nowhere.pem";
                c.http.tls_key = "/nowhere.key";
              }),
              Contains(HasSubstr("/nowhere.pem cannot be used: No such file")));
  EXPECT_THAT(problems_with([](auto& c) { c.meta.ca_file = "/nowhere.pem"; }),
              Contains(HasSubstr("meta.ca_file /nowhere.pem")));
  const auto no_folder = file("no-folder", "x", 0600);
  EXPECT_THAT(problems_with([&](auto& c) { c.state_folder = no_folder + "/state"; }),
              Contains(HasSubstr("no folder")));
  if (::geteuid() != 0) { // root may write everywhere
    EXPECT_THAT(problems_with([](auto& c) { c.state_folder = "/var/lib/stentor"; }),
                Contains(HasSubstr("set state_folder")));
  }
}

TEST_F(start_check, warns_of_secrets_and_tokens_that_others_see) {
  auto c = configuration;
  c.meta.verify_token.file = file("verify", "v", 0644);
  c.numbers.emplace_back().token.file = file("token", "t", 0400);
  c.http.listen = "0.0.0.0:8080";
  const auto report = check_start(c);
  EXPECT_THAT(report.problems, IsEmpty());
  EXPECT_THAT(report.warnings, Contains(HasSubstr("chmod 0400 " + c.meta.verify_token.file)));
  EXPECT_THAT(report.warnings, Not(Contains(HasSubstr(c.numbers[0].token.file))));
  EXPECT_THAT(report.warnings, Contains(HasSubstr("in the clear")));
}

TEST(refusal_log, tells_the_first_at_once_and_then_once_a_minute) {
  refusal_log log;
  const refusal_log::time start{};
  using api::refused_caller;
  const auto first = log.saw(refused_caller::signature, "192.0.2.1", start);
  ASSERT_TRUE(first);
  EXPECT_THAT(*first, HasSubstr("192.0.2.1"));
  EXPECT_THAT(*first, HasSubstr("meta.app_secret"));
  for (int i = 0; i < 20; ++i)
    EXPECT_FALSE(log.saw(refused_caller::signature, "192.0.2.1", start + 1s));
  EXPECT_TRUE(log.saw(refused_caller::token, "192.0.2.2", start + 1s)) << "another kind";
  const auto later = log.saw(refused_caller::signature, "192.0.2.1", start + 61s);
  ASSERT_TRUE(later);
  EXPECT_THAT(*later, HasSubstr("(21 since the last line)"));
}

} // namespace
