/// Commands about the people an organization knows.

#include "tests/app/cli/support/fake_daemon.hpp"

namespace {

TEST_F(command_line, customer_show_tells_all_that_is_known) {
  daemon.answers = {{200, R"({"customer":{"id":"c1","name":"Ana","country":"PT","tags":["a","b"],
      "marketingOptIn":true,"attributes":{"city":"Faro","age":30}},
      "phoneNumbers":["+4915112345678"],"userIds":["DE.ana"],
      "stops":[{"reason":"keyword","stoppedAt":"2026-11-01T10:00:00+00:00"}],
      "serviceWindow":{"openUntil":"2026-11-02T10:00:00+00:00"},
      "messages":{"data":[{"campaignName":"Bali","status":"delivered","sentAt":"2026-11-03T10:00:00+00:00"},
      {"campaignName":"Goa","status":"screened","screenReason":"opted_out"}],"nextCursor":"7"}})"}};
  EXPECT_EQ(run({"customer", "show", "+4915112345678"}), 0);
  EXPECT_THAT(daemon.asked, ElementsAre("GET /api/whatsapp/people/%2B4915112345678"));
  for (const auto* said :
       {"Ana", "+4915112345678", "DE.ana", "a, b", "agreed", "keyword", "Faro", "30",
        "Bali: delivered, 2026-11-03T10:00:00Z", "Goa: screened, opted out", "earlier ones"})
    EXPECT_THAT(out.str(), HasSubstr(said));
}

TEST_F(command_line, customer_show_knows_people_of_lists_and_says_when_nobody_is_there) {
  daemon.answers = {{200, R"({"customer":null,"stops":[],"phoneNumbers":["+4915112345678"],
      "messages":{"data":[{"campaignName":"Bali","status":"pending"}],"nextCursor":null}})"}};
  EXPECT_EQ(run({"customer", "show", "+4915112345678"}), 0);
  EXPECT_THAT(out.str(), HasSubstr("none: on lists only"));
  daemon.answers = {
      {200, R"({"customer":null,"stops":[],"messages":{"data":[],"nextCursor":null}})"}};
  EXPECT_NE(run({"customer", "show", "DE.nobody"}), 0);
  EXPECT_THAT(err.str(), HasSubstr("Nobody is known by this"));
  for (const auto* odd :
       {"[]", "7", R"({"customer":[],"stops":{},"messages":[1]})",
        R"({"customer":{"tags":7,"attributes":[]},"messages":{"data":[7,null]}})"}) {
    daemon.answers = {{200, odd}};
    static_cast<void>(run({"customer", "show", "DE.ana"}));
  }
}

} // namespace
