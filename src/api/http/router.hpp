#pragma once
/// The table of routes and what every handler gets. Immutable after construction; the OpenAPI test
/// reads the table.

#include "api/http/api.hpp"
#include "stentor/core/access/rights.hpp"
#include "stentor/core/base/ids.hpp"

#include <atomic>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::api {

enum class body_kind : std::uint8_t {
  none,
  json,    ///< application/json, up to 1 MB
  large,   ///< application/json, up to 8 MB
  list,    ///< application/json up to 8 MB, or text/csv streamed without limit
  file,    ///< of any type, streamed without limit: its handler knows both
  webhook, ///< any type, up to 4 MB, handled on the io thread
};

/// What all handlers share.
struct context {
  services s;
  settings options;
  std::atomic<std::uint64_t> webhooks_received{0};
  std::atomic<std::uint64_t> webhooks_bad_signature{0};
  std::atomic<std::uint64_t> webhooks_unreadable{0};
  std::atomic<std::uint64_t> webhooks_refused{0};
  std::atomic<std::uint64_t> webhooks_waiting{0};

  [[nodiscard]] std::int64_t now_ms() const;
  [[nodiscard]] core::wall_time now() const {
    return core::wall_time{std::chrono::milliseconds{now_ms()}};
  }
};

/// One request on its way through a handler. Copied into callbacks: it keeps the exchange alive.
struct call {
  std::shared_ptr<http_server::exchange> e;
  std::shared_ptr<context> c;
  ports::principal who;         ///< of routes that need a token
  std::vector<std::string> ids; ///< what stood for {…} in the pattern

  [[nodiscard]] const http_server::request& head() const { return e->head(); }
  [[nodiscard]] const services& stores() const { return c->s; }
  [[nodiscard]] ports::campaign_admin& campaigns() const { return *c->s.campaigns; }
  [[nodiscard]] ports::control& engine() const { return *c->s.engine; }
};

struct route {
  std::string_view method;
  std::string_view pattern;                    ///< "/api/whatsapp/campaigns/{id}"
  core::right needs = core::right::administer; ///< none: no token either
  body_kind body = body_kind::none;
  void (*handle)(call) = nullptr;
  bool on_io_thread = false;     ///< the handler never blocks
  bool on_stream_thread = false; ///< it answers for long; routes that take a list do so anyway
};

class router {
public:
  router();

  struct match {
    const route* found = nullptr;
    std::string allowed; ///< methods of the path, for 405; empty: no such path
  };
  [[nodiscard]] match find(std::string_view method, const std::vector<std::string>& path) const;
  [[nodiscard]] static std::vector<std::string> ids_of(const route& r,
                                                       const std::vector<std::string>& path);
  [[nodiscard]] const std::vector<route>& table() const noexcept { return table_; }

private:
  std::vector<route> table_;
};

/// Every feature's part of the table: routes.cpp in its folder.
[[nodiscard]] std::span<const route> access_routes();
[[nodiscard]] std::span<const route> audience_routes();
[[nodiscard]] std::span<const route> campaign_routes();
[[nodiscard]] std::span<const route> contact_routes();
[[nodiscard]] std::span<const route> inbox_routes();
[[nodiscard]] std::span<const route> number_routes();
[[nodiscard]] std::span<const route> system_routes();
[[nodiscard]] std::span<const route> template_routes();

} // namespace stentor::api
