#pragma once
/// Whose turn it is on a state folder: one process at a time owns it, with a lock that the kernel
/// frees when the process ends, however it ends. A later start on the same folder may therefore
/// take an earlier daemon's database and leases over at once. One thread.

#include "stentor/core/base/result.hpp"

#include <chrono>
#include <filesystem>
#include <functional>

namespace stentor::postgres {

class folder_lock {
public:
  /// Makes the folder when it is missing and waits up to `patience` for another process to go away,
  /// for a daemon a few seconds at most; `on_wait` is called once when there is one. Errors:
  /// conflict when it stays.
  [[nodiscard]] static core::result<folder_lock> take(const std::filesystem::path& state_folder,
                                                      std::chrono::milliseconds patience,
                                                      const std::function<void()>& on_wait = {});
  folder_lock(folder_lock&& other) noexcept;
  folder_lock& operator=(folder_lock&&) = delete;
  ~folder_lock();

  /// Says that the owner stays: other processes may use its database until it ends.
  void announce() const noexcept;
  /// Whether an owner has said so and still lives.
  [[nodiscard]] static bool announced(const std::filesystem::path& state_folder) noexcept;

private:
  explicit folder_lock(int file) : file_{file} {}
  int file_;
};

} // namespace stentor::postgres
