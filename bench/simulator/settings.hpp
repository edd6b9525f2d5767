#pragma once
/// What can be set about the simulated Meta. Plain values: read once at start, except for the
/// faults, which `POST /_simulator/faults` changes while the simulator runs.

#include <cstdint>
#include <string>
#include <vector>

namespace stentor::load {

/// A sending number that the simulator knows from the start.
struct number_setting {
  std::string id;
  double rate = 80; ///< messages per second, 0 = no limit
};

/// A Meta error code and the share of messages that get it, 0..1.
struct code_share {
  int code = 0;
  double share = 0;
};

/// Shares are 0..1 of the messages; what happens to one is a function of seed, recipient and
/// attempt.
struct fault_settings {
  std::vector<code_share> errors;   ///< refused at once
  std::vector<code_share> failures; ///< accepted, then `failed` by webhook
  double delivered = 0.95;          ///< of what did not fail
  double read = 0.6;                ///< of what did not fail; a message that is read was delivered
  double reply = 0.02;              ///< of what was delivered
  double stop = 0.01;               ///< of what was delivered
  double drop_answer = 0; ///< accepted, but the answer never comes: half silent, half RST_STREAM
  double stall = 0;       ///< neither accepted nor answered
  double duplicate = 0;   ///< of webhook statuses: sent twice
  double reorder = 0;     ///< of webhook statuses: overtaken by later ones
  double delay = 0;       ///< of webhook statuses: thirty times later than due
  double latency_median_ms = 0;   ///< of answers; 0 = at once
  double latency_p99_ms = 0;      ///< of a lognormal distribution; not above the median = fixed
  std::uint32_t goaway_every = 0; ///< requests of one connection until its GOAWAY, 0 = never
  std::uint32_t reset_every = 0;  ///< requests of one connection until it is reset, 0 = never
  std::uint32_t pace_after = 0;   ///< messages of one template until it is assessed, 0 = never
  std::uint32_t pace_for_ms = 1'800'000; ///< so long messages are held for that, in life's time
  bool webhooks_paused = false;          ///< statuses wait until this is false again
  int foreign_status = 0;         ///< something answers every message in Meta's place; 0 = nothing
  std::string foreign_body = {};  ///< and says this
  std::uint32_t fail_uploads = 0; ///< so many of the next uploads of media fail
};

struct simulator_settings {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0; ///< 0: any free one
  bool tls = false;
  std::string certificate_file;   ///< PEM; with key_file
  std::string key_file;           ///< PEM
  std::string certificate_folder; ///< without the two: a self-signed pair is made or found here

  std::string app_secret = "test_app_secret";
  std::string verify_token = "test_verify_token";
  std::vector<std::string> tokens; ///< accepted bearer tokens, empty = any

  std::string webhook_url; ///< http://host:port/path, empty = no webhooks
  unsigned webhook_connections = 16;
  unsigned webhook_batch = 1;                 ///< statuses per POST, 1..1000
  unsigned webhook_wait_ms = 20;              ///< the longest that a batch waits to fill
  unsigned webhook_give_up_s = 7 * 24 * 3600; ///< how long a POST is repeated

  std::vector<number_setting> numbers; ///< empty: any id of digits is a number from its first use
  double number_rate = 80;             ///< of numbers without a rate of their own; 0 = no limit
  bool pair_limit = true; ///< 45 at once, one per 6 s for each pair of number and person
  std::uint32_t max_concurrent_streams = 100;

  std::string template_file; ///< JSON array of templates instead of the built-in ones
  std::string
      ground_truth_file; ///< what was accepted and acknowledged; empty = an unnamed temporary file
  std::uint64_t seed = 1;
  double time_scale = 1;       ///< how much faster than in life statuses come
  bool full_validation = true; ///< false: only what the outcome needs is read of a body
  fault_settings faults;
};

} // namespace stentor::load
