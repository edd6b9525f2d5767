#include "app/daemon/installation.hpp"

#include "adapters/flight_recorder/flight_file.hpp"
#include "adapters/postgres/client/row_reader.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace stentor::app {

core::result<installation> read_installation(postgres::connection_options options) {
  auto db = postgres::connection::open(std::move(options));
  if (!db)
    return db.error();
  auto rows = db->call("installation_of", {}, postgres::answer_format::binary);
  if (!rows)
    return rows.error();
  const postgres::row_reader row{*rows};
  installation known;
  const auto bytes = row.text("callback_key");
  std::copy_n(bytes.begin(), std::min(bytes.size(), known.callback_key.size()),
              known.callback_key.begin());
  known.database = row.string("database");
  return known;
}

std::unique_ptr<ports::flight_recorder>
open_flight_recorder(const std::filesystem::path& state_folder, const std::string& database) {
  auto opened = flights::open_flight_file({.file = state_folder / "flights", .database = database});
  if (opened)
    return std::move(*opened);
  spdlog::warn("After a crash more recipients than necessary will be in doubt: what is in flight "
               "cannot be written down. {}",
               opened.error().message);
  return std::make_unique<ports::no_flight_recorder>();
}

} // namespace stentor::app
