#pragma once
/// Which media Meta has for which number, and who brings the next one. Meta's id of a medium is
/// good for one number and 30 days. Used from one thread; every call blocks.

#include "stentor/core/base/ids.hpp"
#include "stentor/core/base/result.hpp"
#include "stentor/core/base/sentence.hpp"
#include "stentor/ports/message_template/media_directory.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace stentor::ports {

/// An upload that is this daemon's to make.
struct media_task {
  std::int32_t media = 0; ///< key in the database
  std::string id;
  core::number_no number{};
  std::string phone_number_id;
};

/// What a campaign that is not over needs of a number.
struct media_state {
  std::string id;
  core::number_no number{};
  std::string meta_id;                   ///< empty: it can't be sent from there now
  std::optional<core::sentence> problem; ///< why the last try failed
  core::organization_no organization{};
};

/// Why an upload failed, and when it is tried again.
struct failed_upload {
  core::sentence what;
  bool refused = false; ///< by Meta, so that the same again will hardly help
};

class media_uploads {
public:
  virtual ~media_uploads() = default;

  /// All that campaigns which are not over need. Ids that Meta has refused (131053) since they were
  /// looked at last are given up.
  [[nodiscard]] virtual core::result<std::vector<media_state>> needed() = 0;
  /// The next upload that is due from one of these numbers; it is this worker's until `hold`.
  [[nodiscard]] virtual core::result<std::optional<media_task>>
  take(const std::vector<core::number_no>& numbers, const std::string& worker,
       std::chrono::milliseconds hold) = 0;
  /// Nothing when the medium was deleted meanwhile.
  [[nodiscard]] virtual core::result<std::optional<media_file>> file(const media_task& task) = 0;
  /// Holds it on. False: it is this worker's no more.
  [[nodiscard]] virtual core::result<bool> keep(const media_task& task, const std::string& worker,
                                                std::chrono::milliseconds hold) = 0;
  /// Both: nothing happens when it is this worker's no more.
  [[nodiscard]] virtual core::status done(const media_task& task, const std::string& worker,
                                          const std::string& meta_id) = 0;
  [[nodiscard]] virtual core::status failed(const media_task& task, const std::string& worker,
                                            const failed_upload& why) = 0;
};

} // namespace stentor::ports
