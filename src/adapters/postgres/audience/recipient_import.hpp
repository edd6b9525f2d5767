#pragma once
/// How recipients get onto a campaign's list: CSV, the API and customers all end here. One import
/// is one transaction on a connection of its own; rows go by binary COPY straight into the
/// campaign's partition, then set-based statements mark the few that must not be sent to. Memory
/// does not depend on the number of rows. Not thread-safe: one thread per import.

#include "adapters/postgres/audience/screening.hpp"
#include "adapters/postgres/client/query_pool.hpp"
#include "stentor/core/contact/import_columns.hpp"
#include "stentor/ports/access/principal.hpp"
#include "stentor/ports/contact/contact_input.hpp"
#include "stentor/ports/system/time_zones.hpp"

#include <memory>
#include <string>
#include <vector>

namespace stentor::postgres {

struct import_order {
  const query_pool* pool = nullptr; ///< for the connection of its own
  const ports::phone_numbers* phones = nullptr;
  const ports::time_zones* zones = nullptr;
  core::name_key key_of; ///< which names of columns read the same
  std::string region;    ///< of numbers without country code; empty: such numbers are refused
  ports::principal who;
  std::string campaign_id;
};

[[nodiscard]] core::result<std::unique_ptr<ports::file_import>>
begin_csv_import(const import_order& order, core::column_choice chosen);
[[nodiscard]] core::result<ports::import_report>
import_list(const import_order& order, const std::vector<ports::contact_input>& recipients);

} // namespace stentor::postgres
