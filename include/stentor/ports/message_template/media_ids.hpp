#pragma once
/// Meta's ids of the media that messages name, as they are known now: what the renderer puts in.
/// Thread-safe; nothing blocks.

#include "stentor/core/base/ids.hpp"

#include <map>
#include <memory>
#include <string>
#include <utility>

namespace stentor::ports {

/// Medium and number: Meta's id.
using media_table = std::map<std::pair<std::string, core::number_no>, std::string>;

class media_ids {
public:
  virtual ~media_ids() = default;

  /// Never null. The same object as long as nothing has changed.
  [[nodiscard]] virtual std::shared_ptr<const media_table> now() const = 0;
  virtual void replace(media_table table) = 0;
};

} // namespace stentor::ports
