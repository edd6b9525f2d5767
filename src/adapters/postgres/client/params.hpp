#pragma once
/// Parameters of one statement. Scalars travel as text, so that PostgreSQL reads them as whatever
/// type the statement names (timestamptz, uuid, jsonb); arrays travel in binary, because batches of
/// thousands go through them. Texts go as PostgreSQL accepts them: NUL and broken UTF-8 are
/// replaced, so that one odd text from outside can't make a whole commit fail again and again. Not
/// thread-safe.

#include "stentor/core/base/strong_id.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace stentor::postgres {

/// Where a row version lies (the system column ctid).
struct row_place {
  std::uint32_t block = 0;
  std::uint16_t line = 0; ///< 0: nowhere
};

class params {
public:
  params& null();
  params& text(std::string_view value);
  params& text(const std::string& value) { return text(std::string_view{value}); }
  params& text(const char* value) { return text(std::string_view{value}); }
  params& text(const std::optional<std::string>& value);
  /// NULL when the text is empty.
  params& text_or_null(std::string_view value);
  params& integer(std::int64_t value);
  params& integer(std::optional<std::int64_t> value);
  template <class Tag, class Rep>
  params& integer(core::strong_id<Tag, Rep> id) {
    return integer(std::int64_t{id.value()});
  }
  params& real(double value);
  params& boolean(bool value);

  /// Arrays: the statement must name exactly this type, for example `$1::int4[]`.
  params& int2_array(std::span<const std::int16_t> values);
  params& int4_array(std::span<const std::int32_t> values);
  params& int8_array(std::span<const std::int64_t> values);
  template <class Tag>
  params& int4_array(const std::vector<core::strong_id<Tag, std::int32_t>>& ids) {
    return int4_array(values_of(ids));
  }
  template <class Tag>
  params& int8_array(const std::vector<core::strong_id<Tag, std::int64_t>>& ids) {
    return int8_array(values_of(ids));
  }
  params& tid_array(std::span<const row_place> values);
  params& text_array(std::span<const std::string> values);
  params& text_array(std::span<const std::string_view> values);
  /// Texts that stand one after another in `all`; each ends where `ends` says (core::event_batch).
  params& text_array(std::string_view all, std::span<const std::uint32_t> ends);

  [[nodiscard]] int count() const noexcept { return static_cast<int>(items_.size()); }
  void clear() noexcept;

  /// What libpq wants. The pointers live until the next change of this object.
  struct wire {
    std::vector<const char*> values;
    std::vector<int> lengths;
    std::vector<int> formats;
  };
  [[nodiscard]] const wire& to_wire();

private:
  struct item {
    std::size_t begin = 0;
    std::size_t size = 0;
    bool null = false;
    bool binary = false;
  };

  /// Strong ids are laid out as the integers they hold.
  template <class Tag, class Rep>
  static std::span<const Rep> values_of(const std::vector<core::strong_id<Tag, Rep>>& ids) {
    using id = core::strong_id<Tag, Rep>;
    static_assert(std::is_standard_layout_v<id> && sizeof(id) == sizeof(Rep));
    return {reinterpret_cast<const Rep*>(ids.data()), ids.size()};
  }
  std::size_t open_array(std::uint32_t element_type, std::size_t count);
  void close_array(std::size_t begin);
  template <class T>
  params& numbers(std::uint32_t type, std::span<const T> values);

  std::vector<item> items_;
  std::string buffer_;
  wire wire_;
};

} // namespace stentor::postgres
