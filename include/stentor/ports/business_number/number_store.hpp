#pragma once
/// The sending numbers and who may send from them. Used from one thread (a store actor's); every
/// call blocks.

#include "stentor/core/base/ids.hpp"
#include "stentor/core/base/result.hpp"
#include "stentor/core/base/sentence.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace stentor::ports {

/// A sending number as configured.
struct number {
  core::number_no no = 0;
  core::organization_no organization = 0;
  std::string phone_number_id;
  std::string waba_id;
  std::string token;
  double per_second = 80;
  std::uint32_t in_flight_max = 0;
  bool active = true;
  bool paused_by_operator = false; ///< as save() found it, or since
};

struct lease {
  core::number_no number = 0;
  core::lease_epoch epoch = 0;
  /// The owner changed with this call (or the lease had expired before): wait one window of the
  /// limit before sending.
  bool fresh = false;
};

class number_store {
public:
  virtual ~number_store() = default;

  /// Writes the configured numbers, gives them their number_no and organization_no, and says which
  /// an operator has paused (the code of their stopped reason is number_paused_by_operator); others
  /// of the organization become inactive.
  [[nodiscard]] virtual core::result<std::vector<number>>
  save(const std::vector<number>& configured, const std::string& organization_name) = 0;
  /// Takes or renews the leases of these numbers for `owner`; returns those that are held now.
  [[nodiscard]] virtual core::result<std::vector<lease>>
  acquire_leases(const std::string& owner, const std::vector<core::number_no>& numbers,
                 std::chrono::milliseconds duration) = 0;
  [[nodiscard]] virtual core::status release_leases(const std::string& owner) = 0;
  /// Why a number does not send, for people; none: it sends again.
  [[nodiscard]] virtual core::status
  set_stopped_reason(core::number_no number, const std::optional<core::sentence>& reason) = 0;
};

} // namespace stentor::ports
