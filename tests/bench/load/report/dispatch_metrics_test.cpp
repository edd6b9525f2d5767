/// What the scenario dispatch computes: figures of processes, figures per message, the
/// configuration that it writes, the people that it invents, and the arguments that it takes.

#include "adapters/phone/phone_numbers.hpp"
#include "bench/load/harness/load_stack.hpp"
#include "bench/load/harness/process_stats.hpp"
#include "bench/load/harness/recipient_list.hpp"
#include "bench/load/report/dispatch_metrics.hpp"
#include "bench/load/scenario/commands.hpp"

#include <CLI/CLI.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <istream>
#include <set>

using namespace stentor;
using namespace stentor::load;
using testing::HasSubstr;

namespace {

dispatch_measure measure() {
  dispatch_measure m;
  m.recipients = m.messages = 1'000;
  m.numbers = 2;
  m.number_rate = 1'000;
  m.status = "completed";
  m.first_us = 1'000'000;
  m.last_us = m.last_event_us = 1'500'000;
  m.daemon_cpu_us = 20'000;
  m.simulator_cpu_us = 5'000;
  m.postgres_cpu_us = {{"stentor ledger", 2'000},
                       {"stentor dispatch", 1'000},
                       {"stentor projection", 4'000},
                       {"stentor-load", 500},
                       {"other", 3'000}};
  m.projection_cpu_us = 9'000;
  m.postgres_total_cpu_us = 16'500;
  m.wal_bytes = 300'000;
  m.peak_memory_bytes = 64 * 1024 * 1024;
  m.commits = 10;
  m.events = 1'000;
  m.truth = truth_report{};
  return m;
}

int parse(std::vector<std::string> arguments) {
  CLI::App program;
  command chosen;
  add_dispatch_command(program, chosen);
  std::reverse(arguments.begin(), arguments.end());
  try {
    program.parse(arguments);
  } catch (const CLI::Error& problem) {
    return problem.get_exit_code();
  }
  return chosen ? 0 : -1;
}

} // namespace

TEST(process_stat, reads_the_fields_behind_a_name_with_blanks_and_parentheses) {
  const auto stat = parse_process_stat(
      "42 (a (b) c) S 7 42 42 0 -1 4194560 100 200 0 0 30 12 5 6 20 0 1 0 100 1000 10");
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->pid, 42);
  EXPECT_EQ(stat->parent, 7);
  EXPECT_EQ(stat->own_ticks, 42);
  EXPECT_EQ(stat->reaped_ticks, 11);
}

TEST(process_stat, refuses_what_is_no_stat_line) {
  for (const auto* text : {"", "42", "42 (name)", "x (name) S 1", "42 (name) S 7 42"})
    EXPECT_FALSE(parse_process_stat(text)) << text;
}

TEST(process_stat, knows_this_process) {
  const auto family = read_family(::getpid());
  ASSERT_TRUE(family);
  EXPECT_EQ(family->parent.parent, ::getppid());
  EXPECT_GT(peak_memory_of(::getpid()), 1024 * 1024);
  EXPECT_FALSE(read_family(0));
}

TEST(peak_memory, is_read_in_kibibytes) {
  EXPECT_EQ(parse_peak_memory("Name:\tx\nVmPeak:\t  9 kB\nVmHWM:\t   12 kB\nVmRSS:\t 3 kB\n"),
            12 * 1024);
  EXPECT_EQ(parse_peak_memory("Name:\tx\n"), 0);
}

TEST(blocked_signal, is_seen_from_outside) {
  EXPECT_EXIT(
      {
        sigset_t one;
        sigemptyset(&one);
        sigaddset(&one, SIGHUP);
        const bool before = blocks_signal(::getpid(), SIGHUP);
        ::sigprocmask(SIG_BLOCK, &one, nullptr);
        std::_Exit(!before && blocks_signal(::getpid(), SIGHUP) ? 42 : 1);
      },
      ::testing::ExitedWithCode(42), "");
  EXPECT_FALSE(blocks_signal(0, SIGHUP));
}

TEST(family_account, splits_by_role_from_the_first_look) {
  family_account account;
  account.name(2, "ledger");
  account.name(3, "late");
  account.add_sample({{1, 0, 100, 50}, {{2, 10}, {4, 5}}});
  EXPECT_EQ(account.total_ticks(), 0);
  account.add_sample({{1, 0, 101, 50}, {{2, 40}, {3, 7}, {4, 6}}});
  EXPECT_EQ(account.total_ticks(), 1 + 30 + 7 + 1);
  const auto roles = account.ticks_by_role();
  EXPECT_EQ(roles.at("ledger"), 30);
  EXPECT_EQ(roles.at("late"), 7);
  EXPECT_EQ(roles.at("other"), 2);
}

TEST(family_account, keeps_what_an_ended_child_used) {
  family_account account;
  account.name(2, "import");
  account.add_sample({{1, 0, 100, 0}, {{2, 10}}});
  account.add_sample({{1, 0, 100, 0}, {{2, 30}}});
  account.add_sample({{1, 0, 100, 33}, {}}); // reaped after three more ticks
  EXPECT_EQ(account.total_ticks(), 23);
  EXPECT_EQ(account.ticks_by_role().at("import"), 20);
  EXPECT_EQ(account.ticks_by_role().at("other"), 3);
}

TEST(dispatch_metrics, are_per_message) {
  const auto m = measure();
  const auto all = nlohmann::json::parse(to_json(m));
  EXPECT_EQ(all["messages_per_s"], 2'000);
  EXPECT_EQ(all["daemon_cpu_us_per_message"], 20);
  EXPECT_EQ(all["server_cpu_us_per_message"], 5);
  EXPECT_EQ(all["postgres_cpu_us_per_message"], 6); // ledger, dispatch and PostgreSQL's own
  EXPECT_EQ(all["ledger_cpu_us_per_message"], 2);
  EXPECT_EQ(all["postgres_projection_cpu_us_per_message"], 9);
  EXPECT_EQ(all["postgres_all_cpu_us_per_message"], 16); // without the harness's own questions
  EXPECT_EQ(all["wal_bytes_per_message"], 300);
  EXPECT_EQ(all["rss_mb"], 64);
  EXPECT_EQ(all["events_per_commit"], 100);
  for (const auto* promise : {"duplicates", "lost", "rate_violations", "wrong_states"})
    EXPECT_EQ(all[promise], 0) << promise;
  EXPECT_THAT(to_text(m), HasSubstr("2000 messages/s"));
}

TEST(dispatch_metrics, of_a_foreign_target_claim_no_truth) {
  auto m = measure();
  m.truth.reset();
  EXPECT_FALSE(nlohmann::json::parse(to_json(m)).contains("duplicates"));
  EXPECT_TRUE(clean(m));
}

TEST(dispatch_metrics, of_nothing_are_zero) {
  const auto all = nlohmann::json::parse(to_json(dispatch_measure{}));
  EXPECT_EQ(all["messages_per_s"], 0);
  EXPECT_EQ(all["daemon_cpu_us_per_message"], 0);
}

TEST(dispatch_metrics, are_clean_only_when_all_is_kept) {
  EXPECT_TRUE(clean(measure()));
  auto m = measure();
  m.status = "failed";
  EXPECT_FALSE(clean(m));
  m = measure();
  m.truth->duplicates = 1;
  EXPECT_FALSE(clean(m));
  m = measure();
  m.truth->rate_violations = 1;
  EXPECT_FALSE(clean(m));
}

TEST(metric_value, finds_a_series_with_and_without_labels) {
  const std::string text = "# HELP a_total Events.\na_total 12\na_total_more 3\n"
                           "b{class=\"accepted\"} 2.5\nlast 7";
  EXPECT_EQ(metric_value(text, "a_total"), 12);
  EXPECT_EQ(metric_value(text, "b{class=\"accepted\"}"), 2.5);
  EXPECT_EQ(metric_value(text, "b"), 0);
  EXPECT_EQ(metric_value(text, "missing"), 0);
  EXPECT_EQ(metric_value("", "a"), 0);
}

TEST(load_stack, names_numbers_target_and_settings) {
  stack_settings settings;
  settings.rate = 250;
  settings.dispatch = {"connections=2", "projection_interval=2s"};
  const auto yaml = app::to_yaml({.number_ids = app::local_number_ids(2),
                                  .messages_per_second = 250,
                                  .meta_url = "https://127.0.0.1:1",
                                  .ca_file = "/tmp/authority.crt",
                                  .port = 8080,
                                  .more = local_settings_of(settings).configuration});
  EXPECT_THAT(yaml, HasSubstr("phone_number_id: \"106540352242901\""));
  EXPECT_THAT(yaml, HasSubstr("messages_per_second: 250}"));
  EXPECT_THAT(yaml, HasSubstr("base_url: https://127.0.0.1:1\n  ca_file: /tmp/authority.crt\n"));
  EXPECT_THAT(yaml, HasSubstr("dispatch:\n  connections: 2\n  projection_interval: 2s\n"));
}

TEST(recipient_csv, has_as_many_lines_as_people_and_ends) {
  recipient_csv list{5'000, {}};
  std::istream csv{&list};
  std::string line;
  ASSERT_TRUE(std::getline(csv, line));
  EXPECT_EQ(line, "phone,name,destination,marketing_opt_in");
  std::set<std::string> phones;
  while (std::getline(csv, line))
    phones.insert(line.substr(0, line.find(',')));
  EXPECT_EQ(phones.size(), 5'000U);
}

TEST(recipient_csv, stops_when_told) {
  int pieces = 0;
  recipient_csv list{1'000'000, [&] { return ++pieces > 2; }};
  std::istream csv{&list};
  std::size_t lines = 0;
  for (std::string line; std::getline(csv, line);)
    ++lines;
  EXPECT_GT(lines, 1'000U);
  EXPECT_LT(lines, 10'000U);
}

TEST(invented_phone, is_valid_and_not_in_the_united_states) {
  const auto phones = phone::make_phone_numbers();
  for (std::uint64_t i = 0; i < people_max; i += 49'999) {
    const auto text = invented_phone(i);
    const auto read = phones->parse(text, "");
    EXPECT_EQ(read.problem, ports::phone_problem::none) << text;
    EXPECT_FALSE(read.united_states) << text;
  }
}

TEST(dispatch_arguments, are_checked) {
  EXPECT_EQ(parse({"dispatch"}), 0);
  EXPECT_EQ(parse({"dispatch", "--recipients", "1000", "--numbers", "3", "--rate", "80", "--clear",
                   "--receipts", "20", "--json", "--dispatch", "connections=2"}),
            0);
  EXPECT_EQ(parse({"dispatch", "--target", "https://127.0.0.1:8443"}), 0);
  for (const std::vector<std::string>& wrong : {std::vector<std::string>{"--recipients", "0"},
                                                {"--recipients", "60000001"},
                                                {"--rate", "1001"},
                                                {"--numbers", "0"},
                                                {"--receipts", "1001"},
                                                {"--dispatch", "connections"},
                                                {"--dispatch", "=2"},
                                                {"--clear", "--target", "http://127.0.0.1:1"},
                                                {"--ca-file", "/nowhere/authority.crt"}}) {
    auto all = wrong;
    all.insert(all.begin(), "dispatch");
    EXPECT_NE(parse(all), 0) << wrong.front() << " " << wrong.back();
  }
}
