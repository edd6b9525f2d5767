#pragma once
/// The admin API, the webhook endpoint and the health pages as one application of the HTTP server.
/// It owns no data: everything is asked of the ports it is given, all of which must outlive it.
/// Thread-safe.

#include "adapters/http_server/message.hpp"
#include "stentor/core/base/result.hpp"
#include "stentor/ports/access/access_store.hpp"
#include "stentor/ports/access/audit_log.hpp"
#include "stentor/ports/system/engine_control.hpp"
#include "stentor/ports/system/phone_numbers.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::ports {
class campaign_admin;
class campaign_launch;
class campaign_planning;
class campaign_preview;
class campaign_report;
class attribute_store;
class contact_store;
class event_store;
class import_store;
class job_store;
class media_api;
class media_directory;
class number_directory;
class person_store;
class recipient_store;
class recurring_admin;
class renderer;
class segment_store;
class service_windows;
class template_directory;
class template_previewer;
class template_api;
struct business_account;
class time_zones;
struct webhook_payload;
} // namespace stentor::ports

namespace stentor::api {

/// What a caller could not prove.
enum class refused_caller { token, signature };

/// One port for each subject; a feature's handlers include the header of theirs.
struct services {
  ports::campaign_admin* campaigns = nullptr;
  ports::campaign_launch* launches = nullptr;
  ports::campaign_planning* planning = nullptr;
  ports::campaign_preview* previews = nullptr;
  ports::campaign_report* reports = nullptr;
  ports::recurring_admin* recurring = nullptr;
  ports::job_store* jobs = nullptr;
  ports::service_windows* windows = nullptr;
  ports::access_store* access = nullptr;
  ports::audit_log* audit = nullptr;
  ports::recipient_store* recipients = nullptr;
  ports::person_store* persons = nullptr;
  ports::segment_store* segments = nullptr;
  ports::contact_store* contacts = nullptr;
  ports::import_store* imports = nullptr;
  ports::event_store* events = nullptr;
  ports::attribute_store* attributes = nullptr;
  ports::template_directory* templates = nullptr;
  ports::media_directory* media = nullptr;
  ports::number_directory* numbers = nullptr;
  ports::control* engine = nullptr;
  const ports::renderer* renderer = nullptr;
  const ports::template_previewer* previewer = nullptr;
  ports::template_api* template_api = nullptr;
  ports::media_api* media_api = nullptr;
  /// The WhatsApp business accounts of an organization for which this daemon has a token.
  /// Thread-safe.
  std::function<std::vector<ports::business_account>(core::organization_no)> accounts;
  const ports::phone_numbers* phones = nullptr;
  const ports::time_zones* zones = nullptr;
  /// The Prometheus text of this moment.
  std::function<std::string()> metrics;
  /// Whether the X-Hub-Signature-256 header fits the raw body. Thread-safe.
  std::function<bool(std::string_view header, std::string_view body)> check_signature;
  /// Reads a verified body. Called from several threads.
  std::function<core::result<ports::webhook_payload>(std::string_view body)> read_webhook;
  /// Told of every wrong token and signature with the client's address; empty: nobody is. From
  /// several threads; must not block.
  std::function<void(refused_caller what, std::string_view client)> refused;
  /// Unix milliseconds; empty: the system's clock.
  std::function<std::int64_t()> now_ms;
};

struct settings {
  std::string version;
  std::string verify_token;   ///< of the webhook's GET; empty refuses every verification
  std::string default_region; ///< for phone numbers without country code, or empty
  std::size_t webhooks_waiting_max =
      20'000; ///< POSTs that wait for their commit; more are answered 503
};

struct webhook_metrics {
  std::uint64_t received_total = 0;
  std::uint64_t bad_signature_total = 0;
  std::uint64_t unreadable_total = 0; ///< signed but not understood: kept as they came
  std::uint64_t refused_total = 0;    ///< answered 503
  std::uint64_t waiting = 0;          ///< for their commit
};

class router;

class api final : public http_server::application {
public:
  api(services s, settings options);
  ~api() override;
  api(const api&) = delete;
  api& operator=(const api&) = delete;

  [[nodiscard]] http_server::plan expect(const http_server::request& head) override;
  [[nodiscard]] std::optional<http_server::response> admit(const http_server::exchange& e) override;
  void handle(std::shared_ptr<http_server::exchange> e) override;
  [[nodiscard]] http_server::response problem(int status, std::string_view detail) override;

  [[nodiscard]] webhook_metrics webhooks() const;
  /// The table of routes, for the test that holds it against the OpenAPI document.
  [[nodiscard]] const router& routes() const;

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

/// The OpenAPI 3.1 document.
[[nodiscard]] std::string_view openapi_document() noexcept;

} // namespace stentor::api
