#pragma once
/// One daemon a state folder: a lock that the kernel frees when the process ends, however it ends.
/// A later start of the same folder may therefore take the earlier one's leases over at once.

#include "stentor/core/base/result.hpp"

#include <string>

namespace stentor::app {

class instance_lock {
public:
  /// Makes the folder when it is missing. conflict when another daemon holds it.
  [[nodiscard]] static core::result<instance_lock> take(const std::string& state_folder);
  instance_lock(instance_lock&& other) noexcept;
  instance_lock& operator=(instance_lock&&) = delete;
  ~instance_lock();

private:
  explicit instance_lock(int file) : file_{file} {}
  int file_;
};

} // namespace stentor::app
