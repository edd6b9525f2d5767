/// What a torture run does to processes and bytes.

#include "bench/load/harness/process_stats.hpp"
#include "bench/load/harness/progress.hpp"
#include "bench/torture/torture_run.hpp"

#include <libpq-fe.h>

#include <csignal>
#include <memory>
#include <thread>

namespace stentor::load {
namespace {

using namespace std::chrono_literals;

/// How long an orderly end may take: more than the daemon's own limit for open requests.
constexpr auto end_patience = 30s;

} // namespace

void torture_run::do_deed(const plan_step& step) {
  ++report_.deeds[to_string(step.what)];
  if (step.what < deed::cut_database)
    do_process_deed(step);
  else
    do_bytes_deed(step);
}

void torture_run::do_process_deed(const plan_step& step) {
  std::size_t node = step.node;
  // Whoever stands still is left to stand still, as long as there is another one.
  for (std::size_t i = 0; i < nodes_.size() && nodes_[node].frozen; ++i)
    node = (node + 1) % nodes_.size();
  auto& daemon = stack_.daemon(node);
  switch (step.what) {
  case deed::kill_daemon:
    crash_daemon(node);
    tend_for(step.length);
    return start_daemon(node);
  case deed::kill_starting_daemon:
    tend_for(step.length);
    crash_daemon(node);
    return start_daemon(node);
  case deed::terminate_daemon:
    terminate_daemon(node);
    tend_for(step.length);
    return start_daemon(node);
  case deed::freeze_daemon:
    daemon.signal(SIGSTOP);
    nodes_[node].frozen = true;
    nodes_[node].thaw_at = clock::now() + step.length;
    return;
  case deed::reload_daemon:
    // Before its program has come to its first lines nobody could hold a signal back; one that
    // stands still comes to them late.
    for (const auto until = clock::now() + end_patience;
         !blocks_signal(daemon.pid(), SIGHUP) && clock::now() < until;)
      tend_for(10ms);
    if (blocks_signal(daemon.pid(), SIGHUP))
      daemon.signal(SIGHUP);
    return;
  default:
    break;
  }
  const int signal = step.what == deed::stop_database_fast      ? SIGINT
                     : step.what == deed::stop_database_at_once ? SIGQUIT
                                                                : SIGKILL;
  ++report_.database_crashes;
  if (const auto back = stack_.crash_database(signal, step.length); !back)
    note(back.error().message);
}

void torture_run::do_bytes_deed(const plan_step& step) {
  auto& database = stack_.to_database();
  auto& meta = stack_.to_meta();
  auto& webhooks = stack_.to_webhooks();
  const trouble stalled{.stalled = true};
  switch (step.what) {
  case deed::cut_database:
    return database.cut();
  case deed::stall_database:
    database.befall(flow::both, stalled);
    return trouble_for(database, step.length);
  case deed::stall_database_answers:
    database.befall(flow::to_client, stalled);
    return trouble_for(database, step.length);
  case deed::slow_database:
    database.befall(flow::both, {.bytes_per_s = 200'000, .delay = 30ms});
    return trouble_for(database, step.length);
  case deed::lose_commit:
    return database.cut_behind_commit();
  case deed::lock_row:
    return lock_row(step.length);
  case deed::cut_meta:
    return meta.cut();
  case deed::stall_meta:
    meta.befall(flow::both, stalled);
    return trouble_for(meta, step.length);
  case deed::stall_meta_answers:
    meta.befall(flow::to_client, stalled);
    return trouble_for(meta, step.length);
  case deed::slow_meta:
    meta.befall(flow::both, {.bytes_per_s = 100'000, .delay = 50ms});
    return trouble_for(meta, step.length);
  case deed::refuse_meta:
    meta.refuse();
    meta.cut();
    return trouble_for(meta, step.length);
  case deed::cut_webhooks:
    return webhooks.cut();
  case deed::stall_webhooks:
    webhooks.befall(flow::both, stalled);
    return trouble_for(webhooks, step.length);
  default:
    webhooks.befall(flow::both, {.bytes_per_s = 20'000, .delay = 100ms});
    return trouble_for(webhooks, step.length);
  }
}

void torture_run::trouble_for(fault_proxy& where, std::chrono::milliseconds length) {
  std::erase_if(endings_, [&](const ending& each) { return each.of == &where; });
  endings_.push_back({&where, clock::now() + length, [&where] { where.heal(); }});
}

/// As an import, a migration or somebody at psql may do it.
void torture_run::lock_row(std::chrono::milliseconds length) {
  const std::shared_ptr<PGconn> somebody{PQconnectdb(stack_.conninfo().c_str()), &PQfinish};
  PQclear(PQexec(somebody.get(), "BEGIN"));
  PQclear(PQexec(somebody.get(), "SET lock_timeout = 500"));
  const auto which = report_.deeds[to_string(deed::lock_row)] % campaigns_.size();
  PQclear(PQexec(
      somebody.get(),
      ("SELECT FROM campaign WHERE id = '" + campaigns_[which].id + "' FOR UPDATE").c_str()));
  // The lock goes with its session.
  endings_.push_back({somebody.get(), clock::now() + length, [somebody] {}});
}

void torture_run::crash_daemon(std::size_t node) {
  ++report_.daemon_crashes;
  if (const auto killed = stack_.daemon(node).kill(); !killed)
    note(killed.error().message);
  nodes_[node].frozen = false;
  nodes_[node].away = true;
  lead_webhooks();
}

void torture_run::start_daemon(std::size_t node) {
  if (const auto started = stack_.daemon(node).start(); !started)
    note(started.error().message);
  nodes_[node].away = false;
  nodes_[node].started_at = clock::now();
  nodes_[node].awaits_ready = endings_.empty();
  if (nodes_.size() == 1)
    lead_webhooks();
}

void torture_run::lead_webhooks() {
  for (std::size_t i = 0; i < nodes_.size(); ++i)
    if (!nodes_[i].away && !nodes_[i].frozen)
      return stack_.to_webhooks().lead_to(
          {.port = static_cast<std::uint16_t>(stack_.daemon(i).port())});
}

void torture_run::terminate_daemon(std::size_t node) {
  auto& daemon = stack_.daemon(node);
  if (nodes_[node].frozen)
    daemon.signal(SIGCONT);
  nodes_[node].frozen = false;
  nodes_[node].away = true;
  daemon.signal(SIGTERM);
  const auto until = clock::now() + end_patience;
  while (clock::now() < until) {
    if (const auto status = daemon.wait(20ms)) {
      if (*status > 128 && *status != 128 + SIGTERM)
        ++report_.died;
      if (*status != 0)
        note("after SIGTERM a daemon ended with status " + std::to_string(*status));
      return lead_webhooks();
    }
    end_troubles();
  }
  ++report_.hung;
  note("a daemon was still there " + std::to_string(end_patience / 1s) + " s after SIGTERM");
  crash_daemon(node);
}

} // namespace stentor::load
