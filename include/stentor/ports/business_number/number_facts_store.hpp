#pragma once
/// What Meta says of the business numbers, kept for people. Used from one thread (a store actor's);
/// every call blocks.

#include "stentor/core/base/ids.hpp"
#include "stentor/core/base/result.hpp"
#include "stentor/ports/meta/number_facts.hpp"

namespace stentor::ports {

class number_facts_store {
public:
  virtual ~number_facts_store() = default;

  /// An empty fact leaves the one before.
  [[nodiscard]] virtual core::status keep(core::number_no number, const number_facts& facts) = 0;
  /// Meta told how many people the portfolio of this account may write to: TIER_10K, or a number.
  /// An account that nobody knows is passed over.
  [[nodiscard]] virtual core::status keep_limit(const std::string& waba_id,
                                                const std::string& limit) = 0;
};

} // namespace stentor::ports
