#include "adapters/postgres/message_template/media_pieces.hpp"

#include "adapters/postgres/client/row_reader.hpp"

namespace stentor::postgres {

core::result<std::optional<ports::media_file>> read_media(connection& db, const rows& found) {
  if (found.empty())
    return std::optional<ports::media_file>{};
  const row_reader row{found};
  ports::media_file file{.name = row.string("name"), .mime = row.string("mime"), .bytes = {}};
  const auto no = row.integer("no");
  for (std::int64_t piece = 0;;) {
    auto pieces =
        db.call("media_pieces", params{}.integer(no).integer(piece), answer_format::binary);
    if (!pieces)
      return pieces.error();
    if (pieces->empty())
      break;
    for (const auto one : each(*pieces))
      file.bytes.append(one.text("bytes"));
    piece += pieces->size();
  }
  return std::optional{std::move(file)};
}

} // namespace stentor::postgres
