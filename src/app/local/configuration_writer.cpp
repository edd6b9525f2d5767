#include "app/local/configuration_writer.hpp"

#include <cstdint>
#include <sstream>

namespace stentor::app {

std::vector<std::string> local_number_ids(unsigned count) {
  constexpr std::uint64_t first_id = 106'540'352'242'900;
  std::vector<std::string> ids;
  for (unsigned i = 0; i < count; ++i)
    ids.push_back(std::to_string(first_id + i));
  return ids;
}

std::string to_yaml(const local_configuration& configuration) {
  std::ostringstream yaml;
  yaml << "# Written for a simulated Meta on this machine.\norganization: {name: "
       << configuration.organization
       << "}\nstate_folder: state\nquiet_hours: none\nfrequency: []\nnumbers:\n";
  for (const auto& id : configuration.number_ids)
    yaml << "  - {phone_number_id: \"" << id << "\", waba_id: \"" << local_account_id
         << "\", token_file: token, messages_per_second: " << configuration.messages_per_second
         << "}\n";
  yaml << "meta:\n  base_url: " << configuration.meta_url << "\n";
  if (!configuration.ca_file.empty())
    yaml << "  ca_file: " << configuration.ca_file << "\n";
  yaml << "  app_id: \"1\"\n"; // the simulator asks for no special one
  yaml << "  app_secret_file: app-secret\n  verify_token_file: verify-token\n"
       << "http: {listen: \"127.0.0.1:" << configuration.port << "\"}\n"
       << configuration.more;
  return yaml.str();
}

} // namespace stentor::app
