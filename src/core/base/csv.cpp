#include "stentor/core/base/csv.hpp"

#include "stentor/core/base/encoding.hpp"
#include "stentor/core/base/utf8.hpp"

#include <algorithm>
#include <utility>

namespace stentor::core {

namespace {

constexpr std::size_t piece_bytes = 65536; ///< so that one big feed() needs no big buffer
constexpr std::int64_t surely_another =
    1000; ///< records in another encoding end the reading at once

constexpr std::string_view save_as_utf8 =
    "Save it as CSV in UTF-8 (in Excel: \"CSV UTF-8\") and import it again.";

sentence quote_not_closed() {
  return make_sentence("csv_quote_open", "a quote is opened and never closed");
}

bool is_break(char c) noexcept {
  return c == '\n' || c == '\r';
}

/// Of two quotes the first stays. @return the new end
char* unescape(char* first, const char* last) noexcept {
  auto* to = first;
  for (const auto* from = first; from != last; ++from) {
    *to++ = *from;
    if (*from == '"')
      ++from; // the scan has seen that the second one is there
  }
  return to;
}

} // namespace

csv_reader::csv_reader(csv_sink& sink, csv_limits limits) : sink_{sink}, limits_{limits} {}

status csv_reader::feed(std::string_view bytes) {
  while (!bytes.empty() && failure_.empty()) {
    const auto piece = bytes.substr(0, piece_bytes);
    bytes.remove_prefix(piece.size());
    buffer_.append(piece);
    if (!opened_ && buffer_.size() < limits_.look_at)
      continue;
    if (auto s = read(false); !s.ok())
      return s;
  }
  if (!failure_.empty())
    return error{errc::invalid, failure_};
  return ok{};
}

status csv_reader::finish() {
  if (!failure_.empty())
    return error{errc::invalid, failure_};
  if (auto s = read(true); !s.ok())
    return s;
  if (!header_seen_)
    return fail(
        "The file is empty: it needs a first line with column names and one line per recipient.");
  if (is_another_encoding())
    return fail(another_encoding());
  return ok{};
}

/// Half a list must not be imported as if it were the whole: that would leave out everybody with an
/// umlaut.
bool csv_reader::is_another_encoding() const noexcept {
  return !marked_ && in_other_encoding_ > in_utf8_;
}

std::string csv_reader::another_encoding() const {
  return "The file is not in UTF-8, but probably in Windows-1252, as Excel's plain \"CSV\" is: the "
         "first line whose letters can't be read is line " +
         std::to_string(first_in_other_encoding_) + ". " + std::string{save_as_utf8};
}

void csv_reader::note_encoding(std::string_view record, bool valid) {
  if (valid) {
    in_utf8_ += is_ascii(record) ? 0 : 1;
  } else if (reads_as_windows_1252(record)) {
    if (++in_other_encoding_ == 1)
      first_in_other_encoding_ = line_;
  }
}

status csv_reader::fail(std::string why) {
  failure_ = std::move(why);
  return error{errc::invalid, failure_};
}

status csv_reader::open(bool last) {
  if (!last && buffer_.size() < limits_.look_at)
    return ok{};
  opened_ = true;
  if (const auto what = what_is_no_csv(std::string_view{buffer_}.substr(0, limits_.look_at));
      !what.empty())
    return fail(what + " " + std::string{save_as_utf8});
  marked_ = buffer_.starts_with("\xEF\xBB\xBF");
  start_record(marked_ ? 3 : 0);
  return ok{};
}

status csv_reader::read(bool last) {
  if (!opened_)
    if (auto s = open(last); !s.ok() || !opened_)
      return s;
  for (;;) {
    if (skip_line_feed_ && at_ < buffer_.size()) {
      skip_line_feed_ = false;
      if (buffer_[at_] == '\n')
        start_record(at_ + 1);
    }
    if (skipping_) {
      skip_rest_of_line();
      if (skipping_)
        break;
      continue;
    }
    const auto s = scan(last);
    if (s == step::need_more)
      break;
    if (s == step::malformed) {
      if (!header_seen_)
        return fail("The first line, which names the columns, cannot be read: " + malformed_.text +
                    ".");
      give_up_line(malformed_);
      continue;
    }
    if (auto delivered = deliver(); !delivered.ok())
      return delivered;
    if (last && at_ >= buffer_.size())
      break;
  }
  // What is done with goes; the record that is not complete moves to the front.
  buffer_.erase(0, begin_);
  const auto gone = begin_;
  for (auto& f : fields_) {
    f.begin -= gone;
    f.end -= gone;
  }
  at_ -= gone;
  field_begin_ -= std::min(field_begin_, gone);
  begin_ = 0;
  return ok{};
}

void csv_reader::start_record(std::size_t at) {
  begin_ = at_ = field_begin_ = at;
  state_ = state::field_start;
  fields_.clear();
  escaped_ = quotes_ = false;
}

csv_reader::step csv_reader::scan(bool last) {
  if (delimiter_ == 0) { // the whole first line is needed to choose it
    const auto end = std::find_if(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
                                  buffer_.end(), is_break);
    if (end == buffer_.end() && !last && buffer_.size() - begin_ <= limits_.record_bytes)
      return step::need_more;
    choose_delimiter(std::string_view{buffer_}.substr(
        begin_, static_cast<std::size_t>(end - buffer_.begin()) - begin_));
  }
  while (at_ < buffer_.size()) {
    auto found = step::need_more;
    switch (state_) {
    case state::field_start:
      escaped_ = false;
      if (buffer_[at_] == '"') {
        quotes_ = true;
        state_ = state::quoted;
        field_begin_ = ++at_;
      } else {
        state_ = state::plain;
        field_begin_ = at_;
      }
      break;
    case state::plain:
      found = scan_plain();
      break;
    case state::quoted:
      if (const auto quote = buffer_.find('"', at_); quote == std::string::npos) {
        at_ = buffer_.size();
      } else {
        at_ = quote + 1;
        state_ = state::quote_in_quoted;
      }
      break;
    case state::quote_in_quoted:
      found = after_quote();
      break;
    }
    if (found != step::need_more)
      return found;
    if (at_ - begin_ > limits_.record_bytes || fields_.size() > limits_.fields) {
      malformed_ =
          fields_.size() > limits_.fields ? make_sentence("csv_too_many_fields", "too many fields")
          : state_ == state::quoted       ? quote_not_closed()
                                    : make_sentence("csv_line_too_long", "the line is too long");
      return step::malformed;
    }
  }
  return last ? end_of_input() : step::need_more;
}

csv_reader::step csv_reader::scan_plain() {
  const auto size = buffer_.size();
  const auto* bytes = buffer_.data();
  auto at = at_;
  while (at < size && !special_[static_cast<unsigned char>(bytes[at])])
    ++at;
  at_ = at;
  if (at == size)
    return step::need_more;
  end_field(at);
  if (bytes[at] == delimiter_) {
    ++at_;
    state_ = state::field_start;
    return step::need_more;
  }
  end_record();
  return step::complete;
}

csv_reader::step csv_reader::after_quote() {
  const char c = buffer_[at_];
  if (c == '"') {
    escaped_ = true;
    state_ = state::quoted;
    ++at_;
    return step::need_more;
  }
  if (c != delimiter_ && !is_break(c)) {
    malformed_ =
        make_sentence("csv_quote_misplaced", "a quote stands where a delimiter was expected");
    return step::malformed;
  }
  end_field(at_ - 1);
  if (c == delimiter_) {
    ++at_;
    state_ = state::field_start;
    return step::need_more;
  }
  end_record();
  return step::complete;
}

csv_reader::step csv_reader::end_of_input() {
  if (begin_ == buffer_.size())
    return step::need_more;
  if (state_ == state::quoted) {
    malformed_ = quote_not_closed();
    return step::malformed;
  }
  if (state_ == state::field_start)
    field_begin_ = at_;
  end_field(state_ == state::quote_in_quoted ? at_ - 1 : at_);
  record_end_ = at_;
  return step::complete;
}

void csv_reader::end_field(std::size_t end) {
  fields_.push_back({field_begin_, end, escaped_});
}

void csv_reader::end_record() {
  record_end_ = at_;
  skip_line_feed_ = buffer_[at_] == '\r';
  ++at_;
}

std::int64_t csv_reader::lines_in(std::string_view text) const {
  std::int64_t lines = 0;
  for (auto at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1))
    ++lines;
  for (auto at = text.find('\r'); at != std::string_view::npos; at = text.find('\r', at + 1))
    lines += at + 1 == text.size() || text[at + 1] != '\n' ? 1 : 0;
  return lines;
}

/// Gives up the record's first line only and goes on behind it: an opened quote must not swallow
/// the lines that follow.
void csv_reader::give_up_line(const sentence& why) {
  sink_.bad_line(line_, why);
  at_ = begin_;
  skip_line_feed_ = false;
  skip_rest_of_line();
}

void csv_reader::skip_rest_of_line() {
  const auto from = buffer_.begin() + static_cast<std::ptrdiff_t>(at_);
  const auto end = std::find_if(from, buffer_.end(), is_break);
  skipping_ = end == buffer_.end();
  if (skipping_) {
    start_record(buffer_.size());
    return;
  }
  skip_line_feed_ = *end == '\r';
  ++line_;
  start_record(static_cast<std::size_t>(end - buffer_.begin()) + 1);
}

status csv_reader::deliver() {
  const auto whole = std::string_view{buffer_}.substr(begin_, record_end_ - begin_);
  const auto inner_lines = quotes_ ? lines_in(whole) : 0;
  const bool valid = is_utf8_text(whole);
  note_encoding(whole, valid);
  if (is_another_encoding() && in_other_encoding_ >= surely_another)
    return fail(another_encoding());
  if (header_seen_ && inner_lines > 0 && fields_.size() != header_size_) {
    give_up_line(make_sentence("csv_quote_or_fields",
                               "a quote is not closed on its line, or the number of fields is "
                               "wrong"));
    return ok{};
  }
  views_.clear();
  for (const auto& f : fields_) {
    auto* const first = buffer_.data() + f.begin;
    auto* last = buffer_.data() + f.end;
    if (f.escaped)
      last = unescape(first, last);
    views_.emplace_back(first, static_cast<std::size_t>(last - first));
  }
  const auto line = line_;
  const auto next = at_;
  line_ += 1 + inner_lines;
  auto outcome = status{ok{}};
  const bool blank = std::all_of(views_.begin(), views_.end(), [](auto v) { return v.empty(); });
  if (!header_seen_ && !blank) {
    if (!valid)
      return fail("The first line is not valid UTF-8. " + std::string{save_as_utf8});
    outcome = deliver_header();
  } else if (!blank && !valid) {
    sink_.bad_line(line, make_sentence("csv_not_utf8", "not valid UTF-8"));
  } else if (!blank && views_.size() > header_size_ &&
             std::any_of(views_.begin() + static_cast<std::ptrdiff_t>(header_size_), views_.end(),
                         [](auto v) { return !v.empty(); })) {
    sink_.bad_line(line,
                   make_sentence("csv_more_fields", "more fields than the first line has columns"));
  } else if (!blank) {
    sink_.record(line, views_);
  }
  start_record(next);
  return outcome;
}

status csv_reader::deliver_header() {
  // Excel's way to name the delimiter.
  if (views_.size() <= 2 && views_[0].starts_with("sep=") && line_ == 2)
    return ok{};
  header_seen_ = true;
  header_size_ = views_.size();
  auto s = sink_.header(views_);
  if (!s.ok())
    failure_ = s.error().message;
  return s;
}

void csv_reader::choose_delimiter(std::string_view line) {
  constexpr std::string_view candidates = ",;\t|";
  std::array<int, candidates.size()> found{};
  bool quoted = false;
  for (const char c : line) {
    if (c == '"')
      quoted = !quoted;
    else if (const auto which = candidates.find(c); !quoted && which != std::string_view::npos)
      ++found[which];
  }
  if (line.size() == 5 && line.starts_with("sep="))
    delimiter_ = line[4];
  else // the first of equals, so a comma when there is none
    delimiter_ = candidates[static_cast<std::size_t>(std::max_element(found.begin(), found.end()) -
                                                     found.begin())];
  special_.fill(false);
  for (const char c : {delimiter_, '\n', '\r'})
    special_[static_cast<unsigned char>(c)] = true;
}

} // namespace stentor::core
