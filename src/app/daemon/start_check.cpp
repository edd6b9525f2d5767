#include "app/daemon/start_check.hpp"

#include "adapters/http_server/server.hpp"
#include "adapters/time_zone/time_zones.hpp"
#include "app/daemon/daemon_settings.hpp"
#include "stentor/core/base/url.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

namespace stentor::app {
namespace {

namespace fs = std::filesystem;

bool is_loopback(std::string_view host) {
  return host == "::1" || host == "localhost" || host.starts_with("127.");
}

void check_listen(const ports::http_settings& http, const ports::configuration& c,
                  start_report& report) {
  const auto good = http_server::check(server_settings_of(c));
  if (!good)
    report.problems.push_back("http: " + good.error().message);
  const auto listen = core::parse_host_and_port(http.listen);
  if (listen && !is_loopback(listen->host) && http.tls_certificate.empty())
    report.warnings.push_back(
        "http.listen " + http.listen +
        " takes tokens from the network in the clear: give http.tls_certificate and http.tls_key, "
        "or listen on 127.0.0.1 behind a reverse proxy");
}

/// Of the folder itself or, while it is not there yet, of the one that it would be made in.
void check_folder(const std::string& folder, start_report& report) {
  std::error_code unknown;
  fs::path at = fs::absolute(folder, unknown);
  while (!fs::exists(at, unknown) && at.has_parent_path() && at != at.parent_path())
    at = at.parent_path();
  if (fs::exists(at, unknown) && !fs::is_directory(at, unknown))
    report.problems.push_back("state_folder " + folder + " can't be made: " + at.string() +
                              " is no folder");
  else if (::access(at.c_str(), W_OK | X_OK) != 0)
    report.problems.push_back("state_folder " + folder +
                              " can't be used: this user may not write to " + at.string() +
                              "; set state_folder to a folder of your own, or run this as the "
                              "daemon's user");
}

void check_ca(const std::string& file, start_report& report) {
  if (file.empty())
    return;
  std::ifstream pem{file};
  const std::string text{std::istreambuf_iterator<char>{pem}, {}};
  if (text.find("-----BEGIN CERTIFICATE-----") == std::string::npos)
    report.problems.push_back("meta.ca_file " + file +
                              " can't be used: it must be a readable PEM file with certificates");
}

void check_secret(const std::string& file, std::set<std::string>& seen, start_report& report) {
  struct stat about = {};
  if (file.empty() || !seen.insert(file).second || ::stat(file.c_str(), &about) != 0)
    return;
  constexpr mode_t others = S_IROTH | S_IWOTH | S_IXOTH;
  if ((about.st_mode & others) != 0)
    report.warnings.push_back("every user of this machine may use the secret in " + file +
                              ": chmod 0400 " + file);
  else if ((about.st_mode & S_IWGRP) != 0)
    report.warnings.push_back("its group may change the secret in " + file + ": chmod 0400 " +
                              file);
}

void check_zones(const core::policy& policy, start_report& report) {
  const auto zones = time_zone::make_time_zones();
  const auto check = [&](const std::string& key, const std::string& zone) {
    if (const auto known = zones->offset(zone, wall_now()); !known)
      report.problems.push_back(key + ": " + known.error().message +
                                "; expected a name of the IANA database, such as Asia/Kolkata");
  };
  check("organization.time_zone", policy.time_zone);
  for (const auto& [country, zone] : policy.main_zones)
    check("places.main." + country, zone);
}

} // namespace

start_report check_start(const ports::configuration& c) {
  start_report report;
  check_listen(c.http, c, report);
  check_folder(c.state_folder, report);
  check_ca(c.meta.ca_file, report);
  check_zones(c.policy, report);
  std::set<std::string> seen;
  for (const auto& number : c.numbers)
    check_secret(number.token.file, seen, report);
  for (const auto& secret : c.meta.app_secrets)
    check_secret(secret.file, seen, report);
  check_secret(c.meta.verify_token.file, seen, report);
  check_secret(c.database.url_secret.file, seen, report);
  check_secret(c.http.tls_key, seen, report);
  if (::geteuid() == 0)
    report.warnings.push_back("this is run as root: the daemon needs no more than a user of its "
                              "own");
  return report;
}

} // namespace stentor::app
