/// Bytes as PostgreSQL's binary formats want them.
#include "adapters/postgres/client/copy_buffer.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace stentor::postgres {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t header = 19;

TEST(big_endian, what_is_put_is_got_again) {
  std::array<char, 8> bytes{};
  for (const std::int64_t value :
       {std::int64_t{0}, std::int64_t{-1}, std::int64_t{0x0102030405060708},
        std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()}) {
    put_big_endian(bytes.data(), value);
    EXPECT_EQ(get_big_endian<std::int64_t>(bytes.data()), value);
  }
  put_big_endian(bytes.data(), std::int16_t{-2});
  EXPECT_EQ(std::string_view(bytes.data(), 2), "\xff\xfe"sv);
}

TEST(big_endian, an_integer_has_two_four_or_eight_bytes) {
  EXPECT_EQ(get_integer("\xff\xfe"sv), -2);
  EXPECT_EQ(get_integer("\x80\0\0\0"sv), std::numeric_limits<std::int32_t>::min());
  EXPECT_EQ(get_integer("\0\0\0\0\0\0\1\2"sv), 258);
  EXPECT_EQ(get_integer(""sv), 0);
  EXPECT_EQ(get_integer("abc"sv), 0);
}

TEST(copy_buffer, a_row_is_its_columns_each_with_its_length) {
  copy_buffer copy;
  copy.begin_row(4);
  copy.number(std::int32_t{7});
  copy.null();
  copy.text("ab");
  copy.text_or_null("");
  copy.end_of_rows();
  EXPECT_EQ(copy.bytes().substr(0, 11), "PGCOPY\n\377\r\n\0"sv);
  EXPECT_EQ(copy.bytes().substr(header), "\0\4"
                                         "\0\0\0\4\0\0\0\7"
                                         "\xff\xff\xff\xff"
                                         "\0\0\0\2ab"
                                         "\xff\xff\xff\xff"
                                         "\xff\xff"sv);
}

TEST(copy_buffer, order_holds_over_many_columns_and_pieces) {
  copy_buffer copy;
  std::string expected;
  for (std::int32_t i = 0; i < 1000; ++i) {
    copy.number(i);
    std::array<char, 8> bytes{};
    put_big_endian(bytes.data(), std::int32_t{4});
    put_big_endian(bytes.data() + 4, i);
    expected.append(bytes.data(), bytes.size());
    if (i % 97 == 0) {
      copy.text("piece");
      expected += "\0\0\0\5piece"sv;
    }
    if (i == 500) {
      copy.bytes().erase(0, header); // as the import does between two pieces of a COPY
      EXPECT_EQ(copy.bytes(), expected);
      copy.bytes().clear();
      expected.clear();
    }
  }
  EXPECT_EQ(copy.bytes(), expected);
}

} // namespace
} // namespace stentor::postgres
