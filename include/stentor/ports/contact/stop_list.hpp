#pragma once
/// The stops of this hour, in memory: asked right before a request is written. Older stops were
/// seen when the chunk was read.

#include "stentor/core/base/ids.hpp"

namespace stentor::ports {

/// Thread-safe; both methods are short and never block for long.
class stop_list {
public:
  virtual ~stop_list() = default;
  [[nodiscard]] virtual bool contains(core::number_no number, core::person_key person) const = 0;
  /// From now on the person is not written to by any number of that number's organization.
  virtual void add(core::organization_no organization, core::person_key person) = 0;
  virtual void remove(core::organization_no organization, core::person_key person) = 0;
};

} // namespace stentor::ports
