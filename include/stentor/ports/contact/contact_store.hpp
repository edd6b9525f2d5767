#pragma once
/// The people an organization knows: its customers, and those who said stop. Thread-safe; every
/// call blocks. A stop is added and lifted through the engine (system/engine_control.hpp), because
/// it must be effective at once.

#include "stentor/core/base/page.hpp"
#include "stentor/core/base/result.hpp"
#include "stentor/core/contact/import_columns.hpp"
#include "stentor/ports/access/principal.hpp"
#include "stentor/ports/contact/contact_input.hpp"
#include "stentor/ports/contact/file_import.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::ports {

/// How a file is read.
struct import_choice {
  core::column_choice columns; ///< whose names say too little
  std::string region;          ///< of numbers without country code; empty: the configuration's
  bool dry_run = false;        ///< everything is tried, nothing is kept
};

/// Which customers; empty: all.
struct customer_filter {
  std::uint64_t phone = 0; ///< E.164 digits in their one spelling
  std::string user_id;
};

class contact_store {
public:
  virtual ~contact_store() = default;

  /// Each is a patch: what is given replaces, what is given as nothing is removed, the rest stays.
  /// {"added": …, "updated": …, "unchanged": …, "problems": [{"row": …, "problem": a sentence}]}
  [[nodiscard]] virtual core::result<std::string>
  upsert_customers(const principal& who, const std::vector<contact_input>& customers) = 0;
  /// The same from a CSV file, in pieces that are kept as they are stored.
  [[nodiscard]] virtual core::result<std::unique_ptr<file_import>>
  import_customers(const principal& who, import_choice chosen) = 0;
  /// A page of JSON, the newest first; with their consent and its times.
  [[nodiscard]] virtual core::result<std::string>
  list_customers(const principal& who, const customer_filter& filter, core::page p) = 0;
  /// One customer by UUID.
  [[nodiscard]] virtual core::result<std::string> get_customer(const principal& who,
                                                               std::string_view id) = 0;
  /// A patch of one customer, who may get another phone number or user id with it: the old one
  /// stays known as his. The customer as JSON; conflict when the new key is somebody else's.
  [[nodiscard]] virtual core::result<std::string>
  change_customer(const principal& who, std::string_view id, const contact_input& patch) = 0;
  /// With all events. Who withdrew consent stays on the list of stops, so that a later list writes
  /// to nobody who refused.
  [[nodiscard]] virtual core::status remove_customer(const principal& who, std::string_view id) = 0;
  /// A page of JSON, the newest first.
  [[nodiscard]] virtual core::result<std::string> list_suppressions(const principal& who,
                                                                    core::page p) = 0;
};

} // namespace stentor::ports
