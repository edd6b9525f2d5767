#pragma once
/// Looks whether the disk fills up: raises the alarm, and keeps campaigns from claiming while it is
/// full. What is under way goes on, and webhooks are stored as long as there is room. One thread.

#include "actors/runtime/context.hpp"

#include "stentor/core/delivery/disk_guard.hpp"
#include "stentor/ports/system/disk.hpp"

#include <memory>
#include <string>

namespace stentor::actors {

class disk_watch {
public:
  /// @param folder of the disk, for people
  disk_watch(context_ptr context, std::unique_ptr<const ports::disk> disk, std::string folder,
             core::disk_limits limits)
      : context_{std::move(context)}, disk_{std::move(disk)}, folder_{std::move(folder)},
        guard_{limits} {}

  void look();

private:
  void tell(core::disk_state now, double used_percent);

  context_ptr context_;
  std::unique_ptr<const ports::disk> disk_;
  std::string folder_;
  core::disk_guard guard_;
  bool blind_ = false; ///< the last look failed
};

} // namespace stentor::actors
