#include "stentor/core/message_template/media.hpp"

#include "stentor/core/base/ascii.hpp"
#include "stentor/core/base/utf8.hpp"

#include <algorithm>
#include <array>

namespace stentor::core {

namespace {

using namespace std::string_view_literals;

constexpr std::int64_t mebibyte = 1024 * 1024;
constexpr std::int64_t image_max = 5 * mebibyte;
constexpr std::int64_t video_max = 16 * mebibyte;
constexpr std::int64_t document_max = 100 * mebibyte;
/// So much of a file tells its type.
constexpr std::size_t beginning_bytes = 16;

constexpr auto legacy_office = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv;
constexpr auto zip = "PK\x03\x04"sv;

constexpr std::array formats{
    media_format{"image/jpeg", media_kind::image, image_max, "jpg", true},
    media_format{"image/png", media_kind::image, image_max, "png", true},
    media_format{"video/mp4", media_kind::video, video_max, "mp4", true},
    media_format{"video/3gpp", media_kind::video, video_max, "3gp", false},
    media_format{"application/pdf", media_kind::document, document_max, "pdf", true},
    media_format{"application/msword", media_kind::document, document_max, "doc", false},
    media_format{"application/vnd.ms-excel", media_kind::document, document_max, "xls", false},
    media_format{"application/vnd.ms-powerpoint", media_kind::document, document_max, "ppt", false},
    media_format{"application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                 media_kind::document, document_max, "docx", false},
    media_format{"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                 media_kind::document, document_max, "xlsx", false},
    media_format{"application/vnd.openxmlformats-officedocument.presentationml.presentation",
                 media_kind::document, document_max, "pptx", false},
    media_format{"text/plain", media_kind::document, document_max, "txt", false},
};

/// ISO base media: the brand stands behind a box's length and "ftyp".
bool is_brand(std::string_view beginning, bool of_3gpp) {
  if (beginning.size() < 12 || beginning.substr(4, 4) != "ftyp")
    return false;
  const auto brand = beginning.substr(8, 4);
  if (brand == "qt  ") // QuickTime, which WhatsApp doesn't play
    return false;
  return brand.starts_with("3g") == of_3gpp;
}

bool begins_as(const media_format& format, std::string_view beginning) {
  const auto mime = format.mime;
  if (mime == "image/jpeg")
    return beginning.starts_with("\xFF\xD8\xFF"sv);
  if (mime == "image/png")
    return beginning.starts_with("\x89PNG\r\n\x1A\n"sv);
  if (mime == "video/mp4" || mime == "video/3gpp")
    return is_brand(beginning, mime == "video/3gpp");
  if (mime == "application/pdf")
    return beginning.starts_with("%PDF-");
  if (mime == "text/plain")
    return true; // what it holds is looked at piece by piece
  return beginning.starts_with(mime.find("openxml") == mime.npos ? legacy_office : zip);
}

std::string megabytes(std::int64_t bytes) {
  return std::to_string(bytes / mebibyte) + " MB";
}

constexpr std::size_t uuid_length = 36;

/// In lower case.
bool is_media_id(std::string_view text) {
  if (text.size() != uuid_length)
    return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const char c = text[i];
    if (dash ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
      return false;
  }
  return true;
}

} // namespace

std::string_view to_string(media_kind kind) noexcept {
  switch (kind) {
  case media_kind::image:
    return "image";
  case media_kind::video:
    return "video";
  case media_kind::document:
    return "document";
  }
  return "document";
}

std::span<const media_format> media_formats() noexcept {
  return formats;
}

const media_format* media_format_of(std::string_view mime) noexcept {
  const auto* const found = std::find_if(formats.begin(), formats.end(),
                                         [&](const auto& one) { return one.mime == mime; });
  return found == formats.end() ? nullptr : found;
}

status media_check::feed(std::string_view piece) {
  bytes_ += static_cast<std::int64_t>(piece.size());
  if (bytes_ > format_.bytes_max)
    return error{errc::invalid, "The file is larger than " + megabytes(format_.bytes_max) +
                                    ", Meta's limit for " + std::string{format_.mime} +
                                    ". Send a smaller one."};
  if (format_.mime == "text/plain" && piece.find('\0') != piece.npos)
    return error{errc::invalid, "The file is no text: it holds a zero byte."};
  if (!known_) {
    beginning_.append(piece.substr(0, beginning_bytes - beginning_.size()));
    if (beginning_.size() < beginning_bytes)
      return ok{};
    known_ = true;
    return look_at_beginning();
  }
  return ok{};
}

status media_check::finish() {
  if (bytes_ == 0)
    return error{errc::invalid, "The file is empty."};
  if (!known_)
    return look_at_beginning();
  return ok{};
}

status media_check::look_at_beginning() const {
  if (begins_as(format_, beginning_))
    return ok{};
  return error{errc::invalid, "The file does not begin as " + std::string{format_.mime} +
                                  " does. Send it with the type that it has."};
}

std::string problem_of_media_name(std::string_view name) {
  if (name.empty())
    return "expected the file's name";
  if (name.size() > media_name_bytes_max)
    return "expected at most " + std::to_string(media_name_bytes_max) + " bytes";
  if (!is_utf8_text(name))
    return "expected text in UTF-8, without zero bytes";
  const bool odd = std::any_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F || c == '/' || c == '\\' || c == '"';
  });
  return odd ? "expected a name without slashes, quotes and control characters" : std::string{};
}

std::optional<std::string> media_id_of(std::string_view text) {
  if (!names_media(text))
    return std::nullopt;
  std::string id{text.substr(media_prefix.size())};
  std::transform(id.begin(), id.end(), id.begin(), ascii_lower);
  if (!is_media_id(id))
    return std::nullopt;
  return id;
}

std::optional<media_kind> media_kind_of_slot(std::string_view slot) noexcept {
  for (const auto kind : {media_kind::image, media_kind::video, media_kind::document}) {
    const auto name = to_string(kind);
    if (!slot.ends_with(name))
      continue;
    const auto rest = slot.substr(0, slot.size() - name.size());
    if (rest == "header." || rest.ends_with(".header."))
      return kind;
  }
  return std::nullopt;
}

} // namespace stentor::core
