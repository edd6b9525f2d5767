#include "actors/supervisor/disk_watch.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace stentor::actors {

void disk_watch::look() {
  const auto space = disk_->space();
  if (const bool failed = !space; std::exchange(blind_, failed) != failed && failed)
    spdlog::warn("How full the disk of {} is can't be seen: {}", folder_, space.error().message);
  if (!space)
    return;
  const auto before = guard_.state();
  const auto now = guard_.look(*space);
  context_->counters.disk_used_permille = static_cast<std::uint32_t>(space->used_percent() * 10);
  if (now == before)
    return;
  tell(now, space->used_percent());
  context_->counters.disk_full = now == core::disk_state::full;
}

void disk_watch::tell(core::disk_state now, double used_percent) {
  const auto percent = std::to_string(static_cast<int>(used_percent));
  switch (now) {
  case core::disk_state::fine:
    spdlog::info("The disk of {} has room again: {} % are used.", folder_, percent);
    return context_->alarms.clear("disk");
  case core::disk_state::filling:
    spdlog::warn("The disk of {} fills up: {} % are used.", folder_, percent);
    return context_->alarms.raise(
        "disk",
        core::make_sentence("disk_filling",
                            "disk: {percent} % of the disk of {folder} are used. Make room, "
                            "or sending stops before it is full.",
                            {{"percent", percent}, {"folder", folder_}}));
  case core::disk_state::full:
    spdlog::error(
        "The disk of {} is nearly full ({} %): nobody new is sent to until there is room.", folder_,
        percent);
    return context_->alarms.raise(
        "disk",
        core::make_sentence("disk_full",
                            "disk: {percent} % of the disk of {folder} are used. Nobody new "
                            "is sent to until there is room.",
                            {{"percent", percent}, {"folder", folder_}}));
  }
}

} // namespace stentor::actors
