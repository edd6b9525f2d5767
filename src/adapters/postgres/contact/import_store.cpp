#include "adapters/postgres/contact/import_store.hpp"

#include <utility>

namespace stentor::postgres {

namespace {

constexpr const char* no_import = "There is no import with this id.";

class imports final : public ports::import_store {
public:
  explicit imports(query_pool& pool) : pool_{pool} {}

  core::result<std::string> list(const ports::principal& who, std::string_view kind,
                                 core::page p) override {
    return pool_.page_of("import_list",
                         std::move(params{}.integer(who.organization).text_or_null(kind)), p);
  }
  core::result<std::string> show(const ports::principal& who, std::string_view id) override {
    return pool_.json_of("import_show", std::move(params{}.integer(who.organization).text(id)),
                         no_import);
  }
  core::result<std::string> problems(const ports::principal& who, std::string_view id,
                                     core::page p) override {
    return pool_.page_of("import_problem_list",
                         std::move(params{}.integer(who.organization).text(id)), p, no_import);
  }

private:
  query_pool& pool_;
};

} // namespace

std::unique_ptr<ports::import_store> make_import_store(query_pool& pool) {
  return std::make_unique<imports>(pool);
}

} // namespace stentor::postgres
