#pragma once
/// Questions to the daemon's PostgreSQL, on a connection of their own. One thread.

#include <cstdint>
#include <filesystem>
#include <string>

namespace stentor::testing {

class database_probe {
public:
  explicit database_probe(std::filesystem::path state_folder) : state_{std::move(state_folder)} {}

  /// Throws std::runtime_error when no database answers.
  [[nodiscard]] std::string conninfo() const;
  /// The first value of the first row as text; empty when there is none.
  std::string sql(const std::string& query);
  std::int64_t count(const std::string& query) { return std::stoll(sql(query)); }
  /// 1 when the person is suppressed, otherwise 0.
  std::int64_t stops_of(const std::string& phone) {
    return count("SELECT count(*) FROM suppression WHERE phone = " + phone.substr(1));
  }

private:
  std::filesystem::path state_;
};

} // namespace stentor::testing
