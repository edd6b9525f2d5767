#pragma once
/// Files on their way into the database, whatever they are of. Private to this layer.

#include "api/http/handlers.hpp"
#include "api/http/input.hpp"
#include "stentor/ports/contact/contact_store.hpp"
#include "stentor/ports/contact/file_import.hpp"

#include <functional>
#include <memory>
#include <string>

namespace stentor::api {

/// The 400 for what an address does not take.
[[nodiscard]] http_server::response wrong_parameter(const call& c, const field_errors& errors);

/// ?map={"phoneNumber":"Mobile No"}: which column of the file holds what.
[[nodiscard]] input<core::column_choice> read_column_choice(const call& c);
/// The same with ?region=DE and ?dryRun=1.
[[nodiscard]] input<ports::import_choice> read_import_choice(const call& c);

/// Every piece of the body goes into the import as it arrives, and the socket waits for it. Then
/// answers with what `shown` makes of the report.
void receive_file(call c, std::unique_ptr<ports::file_import> import,
                  std::string (*shown)(const ports::import_report&));

/// The report of people or events: what is stored, and the first problems.
[[nodiscard]] std::string people_report(const ports::import_report& report);

} // namespace stentor::api
