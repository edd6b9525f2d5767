#pragma once
/// The disk on which this daemon and its own PostgreSQL store. Thread-safe; asking may block.

#include "stentor/core/base/result.hpp"
#include "stentor/core/delivery/disk_guard.hpp"

namespace stentor::ports {

class disk {
public:
  virtual ~disk() = default;

  [[nodiscard]] virtual core::result<core::disk_space> space() const = 0;
};

} // namespace stentor::ports
