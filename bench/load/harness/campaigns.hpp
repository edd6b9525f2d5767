#pragma once
/// What scenarios ask of the admin API. Main thread only.

#include "app/cli/admin_client.hpp"
#include "app/local/local_stack.hpp"

#include <memory>
#include <streambuf>
#include <string>

namespace stentor::load {

inline constexpr const char* template_name = "tour_package_marketing";

/// With a token of its own, and patience for an import of millions.
[[nodiscard]] core::result<std::unique_ptr<app::remote>> connect_to(app::local_stack& stack);
/// A draft with the scenario's template, of an imported list. @return its id
/// @param changes a JSON object with members to set besides, or in place of, its own
[[nodiscard]] core::result<std::string> make_campaign(app::remote& daemon,
                                                      const std::string& changes = "{}");
/// Uploads a list to a draft, with progress. @return the daemon's report (JSON)
[[nodiscard]] core::result<std::string> import_csv(app::remote& daemon, const std::string& campaign,
                                                   std::streambuf& list);
/// The same of any list. @param target the path that takes it
[[nodiscard]] core::result<std::string> upload_csv(app::remote& daemon, const std::string& target,
                                                   std::streambuf& list);
[[nodiscard]] std::string path_of(const std::string& campaign);

} // namespace stentor::load
