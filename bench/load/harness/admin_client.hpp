#pragma once
/// The admin API of the house's daemon, as far as scenarios need it. Main thread only.

#include "adapters/http_client/client.hpp"
#include "bench/load/harness/daemon_house.hpp"

#include <memory>
#include <streambuf>
#include <string>
#include <string_view>

namespace stentor::load {

inline constexpr const char* template_name = "tour_package_marketing";
inline constexpr const char* account_id = "102290129340398";

class house_client {
public:
  /// Makes a token for itself.
  [[nodiscard]] static core::result<std::unique_ptr<house_client>> open(daemon_house& house);

  /// One request that must succeed. @return the answer's body
  [[nodiscard]] core::result<std::string> ask(std::string_view method, const std::string& target,
                                              const std::string& body = {});
  /// A draft with the scenario's template. @return its id
  [[nodiscard]] core::result<std::string> make_campaign();
  /// Uploads a list to a draft, with progress. @return the daemon's report (JSON)
  [[nodiscard]] core::result<std::string> import_csv(const std::string& campaign,
                                                     std::streambuf& list);
  [[nodiscard]] static std::string path_of(const std::string& campaign);

private:
  explicit house_client(http_server::client client) : client_{std::move(client)} {}
  http_server::client client_;
};

} // namespace stentor::load
