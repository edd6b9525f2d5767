#pragma once
/// Inside of the admin store: its class, whose methods are spread over admin_*.cpp by subject, and
/// what they share.

#include "adapters/postgres/audience/recipient_import.hpp"
#include "adapters/postgres/campaign/admin_store.hpp"
#include "adapters/postgres/client/connection_pool.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stentor::postgres {

/// A row `c` of campaign as the API shows it.
extern const std::string campaign_json;

/// "09:00" … into minutes; none when the text is something else. 24:00 is taken as the end of a
/// day.
[[nodiscard]] std::optional<std::int32_t> minutes_of(std::string_view text);
/// The window of {"days":[1..7],"from":"09:00","until":"21:00","timeZone":"Europe/Berlin"};
/// `problem` says what is wrong with it.
[[nodiscard]] std::optional<core::send_window> window_of(const std::string& json,
                                                         std::string& problem);

class admin_store_on_postgres final : public ports::admin_store {
public:
  using principal = ports::principal;
  template <class T>
  using result = core::result<T>;

  admin_store_on_postgres(admin_store_options options, const ports::phone_numbers& phones);

  result<std::string> create_campaign(const principal& who,
                                      const ports::campaign_draft& draft) override;
  result<std::string> list_campaigns(const principal& who, std::string_view status,
                                     ports::page p) override;
  result<std::string> get_campaign(const principal& who, std::string_view id) override;
  result<std::string> update_campaign(const principal& who, std::string_view id,
                                      const ports::campaign_draft& draft) override;
  core::status delete_campaign(const principal& who, std::string_view id) override;
  result<core::campaign_no> campaign_no_of(const principal& who, std::string_view id) override;
  result<core::campaign_status> launch_campaign(const principal& who, std::string_view id) override;
  result<core::campaign> load_campaign(const principal& who, std::string_view id) override;
  result<std::string> campaign_stats(const principal& who, std::string_view id) override;

private:
  /// One statement on a connection of the pool.
  result<rows> ask(const std::string& sql, params arguments = {});
  /// Its first value, a JSON text; not_found when there is no row.
  result<std::string> json_of(const std::string& sql, params arguments, const char* missing);
  /// A connection for work that may take minutes.
  result<connection> own_connection(const char* name) const;
  /// {"data":[…],"page":…,"limit":…,"total":…} of `SELECT … AS j` and a count; $1 is the
  /// organization.
  result<std::string> page_of(const std::string& select, const std::string& count, params arguments,
                              ports::page p);
  /// The obstacles of a launch, one sentence each, as JSON array. The campaign is locked.
  result<std::string> obstacles(connection& db, const locked_campaign& c);
  core::status fill_from_customers(connection& db, locked_campaign& c);
  core::status screen_again(connection& db, const locked_campaign& c);

  admin_store_options options_;
  const ports::phone_numbers& phones_;
  connection_pool pool_;
};

/// Writes an audit row on this connection, inside its transaction.
[[nodiscard]] core::status write_audit(connection& db, const ports::principal& who,
                                       std::string_view action, std::string_view subject,
                                       std::string_view detail_json);

} // namespace stentor::postgres
