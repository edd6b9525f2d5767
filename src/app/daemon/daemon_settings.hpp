#pragma once
/// What the parts of the daemon want to know, out of the one configuration. Pure, except for the
/// clock and the host's name.

#include "actors/runtime/context.hpp"
#include "adapters/http2/settings.hpp"
#include "adapters/http_server/server.hpp"
#include "stentor/core/base/ids.hpp"
#include "stentor/core/contact/import_columns.hpp"
#include "stentor/core/contact/stop_words.hpp"
#include "stentor/core/delivery/disk_guard.hpp"
#include "stentor/ports/business_number/number_store.hpp"
#include "stentor/ports/system/configuration.hpp"

#include <memory>
#include <string>
#include <vector>

namespace stentor::app {

[[nodiscard]] core::wall_time wall_now();
/// CLOCK_BOOTTIME, which goes on while the machine sleeps: what leases are counted by.
[[nodiscard]] core::steady_time boot_now();
/// Names this process in leases: its node's id, then # and this start.
[[nodiscard]] std::string owner_name(const std::string& node);
/// number_no and organization are the database's to give.
[[nodiscard]] std::vector<ports::number> numbers_of(const ports::configuration& c);
[[nodiscard]] http2::gateway_settings gateway_settings_of(const ports::configuration& c);
/// Of the connections for files.
[[nodiscard]] http2::gateway_settings upload_settings_of(const ports::configuration& c);
[[nodiscard]] actors::engine_settings engine_settings_of(const ports::configuration& c,
                                                         const std::string& node,
                                                         std::vector<ports::number> numbers);
[[nodiscard]] core::disk_limits disk_limits_of(const ports::configuration& c);
[[nodiscard]] http_server::server_settings server_settings_of(const ports::configuration& c);

/// By which words of any script are compared: stop words, names of columns.
[[nodiscard]] core::name_key word_key();
/// The built-in words and those of the configuration.
[[nodiscard]] std::shared_ptr<const core::stop_words> stop_words_of(const ports::configuration& c);

} // namespace stentor::app
