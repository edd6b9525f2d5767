/// The CSV reader: what spreadsheets write, what is broken, and that the size of the pieces never
/// matters.

#include "stentor/core/base/csv.hpp"
#include "stentor/core/contact/import_columns.hpp"
#include "tests/support/sample_file.hpp"

#include <gtest/gtest.h>

#include <sys/resource.h>

#include <string>
#include <vector>

namespace stentor::core {
namespace {

struct seen final : csv_sink {
  std::string header_line;
  std::vector<std::string> rows; ///< "line: a|b"
  std::vector<std::string> bad;  ///< "line: why"
  bool refuse = false;

  static std::string joined(std::span<const std::string_view> fields) {
    std::string all;
    for (std::size_t i = 0; i < fields.size(); ++i)
      all += (i == 0 ? "" : "¦") + std::string{fields[i]};
    return all;
  }
  status header(std::span<const std::string_view> names) override {
    header_line = joined(names);
    if (refuse)
      return error{errc::invalid, "no phone column"};
    return ok{};
  }
  void record(std::int64_t line, std::span<const std::string_view> fields) override {
    rows.push_back(std::to_string(line) + ": " + joined(fields));
  }
  void bad_line(std::int64_t line, const sentence& why) override {
    bad.push_back(std::to_string(line) + ": " + why.text);
  }
};

struct outcome_of_read {
  seen what;
  std::string error;
};

outcome_of_read read(std::string_view file, std::size_t piece = 1'000'000, csv_limits limits = {}) {
  outcome_of_read r;
  csv_reader reader{r.what, limits};
  status s = ok{};
  for (std::size_t at = 0; at < file.size() && s.ok(); at += piece)
    s = reader.feed(file.substr(at, piece));
  if (s.ok())
    s = reader.finish();
  if (!s.ok())
    r.error = s.error().message;
  return r;
}

using lines = std::vector<std::string>;

TEST(csv, reads_plain_lines_with_any_line_break) {
  for (const char* end : {"\n", "\r\n", "\r"}) {
    const std::string e = end;
    const auto r = read("phone,name" + e + "+49151,Anna" + e + e + "+49152,Ben");
    EXPECT_EQ(r.error, "");
    EXPECT_EQ(r.what.header_line, "phone¦name");
    EXPECT_EQ(r.what.rows, (lines{"2: +49151¦Anna", "4: +49152¦Ben"}));
  }
}

TEST(csv, reads_quotes_and_line_breaks_inside_them) {
  const auto r = read("a,b\n\"x, \"\"y\"\"\",\"two\r\nlines\"\n\"\",\"\"\"\"\"\"\n1,5\" pipe\n");
  EXPECT_EQ(r.what.rows, (lines{"2: x, \"y\"¦two\r\nlines", "4: ¦\"\"", "5: 1¦5\" pipe"}));
  EXPECT_TRUE(r.what.bad.empty());
}

TEST(csv, finds_the_delimiter_in_the_first_line) {
  EXPECT_EQ(read("phone;name\n1;a,b\n").what.rows, (lines{"2: 1¦a,b"}));
  EXPECT_EQ(read("phone\tname\n1\ta;b\n").what.rows, (lines{"2: 1¦a;b"}));
  EXPECT_EQ(read("phone|name\n1|a\n").what.rows, (lines{"2: 1¦a"}));
  EXPECT_EQ(read("phone\n1\n").what.rows, (lines{"2: 1"}));
  EXPECT_EQ(read("\"phone,mobile,cell\";name\n1;a\n").what.rows, (lines{"2: 1¦a"}));
  EXPECT_EQ(read("sep=;\nphone;name,x\n1;a,b\n").what.rows, (lines{"3: 1¦a,b"}));
}

TEST(csv, takes_a_byte_order_mark_away) {
  const auto r = read("\xEF\xBB\xBFphone,name\n1,\xC3\xA4\n");
  EXPECT_EQ(r.what.header_line, "phone¦name");
  EXPECT_EQ(r.what.rows, (lines{"2: 1¦ä"}));
}

TEST(csv, refuses_what_is_no_utf8_text_and_says_what_to_do) {
  const auto utf16 = [](std::string_view text, bool big, bool mark) {
    std::string all = !mark ? "" : big ? "\xFE\xFF" : "\xFF\xFE";
    for (const char c : text)
      all += big ? std::string{'\0', c} : std::string{c, '\0'};
    return all;
  };
  for (const bool big : {false, true})
    for (const bool mark : {false, true}) {
      const auto r = read(utf16("phone,name\n+49151,Anna\n", big, mark));
      EXPECT_NE(r.error.find("UTF-16"), std::string::npos) << r.error;
      EXPECT_NE(r.error.find("UTF-8"), std::string::npos);
    }
  EXPECT_NE(read("PK\x03\x04rest of a workbook").error.find("Excel"), std::string::npos);
  using namespace std::string_literals; // the literal holds NULs
  const auto elf = "\x7F"
                   "ELF\0\0\0\x01\x02\x03\x04 and so on and on and on, long enough"s;
  EXPECT_NE(read(elf).error.find("not text"), std::string::npos);
  EXPECT_NE(read("pho\xFCne,name\n1,2\n").error.find("UTF-8"), std::string::npos);
}

TEST(csv, says_that_an_empty_file_is_empty) {
  for (const char* empty : {"", "\n\n", "\xEF\xBB\xBF"}) {
    const auto r = read(empty);
    EXPECT_NE(r.error.find("empty"), std::string::npos);
    EXPECT_TRUE(r.what.rows.empty());
  }
  const auto header_only = read("phone,name\n");
  EXPECT_EQ(header_only.error, "");
  EXPECT_TRUE(header_only.what.rows.empty());
}

TEST(csv, a_refused_header_ends_the_reading) {
  seen sink;
  sink.refuse = true;
  csv_reader reader{sink};
  ASSERT_TRUE(reader.feed("name,city\nAnna,Ulm\n").ok()); // too little to look at
  EXPECT_FALSE(reader.finish().ok());
  EXPECT_FALSE(reader.feed("Ben,Bonn\n").ok());
  EXPECT_TRUE(sink.rows.empty());
}

TEST(csv, a_bad_line_costs_no_other_line) {
  const auto r = read("a,b\n1,\xFF\n2,x\n\"3\"x,y\n4,x\n5,6,7\n6,x,\n7\n");
  EXPECT_EQ(r.what.rows, (lines{"3: 2¦x", "5: 4¦x", "7: 6¦x¦", "8: 7"}));
  EXPECT_EQ(r.what.bad,
            (lines{"2: not valid UTF-8", "4: a quote stands where a delimiter was expected",
                   "6: more fields than the first line has columns"}));
}

TEST(csv, a_quote_that_is_never_closed_costs_its_own_line_only) {
  const auto r = read("a,b\n1,x\n2,\"open\n3,x\n4,y");
  EXPECT_EQ(r.what.rows, (lines{"2: 1¦x", "4: 3¦x", "5: 4¦y"}));
  EXPECT_EQ(r.what.bad, (lines{"3: a quote is opened and never closed"}));

  const auto two = read("a,b\n2,\"open\n3,x\n4,\"fine\"\n5,x\n");
  EXPECT_EQ(two.what.rows, (lines{"3: 3¦x", "4: 4¦fine", "5: 5¦x"}));
  EXPECT_EQ(two.what.bad.size(), 1U);

  // Far from the end of the file: given up as soon as the record is too large.
  std::string large = "a,b\n1,\"open\n";
  for (int i = 0; i < 1000; ++i)
    large += "2,xxxxxxxxxx\n";
  const auto limited = read(large, 100, {.record_bytes = 1000, .fields = 10});
  EXPECT_EQ(limited.what.rows.size(), 1000U);
  EXPECT_EQ(limited.what.bad.size(), 1U);
}

TEST(csv, a_very_long_line_is_bad_and_passed_over) {
  const auto r = read("a,b\n1," + std::string(2'000'000, 'x') + "\n2,y\n");
  EXPECT_EQ(r.what.rows, (lines{"3: 2¦y"}));
  EXPECT_EQ(r.what.bad, (lines{"2: the line is too long"}));
  EXPECT_NE(read(std::string(2'000'000, 'x')).error, "");
  const auto wide = read("a,b\n" + std::string(5'000, ',') + "\n2,y\n");
  EXPECT_EQ(wide.what.rows, (lines{"3: 2¦y"}));
  EXPECT_EQ(wide.what.bad, (lines{"2: too many fields"}));
}

/// Counts and keeps nothing.
struct counted final : csv_sink {
  std::int64_t rows = 0, bad = 0, last_line = 0;
  std::size_t bytes = 0;
  status header(std::span<const std::string_view>) override { return ok{}; }
  void record(std::int64_t line, std::span<const std::string_view> fields) override {
    ++rows;
    last_line = line;
    for (const auto field : fields)
      bytes += field.size();
  }
  void bad_line(std::int64_t, const sentence&) override { ++bad; }
};

std::int64_t peak_memory_kb() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return used.ru_maxrss;
}

TEST(csv, ten_million_lines_take_no_more_memory_than_a_few) {
  constexpr int pieces = 10'000;
  constexpr int lines_of_a_piece = 1'000; // one of them is bad
  std::string piece;
  for (int i = 1; i < lines_of_a_piece; ++i)
    piece += "+49151" + std::to_string(10'000'000 + i) + ",Ana\n";
  piece += "+4915112345678,Ana,too,many\n";
  counted sink;
  csv_reader reader{sink};
  ASSERT_TRUE(reader.feed("phone,name\n" + piece).ok());
  const auto before_kb = peak_memory_kb();
  for (int i = 1; i < pieces; ++i)
    ASSERT_TRUE(reader.feed(piece).ok());
  ASSERT_TRUE(reader.finish().ok());
  EXPECT_EQ(sink.rows, std::int64_t{pieces} * (lines_of_a_piece - 1));
  EXPECT_EQ(sink.bad, pieces);
  EXPECT_EQ(sink.last_line, std::int64_t{pieces} * lines_of_a_piece);
  EXPECT_EQ(sink.bytes, static_cast<std::size_t>(sink.rows) * 17);
  EXPECT_LT(peak_memory_kb() - before_kb, 4'000) << "for 180 MB of text";
}

TEST(csv, the_size_of_the_pieces_changes_nothing) {
  std::string file = "\xEF\xBB\xBFphone;name;note\r\n";
  for (int i = 0; i < 600; ++i)
    file += i % 7 == 0   ? "1;\"a\"\"b\";\"x\r\ny\"\r\n"
            : i % 7 == 1 ? "2;\"open;z\r\n"
            : i % 7 == 2 ? "3;\xC3\x28;z\r\n"
            : i % 7 == 3 ? "\r\n"
                         : "4;plain;ö\r\n";
  const csv_limits limits{.record_bytes = 500, .fields = 10};
  const auto whole = read(file, file.size(), limits);
  EXPECT_GT(whole.what.rows.size(), 300U);
  EXPECT_GT(whole.what.bad.size(), 100U);
  for (const std::size_t piece : {1U, 2U, 3U, 7U, 64U, 4095U, 4096U, 4097U}) {
    const auto pieces = read(file, piece, limits);
    EXPECT_EQ(pieces.what.rows, whole.what.rows) << piece;
    EXPECT_EQ(pieces.what.bad, whole.what.bad) << piece;
  }
}

/// A file in Windows-1252 as Excel writes it.
const std::string of_excel = sample::text_of("lists/encoding/windows_1252.csv");

TEST(csv, refuses_another_encoding_as_a_whole) {
  for (const std::size_t piece : {1U, 7U, 100'000U}) {
    const auto r = read(of_excel, piece);
    EXPECT_NE(r.error.find("Windows-1252"), std::string::npos) << r.error;
    EXPECT_NE(r.error.find("line 2"), std::string::npos) << r.error;
    EXPECT_NE(r.error.find("CSV UTF-8"), std::string::npos) << r.error;
  }
  std::string cyrillic = "phone,name\n";
  for (int i = 0; i < 2'000; ++i)
    cyrillic += std::to_string(i) + ",\xCF\xB8\xF2\xF0\n";
  EXPECT_NE(read(cyrillic).error.find("line 2"), std::string::npos);
}

TEST(csv, loses_only_the_broken_line_of_a_file_in_utf8) {
  const auto umlauts = read("phone,name\n1,J\xC3\xBCrgen\n2,J\xFCrgen\n3,Zo\xC3\xAB\n");
  EXPECT_EQ(umlauts.error, "");
  EXPECT_EQ(umlauts.what.bad, (lines{"3: not valid UTF-8"}));
  const auto marked = read("\xEF\xBB\xBFphone,name\n1,Ana\n2,J\xFCrgen\n");
  EXPECT_EQ(marked.error, "");
  EXPECT_EQ(marked.what.bad, (lines{"3: not valid UTF-8"}));
}

TEST(import_columns, only_a_clear_yes_is_consent) {
  for (const char* yes : {"yes", "Yes", "TRUE", "1", "ja", "sim", " y ", "x", "sí"})
    EXPECT_TRUE(says_yes(yes)) << yes;
  for (const char* no : {"no", "false", "0", "nein", "não", "", "maybe", "yesterday"})
    EXPECT_FALSE(says_yes(no)) << no;
}

} // namespace
} // namespace stentor::core
