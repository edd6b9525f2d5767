#pragma once
/// Media of template headers: which files Meta takes, whether a file is what it is said to be, and
/// how a campaign names one. Pure; any thread but for media_check, which belongs to one.
///
/// Limits: Meta's "supported media types" of the Cloud API; template samples by its resumable
/// upload API.

#include "stentor/core/base/result.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace stentor::core {

enum class media_kind : std::uint8_t { image, video, document };

/// "image", "video", "document": as slots and Meta's messages spell it.
[[nodiscard]] std::string_view to_string(media_kind kind) noexcept;

struct media_format {
  std::string_view mime;
  media_kind kind;
  std::int64_t bytes_max;
  std::string_view extension;
  bool is_sample; ///< Meta takes it as the sample of a new template's header
};

[[nodiscard]] std::span<const media_format> media_formats() noexcept;
/// @param mime without parameters, in lower case. nullptr: no header takes it
[[nodiscard]] const media_format* media_format_of(std::string_view mime) noexcept;

/// A file while it comes: it must begin as files of its type do, and not be too long.
class media_check {
public:
  explicit media_check(const media_format& format) : format_{format} {}

  /// The next piece. Errors say what is wrong with the file.
  [[nodiscard]] status feed(std::string_view piece);
  /// Behind the last piece.
  [[nodiscard]] status finish();
  [[nodiscard]] std::int64_t bytes() const noexcept { return bytes_; }

private:
  [[nodiscard]] status look_at_beginning() const;

  const media_format& format_;
  std::string beginning_;
  std::int64_t bytes_ = 0;
  bool known_ = false; ///< its beginning was looked at
};

/// The longest name of a file.
inline constexpr std::size_t media_name_bytes_max = 200;
/// What is wrong with a file's name; empty: nothing.
[[nodiscard]] std::string problem_of_media_name(std::string_view name);

/// In templateVariables a header names a medium of ours by "media:" and its id.
inline constexpr std::string_view media_prefix = "media:";
[[nodiscard]] constexpr bool names_media(std::string_view text) noexcept {
  return text.starts_with(media_prefix);
}
/// Its id, in lower case; none when what stands behind "media:" is no UUID.
[[nodiscard]] std::optional<std::string> media_id_of(std::string_view text);

/// What a slot such as "header.image" or "card.0.header.video" takes; none: no media.
[[nodiscard]] std::optional<media_kind> media_kind_of_slot(std::string_view slot) noexcept;

} // namespace stentor::core
