/// Replies and stops find the message they answer, whenever they are stored.
#include "tests/actors/support/fixture.hpp"

namespace stentor::test {

namespace {

class reply_test : public engine_test {};

TEST_F(reply_test, one_that_is_stored_after_a_look_is_found_by_the_next) {
  context_->settings.webhook_linger = 60ms;
  start();
  run_for(2s);
  for (int i = 0; i < 50; ++i) { // each comes 10 ms later between two looks than the one before
    ingest(status_of({1, i + 1}, core::event_kind::delivered)); // so that the next commit waits
    run_for(10ms);
    ports::webhook_payload payload;
    ports::inbound_message message;
    message.row.phone_number_id = "100";
    message.row.person = 42;
    message.row.message_id = "wamid." + std::to_string(i);
    payload.inbound.push_back(message);
    ingest(payload);
    run_for(1'000ms);
    ASSERT_EQ(world_.inbound.size(), static_cast<std::size_t>(i + 1));
    ASSERT_EQ(world_.attributed, world_.inbound.size()) << i;
  }
}

} // namespace

} // namespace stentor::test
