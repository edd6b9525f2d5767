#include "stentor/core/campaign/command.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string_view>

namespace stentor::core {

namespace {

/// Every command in every state. Columns: draft scheduled sending paused completed cancelled
/// expired failed.
constexpr std::array<std::string_view, 4> table{
    "yy......", // launch
    "..y.....", // pause
    "..yy....", // resume
    ".yyy....", // cancel
};

TEST(campaign_commands, are_taken_in_these_states_and_no_others) {
  for (std::size_t command = 0; command < table.size(); ++command)
    for (std::size_t state = 0; state < 8; ++state) {
      const auto what = static_cast<campaign_command>(command);
      const auto in = static_cast<campaign_status>(state);
      const bool wanted = table[command][state] == 'y';
      EXPECT_EQ(may_be_told(in, what), wanted) << to_string(what) << " in " << to_string(in);
      const auto checked = check_command(in, what);
      EXPECT_EQ(checked.ok(), wanted);
      if (!checked.ok()) {
        EXPECT_EQ(checked.error().code, errc::conflict);
      }
    }
}

TEST(campaign_commands, stop_a_completed_one_that_tries_again) {
  const auto completed = campaign_status::completed;
  for (const auto what : {campaign_command::launch, campaign_command::resume})
    EXPECT_FALSE(may_be_told(completed, what, late_tries::waiting)) << to_string(what);
  for (const auto& [what, to] : {std::pair{campaign_command::pause, campaign_status::paused},
                                 std::pair{campaign_command::cancel, campaign_status::cancelled}}) {
    EXPECT_TRUE(check_command(completed, what, late_tries::waiting).ok());
    EXPECT_TRUE(may_become(completed, to, late_tries::waiting));
  }
  EXPECT_FALSE(
      may_be_told(campaign_status::expired, campaign_command::cancel, late_tries::waiting));
}

TEST(campaign_commands, a_person_may_keep_paused_what_would_go_on_by_itself) {
  const auto may_pause = [](pause_kind held) {
    return may_be_told(campaign_status::paused, campaign_command::pause, late_tries::none,
                       campaign_kind::once, held);
  };
  EXPECT_TRUE(may_pause(pause_kind::template_));
  EXPECT_FALSE(may_pause(pause_kind::operator_));
  EXPECT_FALSE(may_pause(pause_kind::refusals));
  EXPECT_TRUE(holds_over(pause_kind::operator_, pause_kind::template_));
  EXPECT_FALSE(holds_over(pause_kind::refusals, pause_kind::template_));
  EXPECT_FALSE(holds_over(pause_kind::template_, pause_kind::operator_));
  for (const auto kind : {pause_kind::none, pause_kind::operator_, pause_kind::rendering,
                          pause_kind::refusals, pause_kind::template_, pause_kind::missed})
    EXPECT_EQ(pause_kind_from(to_string(kind)), kind);
  EXPECT_EQ(pause_kind_from("of another version"), pause_kind::none);
}

TEST(campaign_commands, lead_only_where_a_campaign_may_go) {
  const std::array targets{campaign_status::sending, campaign_status::paused,
                           campaign_status::sending, campaign_status::cancelled};
  for (std::size_t command = 0; command < targets.size(); ++command)
    for (std::size_t state = 0; state < 8; ++state) {
      const auto in = static_cast<campaign_status>(state);
      if (may_be_told(in, static_cast<campaign_command>(command))) {
        EXPECT_TRUE(in == targets[command] || may_become(in, targets[command]));
      }
    }
}

/// Of a recurring campaign. Columns as above.
constexpr std::array<std::string_view, 4> parent_table{
    "y.......", // launch
    ".y......", // pause
    ".y.y....", // resume
    ".y.y....", // cancel
};

TEST(campaign_commands, of_a_recurring_one) {
  const std::array targets{campaign_status::scheduled, campaign_status::paused,
                           campaign_status::scheduled, campaign_status::cancelled};
  for (std::size_t command = 0; command < parent_table.size(); ++command)
    for (std::size_t state = 0; state < 8; ++state) {
      const auto what = static_cast<campaign_command>(command);
      const auto in = static_cast<campaign_status>(state);
      const bool wanted = parent_table[command][state] == 'y';
      EXPECT_EQ(may_be_told(in, what, late_tries::none, campaign_kind::recurring), wanted)
          << to_string(what) << " in " << to_string(in);
      if (wanted) {
        EXPECT_TRUE(in == targets[command] || parent_may_become(in, targets[command]));
      }
    }
  EXPECT_EQ(check_command(campaign_status::scheduled, campaign_command::launch, late_tries::none,
                          campaign_kind::recurring)
                .error()
                .message,
            "The campaign is scheduled and can't be started: its runs start by themselves.");
}

TEST(campaign_commands, a_draft_is_started_not_resumed) {
  EXPECT_EQ(check_command(campaign_status::draft, campaign_command::resume).error().message,
            "The campaign is draft and can't be resumed: a draft is started, with the checks of "
            "the launch.");
}

} // namespace

} // namespace stentor::core
