#include "adapters/postgres/business_number/number_directory.hpp"

namespace stentor::postgres {

namespace {

class listed_numbers final : public ports::number_directory {
public:
  explicit listed_numbers(query_pool& pool) : pool_{pool} {}

  core::result<std::string> list(const ports::principal& who) override {
    return pool_.json_of("number_list", params{}.integer(who.organization));
  }

  core::result<std::string> nodes(const ports::principal& who) override {
    return pool_.json_of("node_list", params{}.integer(who.organization));
  }

  core::result<std::string> portfolios(const ports::principal& who) override {
    return pool_.json_of("portfolio_list", params{}.integer(who.organization));
  }

  core::result<std::string> quality_history(const ports::principal& who,
                                            const ports::quality_filter& filter,
                                            core::page p) override {
    params of;
    of.integer(who.organization).text(filter.subject).text(filter.name);
    return pool_.page_of("quality_history_list", std::move(of), p);
  }

private:
  query_pool& pool_;
};

} // namespace

std::unique_ptr<ports::number_directory> make_number_directory(query_pool& pool) {
  return std::make_unique<listed_numbers>(pool);
}

} // namespace stentor::postgres
