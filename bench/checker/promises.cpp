#include "bench/checker/truth_report.hpp"

#include <algorithm>
#include <array>

namespace stentor::load {

std::span<const promise> promises() {
  static constexpr std::array all{
      promise{&truth_report::duplicates, "duplicates",
              "people whom Meta accepted the campaign's message for twice",
              "`stentor why` of such a person: was the first try in doubt, refused or unknown?"},
      promise{&truth_report::lost, "lost",
              "recipients who count as sent or are without an end, though Meta never accepted them",
              "the recipients in `pending` or `sending`, and warnings of daemon.log"},
      promise{&truth_report::missing, "missing",
              "people of the imported list whom the database does not have exactly once",
              "the import's answer, and its problems"},
      promise{&truth_report::unknown_acceptances, "unknown_acceptances",
              "messages that Meta accepted and the database knows nothing of",
              "the in-doubt recipients, and breaks of connections in daemon.log"},
      promise{&truth_report::wrong_states, "wrong_states",
              "recipients who lack a receipt that the daemon has acknowledged",
              "the ledger's last batches, and what daemon.log says about the projection"},
      promise{&truth_report::wrong_counters, "wrong_counters",
              "figures of campaigns that differ from a count of their recipients",
              "the campaign's row, and what daemon.log says about the projection"},
      promise{&truth_report::rate_violations, "rate_violations",
              "messages above a number's limit within one second",
              "whether the machine stood still meanwhile, and `rate` in simulator.log"},
      promise{&truth_report::stop_violations, "stop_violations",
              "messages to people whose stop was acknowledged before",
              "the suppressions, and the time of their webhooks in daemon.log"},
      promise{&truth_report::forgotten_stops, "forgotten_stops",
              "people whose stop was acknowledged and who are not on the stop list",
              "the suppressions, and restarts in daemon.log"},
      promise{&truth_report::forgotten_messages, "forgotten_messages",
              "messages of people that were acknowledged and are not in the database",
              "inbound_message and other_webhook, and restarts in daemon.log"},
      promise{&truth_report::after_pause, "after_pause",
              "messages of a paused campaign, later than 100 ms after the pause was acknowledged",
              "the time of the pause in the audit log, and restarts in daemon.log"},
      promise{&truth_report::after_cancel, "after_cancel",
              "messages of a cancelled campaign, later than 100 ms after that was acknowledged",
              "the time of the cancel in the audit log, and restarts in daemon.log"},
      promise{&truth_report::unaudited, "unaudited",
              "orders by the API that were acknowledged and are not in the audit log",
              "the audit log, and restarts in daemon.log"},
      promise{&truth_report::stuck, "stuck",
              "recipients without an end although nothing hinders the daemon any more",
              "the campaign's status and reason, open claims, the retry queue, daemon.log"},
      promise{&truth_report::leaks, "leaks", "secrets or phone numbers in logs or on open pages",
              "the log files, by the beginnings that the checker names"}};
  return all;
}

bool clean(const truth_report& report) {
  return std::all_of(promises().begin(), promises().end(),
                     [&](const promise& each) { return report.*each.count == 0; });
}

} // namespace stentor::load
