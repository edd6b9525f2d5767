#pragma once
/// Media of template headers as people keep them: the bytes once for an organization, in the
/// database. Thread-safe; every call blocks. What is received belongs to one thread at a time.

#include "stentor/core/base/json_text.hpp"
#include "stentor/core/base/page.hpp"
#include "stentor/core/base/result.hpp"
#include "stentor/core/message_template/media.hpp"
#include "stentor/ports/access/principal.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace stentor::ports {

/// A medium that was received whole.
struct kept_media {
  core::json_text shown;
  bool is_new = false; ///< false: its bytes were known already
};

/// A file on its way in. Dropped before finish(), nothing of it is kept.
class media_intake {
public:
  virtual ~media_intake() = default;
  [[nodiscard]] virtual core::status feed(std::string_view piece) = 0;
  [[nodiscard]] virtual core::result<kept_media> finish() = 0;
};

/// A medium with its bytes.
struct media_file {
  std::string name;
  std::string mime;
  std::string bytes;
};

class media_directory {
public:
  virtual ~media_directory() = default;

  /// @param name of the file. `format` must outlive the intake
  [[nodiscard]] virtual core::result<std::unique_ptr<media_intake>>
  receive(const principal& who, const std::string& name, const core::media_format& format) = 0;

  /// The newest first.
  [[nodiscard]] virtual core::result<std::string> list(const principal& who, core::page page) = 0;
  [[nodiscard]] virtual core::result<core::json_text> get(const principal& who,
                                                          std::string_view id) = 0;
  [[nodiscard]] virtual core::result<media_file> read(const principal& who,
                                                      std::string_view id) = 0;
  /// conflict while a campaign that is not over names it.
  [[nodiscard]] virtual core::status remove(const principal& who, std::string_view id) = 0;
};

} // namespace stentor::ports
