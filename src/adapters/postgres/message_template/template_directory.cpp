#include "adapters/postgres/message_template/template_directory.hpp"

namespace stentor::postgres {

namespace {

class listed_templates final : public ports::template_directory {
public:
  explicit listed_templates(query_pool& pool) : pool_{pool} {}

  core::result<std::string> list(const ports::principal& who) override {
    return pool_.json_of("template_list", params{}.integer(who.organization));
  }

private:
  query_pool& pool_;
};

} // namespace

std::unique_ptr<ports::template_directory> make_template_directory(query_pool& pool) {
  return std::make_unique<listed_templates>(pool);
}

} // namespace stentor::postgres
