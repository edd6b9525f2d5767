#include "adapters/postgres/message_template/template_directory.hpp"

#include "adapters/postgres/client/row_reader.hpp"

#include <utility>

namespace stentor::postgres {

namespace {

class listed_templates final : public ports::template_directory {
public:
  explicit listed_templates(query_pool& pool) : pool_{pool} {}

  core::result<std::string> list(const ports::principal& who, const ports::template_filter& wanted,
                                 core::page page) override {
    params p;
    p.integer(who.organization).text(wanted.name).text(wanted.status);
    p.text(wanted.category).text(wanted.language);
    return pool_.page_of("template_list", std::move(p), page);
  }

  core::result<core::json_text> get(const ports::principal& who, std::string_view id) override {
    auto shown = pool_.json_of("template_show", params{}.integer(who.organization).text(id),
                               "There is no template with this id; ids are Meta's.");
    if (!shown)
      return shown.error();
    return core::json_text{std::move(*shown)};
  }

  core::result<std::vector<ports::account_holders>> accounts(const ports::principal& who) override {
    auto found = pool_.ask("template_accounts", params{}.integer(who.organization));
    if (!found)
      return found.error();
    std::vector<ports::account_holders> all;
    for (const auto row : each(*found))
      all.push_back({row.string("waba_id"), row.string("nodes")});
    return all;
  }

private:
  query_pool& pool_;
};

} // namespace

std::unique_ptr<ports::template_directory> make_template_directory(query_pool& pool) {
  return std::make_unique<listed_templates>(pool);
}

} // namespace stentor::postgres
