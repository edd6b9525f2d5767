#pragma once
/// libphonenumber's metadata as automata, one per calling code, built on first use. It only ever
/// confirms a number: everything it does not confirm is for the library itself to judge.
/// Thread-safe.

#include "adapters/phone/digit_automaton.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>

namespace stentor::phone {

class numbering_plan {
public:
  numbering_plan();
  ~numbering_plan();
  numbering_plan(const numbering_plan&) = delete;
  numbering_plan& operator=(const numbering_plan&) = delete;

  enum class verdict : std::uint8_t { unknown, valid, valid_united_states };

  /// @param digits E.164 without the plus, digits only
  [[nodiscard]] verdict check(std::string_view digits) const;

  /// Whether the library's metadata could be read. When not, check() always says unknown.
  [[nodiscard]] bool usable() const noexcept;

private:
  struct metadata;
  struct country {
    std::once_flag built;
    std::unique_ptr<const digit_automaton> automaton; ///< null: always ask the library
  };

  void build(int calling_code) const;

  std::unique_ptr<const metadata> metadata_;
  mutable std::array<country, 1000> countries_; ///< by calling code
};

/// Whether a region counts as the United States: the states and the territories AS, GU, MP, PR, VI.
[[nodiscard]] bool is_united_states(std::string_view region) noexcept;

} // namespace stentor::phone
