#include "app/daemon/daemon.hpp"

#include "actors/supervisor/disk_watch.hpp"
#include "actors/supervisor/engine.hpp"
#include "adapters/http2/gateway.hpp"
#include "adapters/http_server/server.hpp"
#include "adapters/memory/known_media.hpp"
#include "adapters/memory/recent_stops.hpp"
#include "adapters/meta/management/management.hpp"
#include "adapters/meta/management/media_uploads.hpp"
#include "adapters/meta/management/template_changes.hpp"
#include "adapters/meta/messages/answer_reader.hpp"
#include "adapters/meta/messages/message_renderer.hpp"
#include "adapters/meta/webhooks/signature.hpp"
#include "adapters/meta/webhooks/webhook_reader.hpp"
#include "adapters/metrics/metrics.hpp"
#include "adapters/phone/phone_numbers.hpp"
#include "adapters/postgres/campaign/housekeeping.hpp"
#include "adapters/postgres/client/exchange.hpp"
#include "adapters/postgres/cluster/embedded_cluster.hpp"
#include "adapters/postgres/cluster/folder_lock.hpp"
#include "adapters/postgres/delivery/backlog.hpp"
#include "adapters/postgres/schema/durability.hpp"
#include "adapters/postgres/schema/migrations.hpp"
#include "adapters/process/disk.hpp"
#include "adapters/time_zone/time_zones.hpp"
#include "adapters/yaml/configuration_file.hpp"
#include "api/http/api.hpp"
#include "app/cli/exit_code.hpp"
#include "app/daemon/admin_stores.hpp"
#include "app/daemon/daemon_settings.hpp"
#include "app/daemon/installation.hpp"
#include "app/daemon/logging.hpp"
#include "app/daemon/metric_sources.hpp"
#include "app/daemon/node_identity.hpp"
#include "app/daemon/ready_signal.hpp"
#include "app/daemon/refusal_log.hpp"
#include "app/daemon/signals.hpp"
#include "app/daemon/store_factory.hpp"
#include "app/version.hpp"
#include "stentor/core/base/url.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <optional>
#include <thread>

namespace stentor::app {

namespace {

/// Everything that runs, in the order in which it is built; taken down in the opposite one.
class daemon {
public:
  daemon(ports::configuration configuration, std::string config_path)
      : configuration_{std::move(configuration)}, config_path_{std::move(config_path)} {}

  core::status build();
  void run();

private:
  core::status open_database();
  core::status build_engine(const meta::callback_codec& codec, std::vector<ports::number> numbers);
  core::status build_api(const meta::callback_codec& codec);
  void use_app_secrets();
  void reload();
  void look_after_database();
  [[nodiscard]] std::string metrics_text() const;
  [[nodiscard]] postgres::connection_options connection(const char* name) const;

  ports::configuration configuration_;
  std::string config_path_;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  std::optional<postgres::folder_lock> lock_; ///< with a database of its own the cluster holds it
  std::unique_ptr<postgres::embedded_cluster> cluster_;
  std::string conninfo_;
  std::string node_; ///< the id of the state folder
  std::shared_ptr<postgres::server_watch> servers_ =
      std::make_shared<postgres::server_watch>(tell_failover);
  std::unique_ptr<ports::phone_numbers> phones_ = phone::make_phone_numbers();
  std::unique_ptr<ports::time_zones> zones_ = time_zone::make_time_zones();
  known_media media_ids_;
  std::unique_ptr<ports::renderer> renderer_;
  std::unique_ptr<ports::template_api> template_api_;
  recent_stops stops_;
  actors::outcome_gate outcomes_;
  std::unique_ptr<ports::flight_recorder> flights_;
  std::unique_ptr<ports::gateway> gateway_;
  std::unique_ptr<ports::gateway> uploads_; ///< files have connections of their own
  std::unique_ptr<ports::media_api> media_api_;
  std::unique_ptr<ports::management_api> management_;
  std::optional<actors::disk_watch> disk_;
  std::unique_ptr<actors::engine> engine_;
  std::optional<admin_stores> stores_;
  std::atomic<std::shared_ptr<const meta::signature_checker>>
      signatures_; ///< replaced by a reload, read by the server's threads
  refusal_log refusals_;
  std::unique_ptr<api::api> api_;
  std::unique_ptr<http_server::server> server_;
  std::chrono::steady_clock::time_point stops_aged_ = started_;
};

postgres::connection_options daemon::connection(const char* name) const {
  return {.conninfo = conninfo_,
          .application_name = std::string{"stentor "} + name,
          .servers = servers_};
}

core::status daemon::open_database() {
  const auto note_wait = [this] {
    spdlog::info("Another stentor uses the state folder {}; waiting for its end.",
                 configuration_.state_folder);
  };
  if (configuration_.database.embedded()) {
    postgres::cluster_options options;
    options.folder = configuration_.state_folder;
    options.stays = true;
    options.on_wait = note_wait;
    auto cluster = postgres::embedded_cluster::start(std::move(options));
    if (!cluster)
      return cluster.error();
    cluster_ = std::move(*cluster);
    conninfo_ = cluster_->conninfo();
  } else {
    auto lock = postgres::folder_lock::take(configuration_.state_folder,
                                            postgres::cluster_options{}.lock_patience, note_wait);
    if (!lock)
      return lock.error();
    lock_.emplace(std::move(*lock));
    lock_->announce();
    conninfo_ = configuration_.database.url;
  }
  auto node = node_identity(configuration_.state_folder);
  if (!node)
    return node.error();
  node_ = std::move(*node);
  auto db = postgres::connection::open(connection("start"));
  if (!db)
    return db.error();
  auto report = postgres::migrate(*db);
  if (!report)
    return report.error();
  if (report->from != report->to)
    spdlog::info("The schema went from version {} to {}.", report->from, report->to);
  const auto weakness = postgres::durability_problem(*db);
  if (!weakness)
    return weakness.error();
  if (!weakness->empty())
    spdlog::warn("{}", *weakness);
  return db->prepare_all();
}

core::status daemon::build() {
  auto opened = open_database();
  if (!opened)
    return opened;
  auto known = read_installation(connection("start"));
  if (!known)
    return known.error();
  const meta::callback_codec codec{known->callback_key};
  flights_ = open_flight_recorder(configuration_.state_folder, known->database);
  auto stores = postgres::open_housekeeping(connection("start"));
  if (!stores)
    return stores.error();
  auto numbers = stores->numbers->save(numbers_of(configuration_), configuration_.organization);
  if (!numbers)
    return numbers.error();
  for (const auto& number : *numbers)
    stops_.learn(number.no, number.organization);
  stores_.emplace(connection("api"), configuration_, *phones_, *zones_);
  if (auto saved = stores_->policies().save(configuration_.organization, configuration_.policy);
      !saved)
    return saved;
  auto engine = build_engine(codec, std::move(*numbers));
  if (!engine)
    return engine;
  return build_api(codec);
}

core::status daemon::build_engine(const meta::callback_codec& codec,
                                  std::vector<ports::number> numbers) {
  renderer_ = meta::make_renderer(codec, &media_ids_);
  auto gateway = http2::make_gateway(gateway_settings_of(configuration_),
                                     meta::make_answer_reader(), stops_, outcomes_, *flights_);
  if (!gateway)
    return gateway.error();
  gateway_ = std::move(*gateway);
  auto uploads = http2::make_gateway(upload_settings_of(configuration_), meta::make_answer_reader(),
                                     stops_, outcomes_, *flights_);
  if (!uploads)
    return uploads.error();
  uploads_ = std::move(*uploads);
  media_api_ =
      meta::make_media_api(*uploads_, configuration_.meta.api_version, configuration_.meta.app_id);
  const auto base = core::parse_url(configuration_.meta.base_url);
  management_ = meta::make_management_api(*gateway_, configuration_.meta.api_version,
                                          base ? base->authority() : std::string{});
  template_api_ = meta::make_template_api(*gateway_, configuration_.meta.api_version);
  std::shared_ptr<actors::context> context{new actors::context{
      *gateway_, *management_, *renderer_, *zones_, stops_, outcomes_, *flights_,
      stores_on_postgres([this](const char* name) { return connection(name); }, *zones_, *phones_),
      wall_now, engine_settings_of(configuration_, node_, std::move(numbers))}};
  context->boot_clock = boot_now;
  context->media_api = media_api_.get();
  context->media_ids = &media_ids_;
  disk_.emplace(context, process::make_disk(configuration_.state_folder),
                configuration_.state_folder, disk_limits_of(configuration_));
  engine_ = std::make_unique<actors::engine>(std::move(context),
                                             std::max(1U, std::thread::hardware_concurrency()));
  return core::ok{};
}

core::status daemon::build_api(const meta::callback_codec& codec) {
  use_app_secrets();
  api::services services{
      .engine = engine_.get(),
      .renderer = renderer_.get(),
      .previewer = renderer_.get(),
      .template_api = template_api_.get(),
      .media_api = media_api_.get(),
      .accounts =
          [this](core::organization_no organization) { return engine_->accounts(organization); },
      .phones = phones_.get(),
      .zones = zones_.get(),
      .metrics = [this] { return metrics_text(); },
      .check_signature =
          [this](std::string_view header, std::string_view body) {
            return signatures_.load()->check(header, body);
          },
      .read_webhook =
          [codec, words = stop_words_of(configuration_)](std::string_view body) {
            thread_local meta::webhook_reader reader{codec, words};
            return reader.read(body, wall_now().time_since_epoch().count());
          },
      .refused =
          [this](api::refused_caller what, std::string_view client) {
            if (const auto line = refusals_.saw(what, client, std::chrono::steady_clock::now()))
              spdlog::warn("{}", *line);
          },
      .now_ms = {}};
  stores_->give(services);
  api_ = std::make_unique<api::api>(
      services, api::settings{.version = version,
                              .verify_token = configuration_.meta.verify_token.value,
                              .default_region = configuration_.screening.default_region});
  server_ = std::make_unique<http_server::server>(server_settings_of(configuration_), *api_);
  return core::ok{};
}

void daemon::use_app_secrets() {
  std::vector<std::string> secrets;
  for (const auto& secret : configuration_.meta.app_secrets)
    secrets.push_back(secret.value);
  signatures_.store(std::make_shared<const meta::signature_checker>(secrets));
}

std::string daemon::metrics_text() const {
  metrics::snapshot now;
  now.engine = engine_->metrics();
  now.gateway = gateway_->metrics();
  now.version = version;
  now.uptime_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
  now.endpoint = figures_of(server_->metrics(), api_->webhooks());
  now.database = figures_of(postgres::read_backlog(stores_->queries()));
  return metrics::to_text(now);
}

/// SIGHUP: a bad file keeps the old configuration and says so.
void daemon::reload() {
  auto next = yaml::load(config_path_);
  if (!next) {
    spdlog::error("The configuration was not reloaded, the old one stays in force:\n{}",
                  next.error().message);
    return;
  }
  auto reloaded = yaml::reload(configuration_, *next);
  configuration_ = std::move(reloaded.now);
  set_log_level(configuration_.log.level);
  use_app_secrets();
  engine_->reload_numbers(numbers_of(configuration_));
  if (auto saved = stores_->policies().save(configuration_.organization, configuration_.policy);
      !saved)
    spdlog::error("quiet_hours, places and frequency stay as they were until the next reload: {}",
                  saved.error().message);
  for (const auto& key : reloaded.change.reloadable)
    spdlog::info("Reloaded {}.", key);
  for (const auto& key : reloaded.change.restart)
    spdlog::warn("{} has changed in the file but needs a restart.", key);
  if (reloaded.change.reloadable.empty() && reloaded.change.restart.empty())
    spdlog::info("The configuration was read again; nothing has changed.");
}

void daemon::look_after_database() {
  if (!cluster_ || cluster_->running())
    return;
  spdlog::critical("The embedded PostgreSQL has ended by itself and is started again.");
  if (auto restarted = cluster_->restart(); !restarted)
    spdlog::critical("{}", restarted.error().message);
}

void daemon::run() {
  constexpr std::chrono::minutes stops_age{30};
  const auto signals = orders();
  disk_->look();
  engine_->start();
  if (auto listening = server_->start(); !listening) {
    spdlog::critical("{}", listening.error().message);
    engine_->stop();
    throw std::runtime_error{listening.error().message};
  }
  const auto listen = core::parse_host_and_port(configuration_.http.listen);
  const core::url address{.scheme = configuration_.http.tls_certificate.empty() ? "http" : "https",
                          .host = listen ? listen->host : configuration_.http.listen,
                          .port = server_->port(),
                          .path = {}};
  spdlog::info("Stentor {} listens on {}://{}", version, address.scheme, address.authority());
  tell_manager("READY=1");
  for (;;) {
    constexpr timespec look_interval{.tv_sec = 1, .tv_nsec = 0};
    const auto signal = ::sigtimedwait(&signals, nullptr, &look_interval);
    if (signal == SIGTERM || signal == SIGINT)
      break;
    if (signal == SIGHUP)
      reload();
    look_after_database();
    disk_->look();
    if (engine_->failed()) {
      // Nothing starts it again from inside; the service manager starts the whole, and recovery
      // finds what was in flight. An orderly end would wait for actors that nobody leads.
      spdlog::critical("The engine's supervisor has failed. The daemon ends.");
      spdlog::shutdown();
      std::_Exit(number_of(exit_code::failed));
    }
    if (const auto now = std::chrono::steady_clock::now(); now - stops_aged_ >= stops_age) {
      stops_.age();
      stops_aged_ = now;
    }
  }
  spdlog::info(
      "Stopping: no new messages; open requests end within {} s.",
      std::chrono::duration_cast<std::chrono::seconds>(configuration_.shutdown.drain).count());
  // A database that does not answer must not keep the daemon; what it can't store is in doubt
  // later.
  constexpr std::chrono::seconds storing{15};
  postgres::limit_waits(std::chrono::steady_clock::now() + configuration_.shutdown.drain + storing);
  engine_->stop(); // webhooks are still taken while requests end
  server_->stop(std::chrono::seconds{5});
  spdlog::info("Stopped.");
}

} // namespace

int serve(const ports::configuration& configuration, const std::string& config_path,
          ports::log_format format) {
  start_logging({.level = configuration.log.level, .format = format});
  daemon instance{configuration, config_path};
  if (auto built = instance.build(); !built) {
    spdlog::critical("{}", built.error().message);
    return number_of(exit_code_of(built.error().code));
  }
  try {
    instance.run();
  } catch (const std::exception&) { // already told
    return 1;
  }
  return 0;
}

} // namespace stentor::app
