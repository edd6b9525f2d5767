#pragma once
/// ports::media_ids in memory. Thread-safe.

#include "stentor/ports/message_template/media_ids.hpp"

#include <mutex>

namespace stentor::app {

class known_media final : public ports::media_ids {
public:
  [[nodiscard]] std::shared_ptr<const ports::media_table> now() const override {
    const std::lock_guard lock{mutex_};
    return table_;
  }
  void replace(ports::media_table table) override {
    const std::lock_guard lock{mutex_};
    if (table != *table_)
      table_ = std::make_shared<const ports::media_table>(std::move(table));
  }

private:
  mutable std::mutex mutex_;
  std::shared_ptr<const ports::media_table> table_ = std::make_shared<const ports::media_table>();
};

} // namespace stentor::app
