#include "app/daemon/installation.hpp"

#include "adapters/postgres/client/row_reader.hpp"

#include <algorithm>
#include <utility>

namespace stentor::app {

core::result<meta::callback_codec::key_type>
read_callback_key(postgres::connection_options options) {
  auto db = postgres::connection::open(std::move(options));
  if (!db)
    return db.error();
  auto rows = db->call("installation_key", {}, postgres::answer_format::binary);
  if (!rows)
    return rows.error();
  meta::callback_codec::key_type key{};
  const auto bytes = postgres::row_reader{*rows}.text("callback_key");
  std::copy_n(bytes.begin(), std::min(bytes.size(), key.size()), key.begin());
  return key;
}

} // namespace stentor::app
