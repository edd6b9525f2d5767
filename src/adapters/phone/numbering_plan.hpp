#pragma once
/// The numbering plans of the world (data/numbering_plans.txt) as automata, one per calling code,
/// built on first use. The file travels with the program, so that ranges which regulators opened
/// after a distribution's libphonenumber was packed are known too. Thread-safe.

#include "adapters/phone/digit_automaton.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

namespace stentor::phone {

/// What a plan says of a number.
struct plan_verdict {
  bool valid = false;
  bool mobile = false; ///< mobile phones have such numbers; in some countries others too
  bool united_states = false;
  std::string_view region{}; ///< two letters, of the plan; empty for codes of no country
  /// Its digits begin like a national prefix, which may have to go: what libphonenumber decides.
  bool has_prefix = false;
};

class numbering_plan {
public:
  /// Throws std::runtime_error when the embedded file can't be read.
  numbering_plan();
  ~numbering_plan();
  numbering_plan(const numbering_plan&) = delete;
  numbering_plan& operator=(const numbering_plan&) = delete;

  /// @param digits E.164 without the plus, digits only
  [[nodiscard]] plan_verdict check(std::string_view digits) const;

  /// 0 when there is no such region.
  [[nodiscard]] int calling_code(std::string_view region) const noexcept;
  /// Whether one dials "00" abroad from there and nothing else that begins so.
  [[nodiscard]] bool dials_double_zero(std::string_view region) const noexcept;

  /// The region as the plan holds it, for the plan's lifetime; empty when there is no such region.
  [[nodiscard]] std::string_view region_named(std::string_view region) const noexcept;

  /// Two letters each; without "001", the codes of no country.
  [[nodiscard]] std::vector<std::string_view> regions() const;

private:
  struct country {
    std::once_flag built;
    std::unique_ptr<const digit_automaton> automaton; ///< null: nothing is known
  };
  struct region_plan;

  void build(std::size_t calling_code) const;

  std::vector<region_plan> plans_;
  std::map<std::string_view, std::size_t> by_name_;
  std::array<std::vector<std::size_t>, 1000> by_calling_code_; ///< of plans_
  mutable std::array<country, 1000> countries_;                ///< by calling code
};

/// Whether a region counts as the United States: the states and the territories AS, GU, MP, PR, VI.
[[nodiscard]] bool is_united_states(std::string_view region) noexcept;

} // namespace stentor::phone
