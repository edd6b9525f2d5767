#pragma once
/// A streaming reader of CSV files (RFC 4180) in constant memory: bytes go in, in pieces of any
/// size, records come out. It takes what spreadsheets write (byte order mark, CRLF, LF or CR, a
/// delimiter among , ; tab |, a first line "sep=;") and refuses what is no text in UTF-8, also
/// Windows-1252, which shows at the first letter beyond ASCII only: then finish() fails. A line
/// that cannot be read is reported and costs no other line. Not thread-safe.

#include "stentor/core/base/result.hpp"
#include "stentor/core/base/sentence.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::core {

/// Receives what the reader finds. Views are valid during the call only.
class csv_sink {
public:
  virtual ~csv_sink() = default;
  /// The first line. An error ends the reading and is what feed() or finish() returns.
  [[nodiscard]] virtual status header(std::span<const std::string_view> names) = 0;
  /// @param line the physical line where the record begins, from 1
  virtual void record(std::int64_t line, std::span<const std::string_view> fields) = 0;
  virtual void bad_line(std::int64_t line, const sentence& why) = 0;
};

struct csv_limits {
  std::size_t record_bytes =
      std::size_t{256} * 1024; ///< of one record, quoted line breaks included
  std::size_t fields = 1'000;  ///< of one record
  std::size_t look_at = 4'096; ///< bytes at the beginning that tell what a file is
};

class csv_reader {
public:
  explicit csv_reader(csv_sink& sink, csv_limits limits = {});

  /// `invalid` when the input as a whole is no CSV, or the sink refused the header; the same again
  /// from then on.
  [[nodiscard]] status feed(std::string_view bytes);
  /// The end of the file. `invalid` also when there was nothing at all.
  [[nodiscard]] status finish();

  [[nodiscard]] char delimiter() const noexcept { return delimiter_; }

private:
  enum class state : std::uint8_t { field_start, plain, quoted, quote_in_quoted };
  enum class step : std::uint8_t { need_more, complete, malformed };

  struct field {
    std::size_t begin = 0; ///< in buffer_
    std::size_t end = 0;
    bool escaped = false; ///< holds doubled quotes
  };

  [[nodiscard]] status open(bool last);
  [[nodiscard]] status read(bool last);
  [[nodiscard]] step scan(bool last);
  [[nodiscard]] step scan_plain();
  [[nodiscard]] step after_quote();
  [[nodiscard]] step end_of_input();
  void end_field(std::size_t end);
  void end_record();
  [[nodiscard]] status deliver();
  [[nodiscard]] status deliver_header();
  void give_up_line(const sentence& why);
  void skip_rest_of_line();
  void start_record(std::size_t at);
  void choose_delimiter(std::string_view line);
  void note_encoding(std::string_view record, bool valid);
  [[nodiscard]] bool is_another_encoding() const noexcept;
  [[nodiscard]] std::string another_encoding() const;
  [[nodiscard]] std::int64_t lines_in(std::string_view text) const;
  [[nodiscard]] status fail(std::string why);

  csv_sink& sink_;
  csv_limits limits_;
  std::string buffer_;
  std::vector<field> fields_;
  std::vector<std::string_view> views_;
  std::array<bool, 256> special_{}; ///< what ends a plain field
  sentence malformed_;              ///< why
  std::string failure_;
  std::size_t begin_ = 0; ///< of the record
  std::size_t at_ = 0;    ///< what is scanned
  std::size_t field_begin_ = 0;
  std::size_t record_end_ = 0;  ///< without the line break
  std::size_t header_size_ = 0; ///< fields of the header
  std::int64_t line_ = 1;
  std::int64_t in_utf8_ = 0; ///< records with letters beyond ASCII that are right in UTF-8
  std::int64_t in_other_encoding_ = 0; ///< records with letters that would be right in Windows-1252
  std::int64_t first_in_other_encoding_ = 0; ///< its line
  state state_ = state::field_start;
  char delimiter_ = 0;
  bool escaped_ = false;
  bool quotes_ = false; ///< the record holds a quoted field
  bool opened_ = false; ///< the beginning was looked at
  bool marked_ = false; ///< it begins with the byte order mark of UTF-8
  bool header_seen_ = false;
  bool skip_line_feed_ = false; ///< the last record ended with CR
  bool skipping_ = false;       ///< the rest of a line that was given up
};

} // namespace stentor::core
