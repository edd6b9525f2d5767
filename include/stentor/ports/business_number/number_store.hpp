#pragma once
/// The sending numbers, who may send from them, and which daemons there are to do it. Used from one
/// thread (a store actor's); every call blocks.

#include "stentor/core/base/ids.hpp"
#include "stentor/core/base/result.hpp"
#include "stentor/core/base/sentence.hpp"
#include "stentor/core/business_number/spread.hpp"

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
};

struct lease {
  core::number_no number = 0;
  core::lease_epoch epoch = 0;
  /// The owner changed with this call (or the lease had expired before): what it sent counts for
  /// the limit.
  bool fresh = false;
  /// Of a fresh one: the owner before sends nothing any more, since it gave the lease up or its
  /// state folder is ours. Else its last requests may still be on their way.
  bool clean = true;
  std::int64_t order_no = 0; ///< the last order that an operator gave the number, whoever took it
  bool paused_by_operator = false; ///< by that order
  double marketing_share = 1;      ///< of its rate, by its quality and the organization's policy
  std::optional<double> learned{}; ///< a rate a second that an owner found to be safe, if lower
};

/// How fast a number sends, for people.
struct number_pace {
  std::string phone_number_id;
  double per_second = 0; ///< 0 while it is stopped
  double ceiling = 0;    ///< the highest rate that is taken to be safe
  std::string pace;      ///< why it is what it is, see core::pace_state
};

/// A daemon's sign of life.
struct node_sign {
  std::string owner; ///< <id>#<start>, as in leases
  std::string host;
  std::string version;
  std::vector<core::number_no> numbers; ///< that it may send from
  std::chrono::milliseconds duration{}; ///< how long it counts as alive
};

/// What the daemons see of each other.
struct node_view {
  std::vector<core::living_node> nodes;
  std::vector<core::placed_number> numbers; ///< active ones
};

/// An operator pauses a number, or lets it try again.
struct number_command {
  std::string phone_number_id;
  core::organization_no organization{}; ///< whose it must be; 0: anybody's
  bool pause = false;
  core::sentence reason; ///< of a pause, for people
};

struct obeyed_number {
  core::number_no number{};
  std::int64_t order_no = 0;
};

class number_store {
public:
  virtual ~number_store() = default;

  /// Writes the configured numbers and gives them their number_no and organization_no. Others of
  /// the organization become inactive, unless another living daemon sends from them.
  [[nodiscard]] virtual core::result<std::vector<number>>
  save(const std::vector<number>& configured, const std::string& organization_name) = 0;
  /// Takes or renews the leases of these numbers for `owner`, at its start: what an earlier start
  /// of the same daemon held is taken over at once. Returns those that are held now.
  [[nodiscard]] virtual core::result<std::vector<lease>>
  acquire_leases(const std::string& owner, const std::vector<core::number_no>& numbers,
                 std::chrono::milliseconds duration) = 0;
  /// The same later on: only what is its own, free or over.
  /// @param at_work how fast they send, for people who ask another daemon
  [[nodiscard]] virtual core::result<std::vector<lease>>
  renew_leases(const std::string& owner, const std::vector<core::number_no>& numbers,
               std::chrono::milliseconds duration, const std::vector<number_pace>& at_work) = 0;
  /// One of them, or (release_leases) all, and the daemon's sign of life: it sends nothing more.
  [[nodiscard]] virtual core::status release_lease(const std::string& owner,
                                                   core::number_no number) = 0;
  [[nodiscard]] virtual core::status release_leases(const std::string& owner) = 0;
  /// Gives a sign of life, and sees who else does.
  [[nodiscard]] virtual core::result<node_view> show(const node_sign& sign) = 0;
  /// Why a number does not send, for people; none: it sends again.
  [[nodiscard]] virtual core::status
  set_stopped_reason(core::number_no number, const std::optional<core::sentence>& reason) = 0;
  /// For the daemon that holds it, whichever that is. not_found when there is no such number.
  [[nodiscard]] virtual core::result<obeyed_number> order(const number_command& command) = 0;
};

} // namespace stentor::ports
