#pragma once
/// The places that customers are in, as numbers (table `place`). One thread, one transaction: what
/// it remembers is forgotten with clear() when the transaction is rolled back.

#include "adapters/postgres/client/connection.hpp"
#include "stentor/ports/system/time_zones.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace stentor::postgres {

class places {
public:
  /// @param zones must outlive this object
  explicit places(const ports::time_zones& zones) : zones_{zones} {}

  /// Notes that the place will be asked for. @param time_zone empty: all zones of the country
  void want(std::string_view country, std::string_view time_zone);
  /// All countries that have zones, and that which nobody knows.
  [[nodiscard]] core::status find_countries(connection& db);
  /// Looks up, or makes, what was wanted since the last time.
  [[nodiscard]] core::status find(connection& db);
  /// 0 for what was not wanted, or is being made by somebody else at this moment.
  [[nodiscard]] std::int32_t number_of(std::string_view country, std::string_view time_zone) const;
  void clear() { known_.clear(); }

private:
  using key = std::pair<std::string, std::string>;
  [[nodiscard]] std::string zones_of(const key& k) const;

  const ports::time_zones& zones_;
  std::map<key, std::int32_t> known_; ///< 0: wanted
  bool wanted_ = false;
};

} // namespace stentor::postgres
