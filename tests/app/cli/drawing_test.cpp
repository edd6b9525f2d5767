/// What is printed about lists that are drawn when their campaigns start.

#include "tests/app/cli/support/fake_daemon.hpp"

namespace {

TEST_F(command_line, start_says_that_a_list_is_drawn_first) {
  daemon.answers = {{202, R"({"id":"abc","status":"scheduled","phase":"freezing",
      "job":{"id":"j1","state":"running","done":3,"total":8}})"}};
  EXPECT_EQ(run({"campaign", "start", an_id}), 0);
  EXPECT_THAT(out.str(), HasSubstr("Its list is being drawn of the customers"));
  EXPECT_THAT(out.str(), HasSubstr("stentor campaign watch abc"));
  daemon.answers = {{202, R"({"status":"scheduled","scheduledLocal":"2030-01-01T10:00",
      "job":{"id":"j1","state":"waiting","dueAt":"2029-12-31T19:59:00+00:00"}})"}};
  EXPECT_EQ(run({"campaign", "start", an_id}), 0);
  EXPECT_THAT(out.str(), HasSubstr("Scheduled for 2030-01-01T10:00 by each one's clock; its list "
                                   "is drawn at 2029-12-31T19:59:00Z (job j1)"));
}

TEST_F(command_line, status_says_how_far_the_drawing_of_a_list_is) {
  daemon.answers = {{200, R"({"name":"n","status":"scheduled","phase":"freezing",
      "job":{"id":"j1","state":"running","done":3,"total":8}})"}};
  EXPECT_EQ(run({"campaign", "status", an_id}), 0);
  EXPECT_THAT(out.str(), HasSubstr("is being drawn, 3 of 8 steps done (job j1)"));
  EXPECT_THAT(out.str(), HasSubstr("for its list, which is being drawn"));
}

} // namespace
