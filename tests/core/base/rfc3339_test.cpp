#include "stentor/core/base/rfc3339.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace stentor::core {
namespace {

TEST(times_as_text, are_read_with_their_offset) {
  struct {
    const char* text;
    std::optional<std::int64_t> ms;
  } const table[] = {
      {"1970-01-01T00:00:00Z", 0},
      {"1970-01-01T00:00Z", 0},
      {"1970-01-01T00:00:01.5Z", 1'500},
      {"1970-01-01T00:00:00.0019999Z", 1},
      {"1970-01-01T02:00:00+02:00", 0},
      {"1969-12-31T21:30:00-02:30", 0},
      {"2026-06-01T10:00:00Z", 1'780'308'000'000},
      {"2024-02-29T00:00:00Z", 1'709'164'800'000},
      {"2025-02-29T00:00:00Z", std::nullopt}, // no such day
      {"2099-02-31T10:00:00Z", std::nullopt},
      {"0000-01-01T00:00:00Z", std::nullopt},
      {"2025-13-01T00:00:00Z", std::nullopt},
      {"2025-01-01T24:00:00Z", std::nullopt},
      {"2025-01-01T00:60:00Z", std::nullopt},
      {"2025-01-01T00:00:60Z", std::nullopt},
      {"2025-01-01T00:00:00", std::nullopt}, // when, without an offset?
      {"2025-01-01T00:00:00.Z", std::nullopt},
      {"2025-01-01T00:00:00+24:00", std::nullopt},
      {"2025-01-01T00:00:00+0200", std::nullopt},
      {"2025-01-01T00:00:00Zx", std::nullopt},
      {"2025-01-01 00:00:00Z", std::nullopt},
      {"2025-1-1T00:00:00Z", std::nullopt},
      {"tomorrow", std::nullopt},
      {"", std::nullopt},
  };
  for (const auto& [text, ms] : table) {
    const auto read = wall_time_from(text);
    EXPECT_EQ(read ? std::optional{read->time_since_epoch().count()} : std::nullopt, ms) << text;
  }
}

TEST(rfc3339, times_are_written_as_postgresql_does) {
  const auto text = [](std::int64_t ms) {
    return to_text(wall_time{std::chrono::milliseconds{ms}});
  };
  EXPECT_EQ(text(0), "1970-01-01T00:00:00+00:00");
  EXPECT_EQ(text(1'748'772'000'250), "2025-06-01T10:00:00.25+00:00");
  EXPECT_EQ(text(1'748'772'000'007), "2025-06-01T10:00:00.007+00:00");
  EXPECT_EQ(text(951'782'399'999), "2000-02-28T23:59:59.999+00:00");
}

} // namespace
} // namespace stentor::core
