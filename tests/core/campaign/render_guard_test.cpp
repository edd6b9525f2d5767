#include "stentor/core/campaign/render_guard.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace stentor::core {
namespace {

/// Chunks as {rendered, failed}, and the chunk at which the run is paused; -1: never.
TEST(a_render_guard, pauses_a_run_of_which_nothing_can_be_rendered) {
  struct {
    std::vector<std::pair<int, int>> chunks;
    int pauses_at;
  } const table[] = {
      {{{0, 50}}, 0},
      {{{0, 500}}, 0},
      {{{0, 49}}, -1},        // a short list tells each failure by itself
      {{{0, 49}, {0, 1}}, 1}, //
      {{{0, 20}, {0, 20}, {0, 20}}, 2},
      {{{0, 49}, {1, 0}, {0, 500}}, -1}, // one that works is enough
      {{{1, 499}, {0, 500}}, -1},
      {{{0, 0}, {0, 0}}, -1}, // stops are no failures
      {{}, -1},
  };
  for (const auto& row : table) {
    render_guard guard;
    int paused_at = -1;
    for (int i = 0; i < static_cast<int>(row.chunks.size()); ++i)
      if (const auto [rendered, failed] = row.chunks[static_cast<std::size_t>(i)];
          guard.note(rendered, failed, "the variable is missing") && paused_at < 0)
        paused_at = i;
    EXPECT_EQ(paused_at, row.pauses_at) << &row - table;
  }
}

TEST(a_render_guard, says_why_once) {
  render_guard guard;
  const auto why = guard.note(0, 64, "The variable \"1\" has no value.");
  ASSERT_TRUE(why.has_value());
  EXPECT_EQ(why->code, "run_renders_nothing");
  EXPECT_EQ(why->text, "None of the first 64 messages can be rendered: The variable \"1\" has no "
                       "value.");
  EXPECT_TRUE(guard.settled());
  EXPECT_FALSE(guard.note(0, 64, "again").has_value());
}

} // namespace
} // namespace stentor::core
