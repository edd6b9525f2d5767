#pragma once
/// The configuration file of a daemon in a local stack. Pure.

#include <string>
#include <vector>

namespace stentor::app {

/// Meta's id of the account that the simulator plays.
inline constexpr const char* local_account_id = "102290129340398";

struct local_configuration {
  std::string organization = "Local";
  std::vector<std::string> number_ids;
  double messages_per_second = 80; ///< of each number
  std::string meta_url;
  std::string ca_file; ///< empty: without TLS, or trusted by the system
  int port = 0;        ///< of 127.0.0.1
  std::string more;    ///< further sections as YAML
};

/// Ids in the shape of Meta's, one behind the other.
[[nodiscard]] std::vector<std::string> local_number_ids(unsigned count);

/// As YAML; its relative paths count from the stack's folder.
[[nodiscard]] std::string to_yaml(const local_configuration& configuration);

} // namespace stentor::app
