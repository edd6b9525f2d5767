#include "adapters/postgres/access/audit.hpp"

namespace stentor::postgres {

namespace {

params audit_row(const ports::audit_entry& entry) {
  params p;
  if (entry.who.organization == 0)
    p.null();
  else
    p.integer(entry.who.organization);
  p.text(entry.who.actor)
      .text_or_null(entry.who.source)
      .text(entry.action)
      .text_or_null(entry.subject)
      .text(entry.detail.empty() ? "{}" : entry.detail)
      .text_or_null(entry.order);
  return p;
}

core::status written(core::result<rows> r) {
  if (!r)
    return r.error();
  return core::ok{};
}

class audit_rows final : public ports::audit_log {
public:
  explicit audit_rows(query_pool& pool) : pool_{pool} {}

  core::result<std::string> list(const ports::principal& who, core::page p) override {
    return pool_.page_of("audit_list", params{}.integer(who.organization), p);
  }
  core::status write(const ports::audit_entry& entry) override {
    return written(pool_.ask("audit_write", audit_row(entry)));
  }

private:
  query_pool& pool_;
};

} // namespace

core::status write_audit(connection& db, const ports::audit_entry& entry) {
  return written(db.call("audit_write", audit_row(entry)));
}

core::result<bool> write_order(connection& db, const ports::audit_entry& entry) {
  const auto r = db.call("audit_write", audit_row(entry));
  if (!r)
    return r.error();
  return !r->empty();
}

std::unique_ptr<ports::audit_log> make_audit_log(query_pool& pool) {
  return std::make_unique<audit_rows>(pool);
}

} // namespace stentor::postgres
