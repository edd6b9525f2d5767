/// `stentor-load simulate-meta`.

#include "bench/load/scenario/commands.hpp"
#include "bench/simulator/simulator.hpp"
#include "stentor/core/base/url.hpp"

#include <CLI/CLI.hpp>

#include <charconv>
#include <csignal>
#include <cstdio>
#include <memory>
#include <string>

namespace stentor::load {
namespace {

meta_simulator* running =
    nullptr; // NOLINT(cppcoreguidelines-avoid-non-const-global-variables): for the signal handler

void stop_running(int) {
  if (running != nullptr)
    running->stop();
}

/// The options as they are typed, where that differs from the settings.
struct options {
  simulator_settings settings;
  std::string listen = "127.0.0.1:0";
  bool clear = false;
  std::vector<std::string> numbers;
  std::vector<std::string> errors;
  std::vector<std::string> failures;
};

/// "131026=0.03" and "131026=0.03,131049=0.02".
std::vector<code_share> shares_of(const std::vector<std::string>& texts) {
  std::vector<code_share> shares;
  for (const auto& text : texts) {
    const auto equals = text.find('=');
    code_share one;
    const auto code =
        std::from_chars(text.data(), text.data() + std::min(equals, text.size()), one.code);
    try {
      one.share = std::stod(text.substr(std::min(equals, text.size() - 1) + 1));
    } catch (const std::exception&) {
      one.share = -1;
    }
    if (equals == std::string::npos || code.ec != std::errc{} || one.share < 0 || one.share > 1)
      throw CLI::ValidationError{text, "expected CODE=SHARE, for example 131026=0.03"};
    shares.push_back(one);
  }
  return shares;
}

/// "106540352242922" and "106540352242922:1000".
std::vector<number_setting> numbers_of(const std::vector<std::string>& texts, double rate) {
  std::vector<number_setting> numbers;
  for (const auto& text : texts) {
    const auto colon = text.find(':');
    numbers.push_back({text.substr(0, colon),
                       colon == std::string::npos ? rate : std::stod(text.substr(colon + 1))});
  }
  return numbers;
}

int simulate(options& chosen) {
  auto& settings = chosen.settings;
  const auto listen = core::parse_host_and_port(chosen.listen);
  if (!listen) {
    std::fprintf(stderr, "stentor-load: --listen: %s\n", listen.error().message.c_str());
    return 2;
  }
  settings.host = listen->host;
  settings.port = listen->port;
  settings.tls = !chosen.clear;
  settings.numbers = numbers_of(chosen.numbers, settings.number_rate);
  settings.faults.errors = shares_of(chosen.errors);
  settings.faults.failures = shares_of(chosen.failures);
  meta_simulator simulator{settings};
  if (const auto ready = simulator.listen(); !ready) {
    std::fprintf(stderr, "stentor-load: %s\n", ready.error().message.c_str());
    return 1;
  }
  running = &simulator;
  std::signal(SIGINT, stop_running);
  std::signal(SIGTERM, stop_running);
  std::printf("{\"url\":\"%s\",\"port\":%u,\"certificate\":\"%s\"}\n", simulator.url().c_str(),
              simulator.port(), simulator.certificate().c_str());
  std::fflush(stdout);
  simulator.run();
  running = nullptr;
  return 0;
}

void add_connection_options(CLI::App& to, options& chosen) {
  auto& s = chosen.settings;
  to.add_option("--listen", chosen.listen, "Host and port; port 0 takes a free one")
      ->capture_default_str();
  auto* tls = to.add_flag("--tls", s.tls, "HTTP/2 over TLS; the default");
  to.add_flag("--clear", chosen.clear, "HTTP/2 in clear text, with prior knowledge")->excludes(tls);
  auto* certificate =
      to.add_option("--certificate", s.certificate_file, "PEM file of the server's certificate");
  to.add_option("--key", s.key_file, "PEM file of its key")->needs(certificate);
  to.add_option("--certificate-folder", s.certificate_folder,
                "Where a self-signed certificate is made (or found): simulator.crt, simulator.key")
      ->capture_default_str();
  to.add_option("--max-concurrent-streams", s.max_concurrent_streams, "Of one connection")
      ->capture_default_str();
  to.add_option("--token", s.tokens, "Bearer token to accept; repeatable; without it any is good");
  to.add_option("--truth-file", s.ground_truth_file,
                "Record of what was accepted and acknowledged, for `report`");
  to.add_option("--seed", s.seed, "The same seed gives every message the same outcome")
      ->capture_default_str();
  to.add_flag("!--lean", s.full_validation, "Read of a body only what the outcome needs");
}

void add_account_options(CLI::App& to, options& chosen) {
  auto& s = chosen.settings;
  to.add_option("--number", chosen.numbers,
                "ID or ID:RATE of a sending number; repeatable; without it any id is good")
      ->delimiter(',');
  to.add_option("--number-rate", s.number_rate, "Messages per second of a number; 0 = no limit")
      ->capture_default_str();
  to.add_flag("!--no-pair-limit", s.pair_limit, "Write to the same person as often as you like");
  to.add_option("--template-file", s.template_file, "JSON array of templates as Meta lists them");
}

void add_webhook_options(CLI::App& to, options& chosen) {
  auto& s = chosen.settings;
  auto& f = s.faults;
  to.add_option("--webhook-url", s.webhook_url,
                "Where statuses are posted to, http://host:port/path");
  to.add_option("--app-secret", s.app_secret, "Signs webhooks")->capture_default_str();
  to.add_option("--verify-token", s.verify_token, "Of the verification challenge")
      ->capture_default_str();
  to.add_option("--webhook-connections", s.webhook_connections)->capture_default_str();
  to.add_option("--webhook-batch", s.webhook_batch, "Statuses per POST")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  to.add_option("--webhook-wait-ms", s.webhook_wait_ms, "The longest that a batch waits to fill")
      ->capture_default_str();
  to.add_option("--webhook-give-up-s", s.webhook_give_up_s, "How long a POST is repeated")
      ->capture_default_str();
  to.add_option("--time-scale", s.time_scale, "How much faster than in life statuses come")
      ->capture_default_str();
  to.add_option("--duplicate", f.duplicate, "Share of statuses that come twice");
  to.add_option("--reorder", f.reorder, "Share of statuses that later ones overtake");
  to.add_option("--delay", f.delay, "Share of statuses that come thirty times later");
}

void add_outcome_options(CLI::App& to, options& chosen) {
  auto& f = chosen.settings.faults;
  to.add_option("--error", chosen.errors, "CODE=SHARE refused at once; repeatable")->delimiter(',');
  to.add_option("--fail-later", chosen.failures,
                "CODE=SHARE accepted and then failed by webhook; repeatable")
      ->delimiter(',');
  to.add_option("--delivered", f.delivered, "Share of what did not fail")->capture_default_str();
  to.add_option("--read", f.read, "Share of what did not fail")->capture_default_str();
  to.add_option("--reply", f.reply, "Share of what was delivered")->capture_default_str();
  to.add_option("--stop", f.stop,
                "Share of what was delivered: half by word, half in WhatsApp's settings")
      ->capture_default_str();
  to.add_option("--latency-ms", f.latency_median_ms, "Median time to the answer")
      ->capture_default_str();
  to.add_option("--latency-p99-ms", f.latency_p99_ms,
                "Makes the latency lognormal with this 99th percentile");
  to.add_option("--drop-answer", f.drop_answer,
                "Share accepted whose answer never comes: half silent, half reset");
  to.add_option("--stall", f.stall, "Share neither accepted nor answered");
  to.add_option("--goaway-every", f.goaway_every, "GOAWAY after so many requests of a connection");
  to.add_option("--pace-after", f.pace_after,
                "So many messages of a template go through before it is assessed: then they are "
                "held back for half an hour");
  to.add_option("--reset-every", f.reset_every, "TCP reset after so many requests of a connection");
}

} // namespace

void add_simulate_command(CLI::App& program, command& chosen) {
  auto* sub = program.add_subcommand("simulate-meta",
                                     "Answers as Meta's Cloud API does, and posts its webhooks.");
  const auto given = std::make_shared<options>();
  given->settings.certificate_folder = "simulator-certificate";
  add_connection_options(*sub, *given);
  add_account_options(*sub, *given);
  add_webhook_options(*sub, *given);
  add_outcome_options(*sub, *given);
  sub->callback([given, &chosen] {
    shares_of(given->errors);
    shares_of(given->failures);
    chosen = [given] { return simulate(*given); };
  });
}

} // namespace stentor::load
