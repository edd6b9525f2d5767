#pragma once
/// Inside of the admin store: its class, whose methods are spread over admin_*.cpp by subject, and
/// what they share.

#include "adapters/postgres/audience/recipient_import.hpp"
#include "adapters/postgres/campaign/admin_store.hpp"
#include "adapters/postgres/client/connection_pool.hpp"

#include <chrono>
#include <map>
#include <mutex>

namespace stentor::postgres {

class admin_store_on_postgres final : public ports::admin_store {
public:
  using principal = ports::principal;
  template <class T>
  using result = core::result<T>;

  admin_store_on_postgres(admin_store_options options, const ports::phone_numbers& phones);

  result<token_created> create_token(const std::string& organization, const std::string& name,
                                     const std::string& role,
                                     std::optional<std::string> expires_at) override;
  result<std::string> list_tokens(const std::string& organization) override;
  core::status revoke_token(const std::string& id) override;
  result<principal> authenticate(std::string_view token) override;

  result<std::string> list_recipients(const principal& who, std::string_view id,
                                      std::string_view status, ports::page p) override;
  result<ports::import_report>
  add_recipients(const principal& who, std::string_view id,
                 const std::vector<ports::recipient_input>& recipients) override;
  result<std::unique_ptr<ports::recipient_import>> import_recipients(const principal& who,
                                                                     std::string_view id) override;
  result<std::string> recipient_timeline(const principal& who, std::string_view id,
                                         std::string_view recipient) override;
  core::status export_recipients(const principal& who, std::string_view id,
                                 const std::function<bool(std::string_view)>& write) override;

  result<std::string>
  upsert_customers(const principal& who,
                   const std::vector<ports::recipient_input>& customers) override;
  result<std::string> list_templates(const principal& who) override;
  result<std::string> list_numbers(const principal& who) override;
  result<std::string> list_suppressions(const principal& who, ports::page p) override;
  result<std::string> list_audit(const principal& who, ports::page p) override;

  void audit(const principal& who, std::string_view action, std::string_view subject,
             std::string_view detail_json) override;

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
  import_order order(const principal& who, std::string_view id) const;
  /// not_found also for a campaign of another organization.
  result<core::campaign_no> campaign_no_of(const principal& who, std::string_view id);

  struct known_token {
    principal who;
    std::chrono::steady_clock::time_point until;
  };

  admin_store_options options_;
  const ports::phone_numbers& phones_;
  connection_pool pool_;
  std::mutex tokens_mutex_;
  std::map<std::string, known_token> tokens_; ///< by hash
};

/// Writes an audit row on this connection, inside its transaction.
[[nodiscard]] core::status write_audit(connection& db, const ports::principal& who,
                                       std::string_view action, std::string_view subject,
                                       std::string_view detail_json);

} // namespace stentor::postgres
