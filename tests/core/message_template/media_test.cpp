/// Media of headers: types, sizes, names, and how campaigns name them.

#include "stentor/core/message_template/media.hpp"

#include <gtest/gtest.h>

#include <string>

namespace stentor::core {
namespace {

using namespace std::string_literals;

const std::string png = "\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\0\1"s;
const std::string jpeg = "\xFF\xD8\xFF\xE0\0\x10JFIF\0\1\1\0\0\1\0\1"s;
const std::string mp4 = "\0\0\0\x20"
                        "ftypisom\0\0\2\0isomiso2"s;
const std::string gpp = "\0\0\0\x18"
                        "ftyp3gp5\0\0\1\0"s;
const std::string mov = "\0\0\0\x14"
                        "ftypqt  \0\0\2\0"s;
const std::string pdf = "%PDF-1.7\n%\xE2\xE3\xCF\xD3\n1 0 obj"s;
const std::string docx = "PK\3\4\x14\0\6\0\x08\0\0\0!\0\0\0"s;
const std::string doc = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0\0\0\0\0\0\0"s;

/// What a file comes to that arrives in pieces of this size.
std::string verdict(std::string_view mime, const std::string& bytes, std::size_t piece = 1) {
  media_check check{*media_format_of(mime)};
  for (std::size_t at = 0; at < bytes.size(); at += piece)
    if (auto s = check.feed(std::string_view{bytes}.substr(at, piece)); !s)
      return s.error().message;
  const auto end = check.finish();
  return end ? std::string{} : end.error().message;
}

TEST(media_files, are_what_they_are_said_to_be) {
  const std::pair<const char*, std::string> all[] = {
      {"image/png", png},
      {"image/jpeg", jpeg},
      {"video/mp4", mp4},
      {"video/3gpp", gpp},
      {"application/pdf", pdf},
      {"application/msword", doc},
      {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", docx}};
  for (const auto& [mime, bytes] : all)
    for (const auto& [other, others] : all)
      for (const std::size_t piece : {1U, 7U, 1000U})
        EXPECT_EQ(verdict(mime, others, piece).empty(), bytes == others)
            << mime << " with the bytes of " << other << " in pieces of " << piece;
  EXPECT_FALSE(verdict("video/mp4", mov).empty()) << "QuickTime";
  EXPECT_FALSE(verdict("image/png", "\x89PNG").empty()) << "cut off";
  EXPECT_FALSE(verdict("image/jpeg", "<html>not found</html>").empty());
}

TEST(media_files, of_text_hold_text) {
  EXPECT_EQ(verdict("text/plain", "a"), "");
  EXPECT_EQ(verdict("text/plain", "a longer text than tells a type\n"), "");
  EXPECT_FALSE(verdict("text/plain", "a longer text than tells a type\0"s).empty());
}

TEST(media_files, are_neither_empty_nor_too_long) {
  EXPECT_EQ(verdict("image/png", ""), "The file is empty.");
  EXPECT_EQ(verdict("text/plain", ""), "The file is empty.");
  const auto& format = *media_format_of("image/png");
  const auto fill = static_cast<std::size_t>(format.bytes_max) - png.size();
  EXPECT_EQ(verdict("image/png", png + std::string(fill, 'x'), 65536), "");
  EXPECT_EQ(verdict("image/png", png + std::string(fill + 1, 'x'), 65536),
            "The file is larger than 5 MB, Meta's limit for image/png. Send a smaller one.");
}

TEST(media_files, have_types_that_headers_take) {
  for (const auto* other :
       {"image/webp", "image/gif", "audio/ogg", "application/zip", "", "IMAGE/PNG"})
    EXPECT_EQ(media_format_of(other), nullptr) << other;
  EXPECT_EQ(media_formats().size(), 12U);
}

TEST(media_names, are_names_of_files) {
  for (const auto& good : {"a.png"s, "Angebot für Süd.pdf"s, std::string(200, 'x')})
    EXPECT_EQ(problem_of_media_name(good), "") << good;
  for (const auto& bad : {""s, std::string(201, 'x'), "a/b.png"s, "..\\b.png"s, "a\nb"s, "a\0b"s,
                          "a\"b"s, "\xFF.png"s, "a\x7F"s})
    EXPECT_NE(problem_of_media_name(bad), "") << bad;
}

TEST(media_references, are_ids_behind_a_word) {
  const auto id = "0a1b2c3d-0000-4000-8000-00000000000f"s;
  EXPECT_EQ(media_id_of("media:" + id), id);
  EXPECT_EQ(media_id_of("media:0A1B2C3D-0000-4000-8000-00000000000F"), id);
  for (const auto& bad : {"media:"s, "media:17"s, "media:" + id + " ", "media:{{image}}"s, id,
                          "media:0a1b2c3d00000400080000000000000000fff"s})
    EXPECT_EQ(media_id_of(bad), std::nullopt) << bad;
}

TEST(media_references, stand_in_headers) {
  EXPECT_EQ(media_kind_of_slot("header.image"), media_kind::image);
  EXPECT_EQ(media_kind_of_slot("card.2.header.video"), media_kind::video);
  EXPECT_EQ(media_kind_of_slot("header.document"), media_kind::document);
  for (const auto* other : {"body.image", "header.1", "header.filename", "xheader.image", "image"})
    EXPECT_EQ(media_kind_of_slot(other), std::nullopt) << other;
}

} // namespace
} // namespace stentor::core
