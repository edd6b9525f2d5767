#include "adapters/postgres/inbox/service_windows.hpp"

#include <utility>

namespace stentor::postgres {

namespace {

class windows final : public ports::service_windows {
public:
  explicit windows(query_pool& pool) : pool_{pool} {}

  core::result<core::json_text> of(const ports::principal& who, core::person_key phone,
                                   std::string_view user_id) override {
    params p;
    p.integer(who.organization).integer(static_cast<std::int64_t>(phone)).text(user_id);
    auto shown = pool_.json_of("service_windows_of", std::move(p), "There is no such person.");
    if (!shown)
      return shown.error();
    return core::json_text{std::move(*shown)};
  }

private:
  query_pool& pool_;
};

} // namespace

std::unique_ptr<ports::service_windows> make_service_windows(query_pool& pool) {
  return std::make_unique<windows>(pool);
}

} // namespace stentor::postgres
