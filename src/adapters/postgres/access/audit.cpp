#include "adapters/postgres/access/audit.hpp"

namespace stentor::postgres {

core::status write_audit(connection& db, const ports::audit_entry& entry) {
  params p;
  if (entry.who.organization == 0)
    p.null();
  else
    p.integer(entry.who.organization);
  p.text(entry.who.actor)
      .text_or_null(entry.who.source)
      .text(entry.action)
      .text_or_null(entry.subject)
      .text(entry.detail.empty() ? "{}" : entry.detail);
  if (auto r = db.call("audit_write", std::move(p)); !r)
    return r.problem();
  return core::done{};
}

} // namespace stentor::postgres
