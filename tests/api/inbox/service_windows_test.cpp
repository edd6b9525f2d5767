/// Service windows as callers ask for them.

#include "tests/api/support/fakes.hpp"

namespace stentor::test {
namespace {

class service_windows_api : public api_test {};

TEST_F(service_windows_api, take_a_phone_number_or_a_user_id) {
  const auto of = [&](const std::string& person) {
    return ask("GET", "/api/whatsapp/service-windows/" + person, "", "viewer").body;
  };
  EXPECT_NE(of("+4915112345678").find("4915112345678/\""), std::string::npos);
  EXPECT_NE(of("DE.12345").find("0/DE.12345\""), std::string::npos);
  EXPECT_NE(of("user:4915112345678").find("0/4915112345678\""), std::string::npos);
  expect_problem(ask("GET", "/api/whatsapp/service-windows/+123"), 404, "no phone number");
}

} // namespace
} // namespace stentor::test
