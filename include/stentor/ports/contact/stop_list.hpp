#pragma once
/// The stops of the last time, in memory: asked right before a request is written. Older stops were
/// seen when the chunk was read, however long ago that was.

#include "stentor/core/base/ids.hpp"

#include <cstdint>
#include <memory>

namespace stentor::ports {

/// Thread-safe; all methods are short and never block for long.
class stop_list {
public:
  virtual ~stop_list() = default;
  [[nodiscard]] virtual bool contains(core::number_no number, core::person_key person) const = 0;
  /// From now on the person is not written to by any number of that number's organization.
  virtual void add(core::organization_no organization, core::person_key person) = 0;
  virtual void remove(core::organization_no organization, core::person_key person) = 0;
  /// Grows with every add(): so that what another daemon lifted takes no stop away that came since.
  [[nodiscard]] virtual std::uint64_t moment() const = 0;
  virtual void remove_until(core::organization_no organization, core::person_key person,
                            std::uint64_t moment) = 0;
  /// Asked for before recipients are read, and kept as long as they may be sent to: no stop that
  /// comes in that time is forgotten.
  [[nodiscard]] virtual std::shared_ptr<const void> reading() = 0;
};

} // namespace stentor::ports
