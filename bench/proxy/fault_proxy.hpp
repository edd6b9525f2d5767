#pragma once
/// Stands between two programs and does to their bytes what networks and dying machines do: cuts
/// connections, holds bytes back in one direction or both, slows them down, refuses new
/// connections, and, between a client and PostgreSQL, lets the server commit and keeps the answer.
/// It runs on a thread of its own; every method may be called from any thread and takes effect
/// before it returns. Ends its connections and its thread when it goes.

#include "stentor/core/base/result.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace stentor::load {

/// Where a server listens.
struct proxy_address {
  std::string host = "127.0.0.1"; ///< an IP address
  std::uint16_t port = 0;
  std::filesystem::path socket = {}; ///< a Unix socket's file, in place of host and port
};

struct proxy_settings {
  proxy_address target;
  bool postgres = false;             ///< its protocol is watched for cut_behind_commit()
  std::uint16_t port = 0;            ///< to listen at, of 127.0.0.1; 0: any free one
  std::filesystem::path socket = {}; ///< or a Unix socket's file
};

/// What befalls the bytes of one direction, until heal().
struct trouble {
  bool stalled = false;               ///< bytes wait; connections stay open
  double bytes_per_s = 0;             ///< of each connection; 0: no limit
  std::chrono::milliseconds delay{0}; ///< of each byte
};

enum class flow { to_target, to_client, both };

/// A time in which what the target received says nothing about when it was written. Unix
/// microseconds.
struct held_back {
  std::int64_t from_us = 0;
  std::int64_t until_us = 0;
};

class fault_proxy {
public:
  /// Listens; the target need not exist yet.
  [[nodiscard]] static core::result<std::unique_ptr<fault_proxy>> start(proxy_settings settings);
  fault_proxy(const fault_proxy&) = delete;
  fault_proxy& operator=(const fault_proxy&) = delete;
  ~fault_proxy();

  /// 0 behind a Unix socket.
  [[nodiscard]] std::uint16_t port() const noexcept;

  void befall(flow where, const trouble& what);
  /// New connections lead there; those that are open stay as they are.
  void lead_to(const proxy_address& target);
  /// Ends every connection with a reset.
  void cut();
  /// New connections are reset at once, until heal().
  void refuse();
  /// The next answer to a commit is kept, and its connection cut.
  void cut_behind_commit();
  void heal();

  [[nodiscard]] std::uint64_t connections() const; ///< so far
  [[nodiscard]] std::uint64_t open_now() const;
  [[nodiscard]] std::uint64_t cuts() const;    ///< connections that cut() ended
  [[nodiscard]] std::uint64_t commits() const; ///< answers kept
  /// When cut() threw away what was on its way. Unix microseconds.
  [[nodiscard]] std::vector<std::int64_t> cut_times() const;
  /// When bytes to the target were held back; a trouble that goes on ends now.
  [[nodiscard]] std::vector<held_back> held() const;

private:
  struct state;
  explicit fault_proxy(std::unique_ptr<state> made);
  std::unique_ptr<state> state_;
};

} // namespace stentor::load
