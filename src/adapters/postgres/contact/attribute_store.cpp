#include "adapters/postgres/contact/attribute_store.hpp"

#include "adapters/postgres/access/audit.hpp"

#include <utility>

namespace stentor::postgres {

namespace {

class attributes final : public ports::attribute_store {
public:
  explicit attributes(query_pool& pool) : pool_{pool} {}

  core::result<std::string> list(const ports::principal& who) override {
    return pool_.json_of("attribute_list", std::move(params{}.integer(who.organization)));
  }

  core::result<std::string> put(const ports::principal& who, std::string_view name,
                                core::attribute_type type, bool required) override {
    return pool_.in_transaction([&](connection& db) -> core::result<std::string> {
      params p;
      p.integer(who.organization).text(name).text(core::to_string(type)).boolean(required);
      auto shown = db.call("attribute_put", std::move(p));
      if (!shown)
        return shown.error();
      if (auto s = write_audit(db, {who, "attribute.put", std::string{name}, shown->string(0, 0)});
          !s)
        return s.error();
      return shown->string(0, 0);
    });
  }

private:
  query_pool& pool_;
};

} // namespace

std::unique_ptr<ports::attribute_store> make_attribute_store(query_pool& pool) {
  return std::make_unique<attributes>(pool);
}

} // namespace stentor::postgres
