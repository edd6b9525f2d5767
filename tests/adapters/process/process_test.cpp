/// Child processes end with their object and tell how they ended; temporary folders go, ports are
/// free, and logs say their last words.

#include "adapters/process/child_process.hpp"
#include "adapters/process/free_port.hpp"
#include "adapters/process/interrupt.hpp"
#include "adapters/process/temporary_folder.hpp"
#include "adapters/process/text_file.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <csignal>
#include <filesystem>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace stentor::process;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

std::unique_ptr<child_process> shell(const temporary_folder& folder, const std::string& script) {
  auto child = child_process::start({"/bin/sh", "-c", script}, folder.path() / "log");
  EXPECT_TRUE(child.ok());
  return child ? std::move(*child) : nullptr;
}

TEST(child_process, tells_its_output_and_how_it_ended) {
  const temporary_folder folder{"stentor-process"};
  const auto child = shell(folder, "echo one; echo two >&2; exit 7");
  ASSERT_TRUE(child);
  EXPECT_EQ(child->wait(20s), 7);
  EXPECT_FALSE(child->running());
  EXPECT_EQ(child->pid(), 0);
  EXPECT_EQ(text_of(folder.path() / "log"), "one\ntwo\n");
}

TEST(child_process, ends_with_its_object_even_when_it_does_not_listen) {
  const temporary_folder folder{"stentor-process"};
  pid_t polite = 0, deaf = 0;
  {
    const auto first = shell(folder, "exec sleep 1000");
    const auto second = shell(folder, "trap '' TERM; while :; do :; done");
    ASSERT_TRUE(first && second);
    polite = first->pid();
    deaf = second->pid();
    EXPECT_TRUE(first->running());
    EXPECT_EQ(second->wait(10ms), std::nullopt);
    second->stop(50ms);
  }
  EXPECT_EQ(::kill(polite, 0), -1);
  EXPECT_EQ(::kill(deaf, 0), -1);
}

TEST(child_process, killed_counts_from_128_as_in_a_shell) {
  const temporary_folder folder{"stentor-process"};
  const auto child = shell(folder, "kill -KILL $$");
  ASSERT_TRUE(child);
  EXPECT_EQ(child->wait(20s), 128 + SIGKILL);
}

/// With handlers of our own, which the child has until it is another program.
TEST(child_process, ends_when_it_is_told_to_at_once) {
  const temporary_folder folder{"stentor-process"};
  struct sigaction ours {
  }, before{};
  ours.sa_handler = [](int) {};
  ASSERT_EQ(::sigaction(SIGTERM, &ours, &before), 0);
  for (int i = 0; i < 20; ++i) {
    const auto child = shell(folder, "exec sleep 1000");
    ASSERT_TRUE(child);
    child->signal(SIGTERM);
    EXPECT_EQ(child->wait(20s), 128 + SIGTERM);
  }
  ::sigaction(SIGTERM, &before, nullptr);
}

TEST(child_process, gets_neither_our_files_nor_our_environment) {
  const temporary_folder folder{"stentor-process"};
  const int open_here = ::dup(1);
  ::setenv("STENTOR_TEST_SECRET", "x", 1);
  const auto child = shell(folder, "[ -e /proc/self/fd/" + std::to_string(open_here) +
                                       " ] && exit 1; [ -z \"$STENTOR_TEST_SECRET\" ]");
  ASSERT_TRUE(child);
  EXPECT_EQ(child->wait(20s), 0);
  ::close(open_here);
}

TEST(child_process, without_a_program_is_127) {
  const temporary_folder folder{"stentor-process"};
  const auto child = child_process::start({"/nowhere/program"}, folder.path() / "log");
  ASSERT_TRUE(child.ok());
  EXPECT_EQ((*child)->wait(20s), 127);
}

TEST(temporary_folder, goes_with_its_object_unless_it_is_kept) {
  fs::path gone, kept;
  {
    temporary_folder first{"stentor-process"};
    auto second = temporary_folder::make("inner", first.path());
    ASSERT_TRUE(second.ok());
    EXPECT_EQ(second->path().parent_path(), first.path());
    gone = first.path();
    write_private(gone / "inner-secret", "x");
    EXPECT_EQ(fs::status(gone / "inner-secret").permissions(),
              fs::perms::owner_read | fs::perms::owner_write);
    temporary_folder third{"stentor-process"};
    third.keep();
    kept = third.path();
  }
  EXPECT_FALSE(fs::exists(gone));
  EXPECT_TRUE(fs::exists(kept));
  fs::remove_all(kept);
}

TEST(temporary_folder, can_be_moved) {
  temporary_folder first{"stentor-process"};
  const auto path = first.path();
  const auto second = std::move(first);
  EXPECT_EQ(second.path(), path);
  EXPECT_TRUE(fs::exists(path));
  EXPECT_FALSE(temporary_folder::make("x", "/nowhere/at/all").ok());
}

TEST(free_port, can_be_bound) {
  const auto port = free_port();
  ASSERT_TRUE(port.ok());
  const int s = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(static_cast<std::uint16_t>(*port));
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::bind(s, reinterpret_cast<sockaddr*>(&at), sizeof at), 0);
  ::close(s);
}

TEST(text_file, tells_the_last_words) {
  const temporary_folder folder{"stentor-process"};
  const auto log = folder.path() / "log";
  EXPECT_EQ(text_of(log), "");
  EXPECT_EQ(log_tail(log, 3), "");
  write_private(log, "a\nb\nc\nd\n\n");
  EXPECT_EQ(last_line(text_of(log)), "d");
  EXPECT_EQ(last_line(""), "");
  EXPECT_EQ(last_line("only"), "only");
  EXPECT_EQ(log_tail(log, 3), "\nc\nd\n");
  EXPECT_EQ(log_tail(log, 2, "  "), "\n  d\n  ");
}

TEST(interrupt, is_seen_after_a_signal) {
  EXPECT_EXIT(
      {
        watch_signals();
        const bool before = interrupted();
        std::raise(SIGTERM);
        std::_Exit(!before && interrupted() ? 42 : 1);
      },
      ::testing::ExitedWithCode(42), "");
}

} // namespace
