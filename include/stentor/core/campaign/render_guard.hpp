#pragma once
/// Stops a run whose messages cannot be made, before it spends its list: when none of the first
/// recipients could be rendered, none of the rest will be. Pure; one per run of a campaign.

#include "stentor/core/base/sentence.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace stentor::core {

class render_guard {
public:
  /// So many recipients are looked at; the launch renders as many.
  static constexpr std::int64_t watched_max = 50;

  /// Counts a rendered chunk: how many messages came out, and how many recipients failed because
  /// theirs could not be made (a person who said stop is neither). @param reason of one of them.
  /// A sentence: pause the campaign for this reason, and give this chunk and the earlier ones back
  /// unspent; until the guard is settled nobody counts as failed. A list that is shorter than
  /// `watched_max` ends with its failures told one by one.
  [[nodiscard]] std::optional<sentence> note(std::int64_t rendered, std::int64_t failed,
                                             std::string_view reason);

  /// One message was made, or the run was stopped: nothing is counted any more.
  [[nodiscard]] bool settled() const noexcept { return settled_; }

private:
  std::int64_t failed_ = 0;
  bool settled_ = false;
};

} // namespace stentor::core
