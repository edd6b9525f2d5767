#include "adapters/meta/management/template_changes.hpp"

#include "adapters/meta/json_fields.hpp"
#include "adapters/meta/management/management_answer.hpp"
#include "stentor/core/base/percent.hpp"

#include <utility>

namespace stentor::meta {

namespace {

class templates_over_gateway final : public ports::template_api {
public:
  templates_over_gateway(ports::gateway& gateway, std::string version)
      : gateway_{gateway}, version_{std::move(version)} {}

  void create_template(const ports::business_account& account, const std::string& json,
                       std::function<void(core::result<ports::created_template>)> then) override {
    ask({.method = "POST",
         .path = path_of(account.waba_id) + "/message_templates",
         .token = account.token,
         .body = json},
        read_created_template, std::move(then));
  }

  void edit_template(const ports::business_account& account, const std::string& id,
                     const std::string& json, std::function<void(core::status)> then) override {
    ask({.method = "POST", .path = path_of(id), .token = account.token, .body = json}, read_success,
        std::move(then));
  }

  void delete_template(const ports::business_account& account, const std::string& name,
                       const std::string& id, std::function<void(core::status)> then) override {
    ask({.method = "DELETE",
         .path = path_of(account.waba_id) + "/message_templates?hsm_id=" +
                 core::percent_encode(id) + "&name=" + core::percent_encode(name),
         .token = account.token,
         .body = {}},
        read_success, std::move(then));
  }

  void unpause_template(const ports::business_account& account, const std::string& id,
                        std::function<void(core::status)> then) override {
    ask({.method = "POST", .path = path_of(id) + "/unpause", .token = account.token, .body = "{}"},
        read_success, std::move(then));
  }

private:
  [[nodiscard]] std::string path_of(const std::string& node) const {
    return "/" + version_ + "/" + core::percent_encode(node);
  }

  template <class Read, class Then>
  void ask(ports::management_request request, Read read, Then then) {
    gateway_.manage(std::move(request), handing_over(read, std::move(then)));
  }

  ports::gateway& gateway_;
  const std::string version_;
};

} // namespace

std::unique_ptr<ports::template_api> make_template_api(ports::gateway& gateway,
                                                       std::string version) {
  return std::make_unique<templates_over_gateway>(gateway, std::move(version));
}

core::result<ports::created_template> read_created_template(int http_status,
                                                            std::string_view body) {
  const auto answer = read_object(http_status, body);
  if (!answer)
    return answer.error();
  ports::created_template made{.id = string_of(*answer, "id"),
                               .status = string_of(*answer, "status"),
                               .category = string_of(*answer, "category")};
  if (made.id.empty())
    return core::error{core::errc::unavailable, "Meta's answer names no template."};
  return made;
}

core::status read_success(int http_status, std::string_view body) {
  const auto answer = read_object(http_status, body);
  if (!answer)
    return answer.error();
  const auto success = answer->find("success");
  if (success == answer->end() || !success->is_boolean() || !success->get<bool>())
    return core::error{core::errc::unavailable, "Meta did not say that it is done."};
  return core::ok{};
}

} // namespace stentor::meta
