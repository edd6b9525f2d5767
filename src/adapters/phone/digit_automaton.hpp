#pragma once
/// A deterministic automaton over decimal digits, built from the regular expressions in
/// libphonenumber's metadata. It answers in one table look-up per digit what the library needs some
/// twenty microseconds for. Immutable once built, so any number of threads may walk it.

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string_view>
#include <vector>

namespace stentor::phone {

/// Collects patterns, each under a number, and turns them into one automaton.
class digit_patterns {
public:
  /// Adds a pattern of the subset that the metadata uses: digits, \d, [..], groups, |, ?, {n},
  /// {n,m}.
  /// @param prefix true: anything may follow a match
  /// @return false when the pattern holds something else; the set must then not be used
  [[nodiscard]] bool add(std::string_view pattern, std::uint16_t id, bool prefix);

private:
  friend class digit_automaton;

  struct node {
    std::uint16_t digits = 0; ///< bit d: digit d leads to `next`
    std::int32_t next = -1;
    std::vector<std::int32_t> free; ///< reachable without a digit
    std::int32_t accepts = -1;      ///< a pattern's number
  };
  class compiler;

  std::vector<node> nodes_;
  std::vector<std::int32_t> starts_;
};

class digit_automaton {
public:
  /// What a caller wants to know about a state: computed once per state from the patterns that
  /// match there, and the length.
  using judge =
      std::function<std::uint16_t(const std::vector<std::uint16_t>& matching, int length)>;

  static constexpr int length_max = 17; ///< libphonenumber's kMaxLengthForNsn

  digit_automaton(const digit_patterns& patterns, const judge& verdict_of);

  struct state {
    std::array<std::uint32_t, 10> next{}; ///< 0: nothing can match any more
    std::uint16_t verdict = 0;
  };

  [[nodiscard]] const state& start() const noexcept { return states_[1]; }
  [[nodiscard]] const state& at(std::uint32_t index) const noexcept { return states_[index]; }
  [[nodiscard]] std::size_t size() const noexcept { return states_.size(); }

private:
  std::vector<state> states_; ///< [0] is the dead state
};

} // namespace stentor::phone
