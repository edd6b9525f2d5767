#pragma once
/// What the admin API needs of the database. Every call blocks and takes a connection from a small
/// pool, so it may be used from several threads. Answers are JSON text in the seed's camelCase,
/// built by PostgreSQL, to be sent as they are.

#include "stentor/core/base/ids.hpp"
#include "stentor/core/base/page.hpp"
#include "stentor/core/base/result.hpp"
#include "stentor/ports/access/principal.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stentor::ports {

using core::page;

/// What an import did. `problems` holds the first hundred, by line.
struct import_report {
  struct problem {
    std::int64_t line = 0;
    std::string what;
  };
  std::int64_t rows_read = 0;
  std::int64_t rows_added = 0; ///< recipients, screened or not
  std::int64_t rows_bad = 0;
  std::int64_t sendable = 0;
  std::vector<std::pair<std::string, std::int64_t>> screened; ///< reason -> count
  std::vector<problem> problems;
};

/// Streams a file in pieces, so that memory does not depend on its size. Destroying it before
/// finish() undoes everything.
class recipient_import {
public:
  virtual ~recipient_import() = default;
  /// The next bytes of a CSV file. An error ends the import (a file that is no CSV, a missing phone
  /// column).
  [[nodiscard]] virtual core::status feed(std::string_view bytes) = 0;
  [[nodiscard]] virtual core::result<import_report> finish() = 0;
};

struct recipient_input {
  std::string phone_number;
  std::string user_id;
  std::string name;
  std::string variables; ///< JSON object
  std::optional<bool> marketing_opt_in;
};

struct template_row {
  std::string name, language, category, status, parameter_format, components;
};

class admin_store {
public:
  virtual ~admin_store() = default;

  // -- tokens and organizations
  struct token_created {
    std::string id, token;
  };
  [[nodiscard]] virtual core::result<token_created>
  create_token(const std::string& organization, const std::string& name, const std::string& role,
               std::optional<std::string> expires_at) = 0;
  [[nodiscard]] virtual core::result<std::string>
  list_tokens(const std::string& organization) = 0; ///< JSON array; all when empty
  [[nodiscard]] virtual core::status revoke_token(const std::string& id) = 0;
  /// Whose token this is; not_found when it is unknown, expired or revoked. Answers are cached for
  /// a few seconds.
  [[nodiscard]] virtual core::result<principal> authenticate(std::string_view token) = 0;

  // -- recipients
  [[nodiscard]] virtual core::result<std::string>
  list_recipients(const principal& who, std::string_view id, std::string_view status, page p) = 0;
  [[nodiscard]] virtual core::result<import_report>
  add_recipients(const principal& who, std::string_view id,
                 const std::vector<recipient_input>& recipients) = 0;
  [[nodiscard]] virtual core::result<std::unique_ptr<recipient_import>>
  import_recipients(const principal& who, std::string_view id) = 0;
  /// One recipient with every event in order: the answer to "why". `recipient` is its UUID, its
  /// seq, or a phone number.
  [[nodiscard]] virtual core::result<std::string>
  recipient_timeline(const principal& who, std::string_view id, std::string_view recipient) = 0;
  /// All recipients as CSV, in pieces, in constant memory; `write` returns false to stop.
  [[nodiscard]] virtual core::status
  export_recipients(const principal& who, std::string_view id,
                    const std::function<bool(std::string_view)>& write) = 0;

  // -- customers, opt-outs, templates, numbers
  [[nodiscard]] virtual core::result<std::string>
  upsert_customers(const principal& who, const std::vector<recipient_input>& customers) = 0;
  [[nodiscard]] virtual core::result<std::string> list_templates(const principal& who) = 0;
  [[nodiscard]] virtual core::result<std::string> list_numbers(const principal& who) = 0;
  [[nodiscard]] virtual core::result<std::string> list_suppressions(const principal& who,
                                                                    page p) = 0;
  [[nodiscard]] virtual core::result<std::string> list_audit(const principal& who, page p) = 0;

  virtual void audit(const principal& who, std::string_view action, std::string_view subject,
                     std::string_view detail_json) = 0;
};

} // namespace stentor::ports
