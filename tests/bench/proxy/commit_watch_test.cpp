/// The watch on PostgreSQL's protocol, byte by byte, without a server.

#include "bench/proxy/commit_watch.hpp"

#include <gtest/gtest.h>

#include <string>

using stentor::load::commit_watch;

namespace {

std::string integer(std::uint32_t value) {
  return {static_cast<char>(value >> 24U), static_cast<char>(value >> 16U),
          static_cast<char>(value >> 8U), static_cast<char>(value)};
}

std::string frame(char kind, const std::string& body) {
  return kind + integer(static_cast<std::uint32_t>(body.size() + 4)) + body;
}

std::string done(const std::string& tag) {
  return frame('C', tag + '\0');
}

std::string ready(char status) {
  return frame('Z', std::string{status});
}

const std::string ssl_request = integer(8) + integer(80877103);
const std::string startup = integer(17) + integer(196608) + std::string{"user\0me\0", 8} + '\0';

/// A session whose server has said that it is ready.
struct session {
  bool armed = false;
  commit_watch watch{armed};
  std::string passed;
  session() {
    watch.from_client(ssl_request);
    EXPECT_FALSE(watch.from_server("N", passed));
    watch.from_client(startup);
    EXPECT_FALSE(watch.from_server(frame('R', integer(0)) + ready('I'), passed));
    passed.clear();
  }
  bool hears(const std::string& bytes) { return watch.from_server(bytes, passed); }
};

} // namespace

TEST(commit_watch, passes_everything_on_while_nobody_asks) {
  session s;
  const auto all = done("BEGIN") + ready('T') + done("COMMIT") + ready('I');
  EXPECT_FALSE(s.hears(all));
  EXPECT_EQ(s.passed, all);
}

TEST(commit_watch, keeps_the_answer_to_a_commit) {
  session s;
  s.armed = true;
  const auto before = done("BEGIN") + ready('T') + done("INSERT 0 1") + ready('T');
  EXPECT_FALSE(s.hears(before));
  EXPECT_EQ(s.passed, before) << "nothing of it is durable";
  EXPECT_FALSE(s.hears(done("COMMIT")));
  EXPECT_TRUE(s.hears(ready('I')));
  EXPECT_EQ(s.passed, before);
  EXPECT_FALSE(s.armed) << "once";
}

TEST(commit_watch, keeps_the_answer_to_a_statement_that_is_its_own_transaction) {
  session s;
  s.armed = true;
  const auto parsed = frame('1', "") + frame('2', "");
  EXPECT_TRUE(s.hears(parsed + done("UPDATE 3") + ready('I')));
  EXPECT_EQ(s.passed, parsed);
}

TEST(commit_watch, lets_questions_rollbacks_and_copies_in_a_transaction_pass) {
  session s;
  s.armed = true;
  const auto all = done("SELECT 1") + ready('I') + done("BEGIN") + ready('T') + done("COPY 9") +
                   ready('T') + frame('E', "SERROR") + ready('E') + done("ROLLBACK") + ready('I');
  EXPECT_FALSE(s.hears(all));
  EXPECT_EQ(s.passed, all);
}

TEST(commit_watch, finds_a_commit_in_a_pipeline_and_in_any_pieces) {
  session s;
  s.armed = true;
  const auto before = done("BEGIN") + ready('T');
  const auto all = before + done("INSERT 0 1") + done("COMMIT") + ready('I');
  bool cut = false;
  for (const char each : all)
    cut = s.hears(std::string{each}) || cut;
  EXPECT_TRUE(cut);
  EXPECT_EQ(s.passed, before);
}

TEST(commit_watch, one_answer_of_all_sessions_is_kept) {
  bool armed = false;
  commit_watch one{armed};
  commit_watch other{armed};
  std::string passed;
  for (auto* each : {&one, &other})
    each->from_client(startup);
  armed = true;
  EXPECT_FALSE(one.from_server(done("INSERT 0 1"), passed));
  EXPECT_TRUE(other.from_server(done("COMMIT") + ready('I'), passed));
  EXPECT_FALSE(one.from_server(ready('I'), passed)) << "the other was first";
  EXPECT_EQ(passed, done("INSERT 0 1") + ready('I'));
}

TEST(commit_watch, looks_away_from_an_encrypted_session) {
  bool armed = true;
  commit_watch watch{armed};
  std::string passed;
  watch.from_client(ssl_request);
  const auto secret = "S" + done("COMMIT") + ready('I');
  EXPECT_FALSE(watch.from_server(secret, passed));
  EXPECT_EQ(passed, secret);
}
