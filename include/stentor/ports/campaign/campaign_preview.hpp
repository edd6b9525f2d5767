#pragma once
/// Who gets which message, before it is sent. Writes nothing; every call blocks. Thread-safe.

#include "stentor/core/base/result.hpp"
#include "stentor/core/campaign/campaign.hpp"
#include "stentor/core/campaign/preflight.hpp"
#include "stentor/ports/access/principal.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stentor::ports {

/// Those on a list who may be sent to.
struct list_outline {
  std::vector<std::int64_t> people;       ///< by the campaign's languages
  std::vector<core::launch_sample> first; ///< in each language that somebody gets, the first one
  /// Variables without which a message can't be made, and how many people lack them.
  std::vector<std::pair<std::string, std::int64_t>> lacking;
};

struct listed_recipient {
  core::campaign campaign;
  core::launch_sample whom;
};

class campaign_preview {
public:
  virtual ~campaign_preview() = default;

  /// None while there is no list.
  /// @param required what a recipient must bring, by the campaign's languages
  [[nodiscard]] virtual core::result<std::optional<list_outline>>
  outline(const principal& who, std::string_view id,
          const std::vector<std::vector<std::string>>& required) = 0;

  /// @param recipient its UUID, its place on the list, or a phone number
  [[nodiscard]] virtual core::result<listed_recipient>
  recipient(const principal& who, std::string_view id, std::string_view recipient) = 0;
};

} // namespace stentor::ports
