/// The black box outlives its process, and nothing in it counts that isn't surely of this boot and
/// this database.

#include "adapters/flight_recorder/flight_file.hpp"
#include "adapters/flight_recorder/mapped_flights.hpp"
#include "adapters/process/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

using namespace stentor;
using core::claim_id;

namespace {

class flight_files : public ::testing::Test {
protected:
  std::unique_ptr<ports::flight_recorder> open() {
    auto opened = flights::open_flight_file(settings);
    if (!opened)
      throw std::runtime_error{opened.error().message};
    return std::move(*opened);
  }
  /// Runs `work` in a process of its own, which is killed behind it.
  template <class Work>
  void in_a_process_that_is_killed(Work work) {
    const auto child = ::fork();
    if (child == 0) {
      auto box = open();
      work(*box);
      ::kill(::getpid(), SIGKILL);
      ::_exit(1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
  }
  void change(std::streamoff at, char value) {
    std::fstream file{settings.file, std::ios::in | std::ios::out | std::ios::binary};
    file.seekp(at);
    file.put(value);
  }

  process::temporary_folder folder{"flights"};
  flights::flight_file_settings settings{
      .file = folder.path() / "flights", .database = "7/00000001/stentor/1", .boot = "this boot"};
};

TEST_F(flight_files, tell_after_a_kill_who_had_left) {
  in_a_process_that_is_killed([](ports::flight_recorder& box) {
    const auto first = box.open(claim_id{5}, 200);
    const auto second = box.open(claim_id{6}, 10);
    box.departs(first, 0);
    box.departs(first, 199);
    box.departs(second, 3);
  });
  const auto box = open();
  const auto first = box->departed(claim_id{5});
  ASSERT_TRUE(first);
  for (int place = 0; place < 200; ++place)
    EXPECT_EQ(first->contains(place), place == 0 || place == 199) << place;
  ASSERT_TRUE(box->departed(claim_id{6}));
  EXPECT_TRUE(box->departed(claim_id{6})->contains(3));
  EXPECT_FALSE(box->departed(claim_id{7})) << "of a claim without a slot nothing is known";
}

TEST_F(flight_files, tell_the_process_itself_who_has_left) {
  const auto box = open();
  const auto slot = box->open(claim_id{5}, 10);
  box->departs(slot, 3);
  ASSERT_TRUE(box->departed(claim_id{5}));
  EXPECT_TRUE(box->departed(claim_id{5})->contains(3));
  EXPECT_FALSE(box->departed(claim_id{5})->contains(4));
  const std::array settled{claim_id{5}};
  box->close(settled);
  EXPECT_FALSE(box->departed(claim_id{5}));
}

TEST_F(flight_files, keep_what_is_not_settled_through_a_second_death) {
  in_a_process_that_is_killed([](ports::flight_recorder& box) {
    box.departs(box.open(claim_id{5}, 10), 1);
    box.departs(box.open(claim_id{6}, 10), 1);
  });
  in_a_process_that_is_killed([](ports::flight_recorder& box) {
    const std::array settled{claim_id{6}};
    box.close(settled);
    box.departs(box.open(claim_id{7}, 10), 2);
  });
  const auto box = open();
  ASSERT_TRUE(box->departed(claim_id{5}));
  EXPECT_TRUE(box->departed(claim_id{5})->contains(1));
  EXPECT_FALSE(box->departed(claim_id{6}));
  EXPECT_TRUE(box->departed(claim_id{7})->contains(2));
}

TEST_F(flight_files, begin_a_slot_without_the_bits_of_the_last_claim) {
  const auto box = open();
  const auto first = box->open(claim_id{5}, 100);
  box->departs(first, 7);
  const std::array settled{claim_id{5}};
  box->close(settled);
  EXPECT_EQ(box->open(claim_id{6}, 100), first);
  const auto next = open();
  ASSERT_TRUE(next->departed(claim_id{6}));
  EXPECT_FALSE(next->departed(claim_id{6})->contains(7));
}

TEST_F(flight_files, know_nothing_of_another_boot_or_database) {
  const auto written = [&] {
    in_a_process_that_is_killed(
        [](ports::flight_recorder& box) { box.departs(box.open(claim_id{5}, 10), 1); });
  };
  const auto mine = settings;
  written();
  settings.boot = "another boot";
  EXPECT_FALSE(open()->departed(claim_id{5}));
  settings = mine;
  EXPECT_FALSE(open()->departed(claim_id{5})) << "and what was of this one is gone with it";
  written();
  settings.database = "7/00000001/stentor/2";
  EXPECT_FALSE(open()->departed(claim_id{5})) << "restored: claim ids come again";
}

TEST_F(flight_files, distrust_what_is_torn) {
  const auto written = [&] {
    in_a_process_that_is_killed(
        [](ports::flight_recorder& box) { box.departs(box.open(claim_id{5}, 10), 1); });
  };
  written();
  EXPECT_TRUE(open()->departed(claim_id{5}));
  change(offsetof(flights::flight_layout, slots) + offsetof(flights::file_slot, places), 11);
  EXPECT_FALSE(open()->departed(claim_id{5})) << "the slot";
  written();
  change(offsetof(flights::file_head, database), 'x');
  EXPECT_FALSE(open()->departed(claim_id{5})) << "the head";
  written();
  std::filesystem::resize_file(settings.file, 5'000);
  EXPECT_FALSE(open()->departed(claim_id{5})) << "too short";
  written();
  EXPECT_TRUE(open()->departed(claim_id{5})) << "and it works again";
}

TEST_F(flight_files, let_the_oldest_claim_go_when_all_slots_are_taken) {
  in_a_process_that_is_killed([](ports::flight_recorder& box) {
    for (std::int64_t id = 1; id <= flights::slots_max; ++id)
      static_cast<void>(box.open(claim_id{id}, 1));
    static_cast<void>(box.open(claim_id{10'000}, 1));
  });
  const auto box = open();
  EXPECT_FALSE(box->departed(claim_id{1}));
  EXPECT_TRUE(box->departed(claim_id{2}));
  EXPECT_TRUE(box->departed(claim_id{10'000}));
}

TEST_F(flight_files, do_without_what_does_not_fit) {
  const auto box = open();
  EXPECT_EQ(box->open(claim_id{1}, flights::places_max + 1), core::no_flight_slot);
  EXPECT_EQ(box->open(claim_id{1}, 0), core::no_flight_slot);
  box->departs(core::no_flight_slot, 0);
  box->departs(0, 1'000'000);
  EXPECT_NE(box->open(claim_id{1}, flights::places_max), core::no_flight_slot);
}

TEST_F(flight_files, say_why_there_can_be_none) {
  settings.file = folder.path() / "missing" / "flights";
  EXPECT_FALSE(flights::open_flight_file(settings).ok());
  settings.file = folder.path() / "flights";
  settings.boot.clear();
  EXPECT_FALSE(flights::open_flight_file(settings).ok());
}

TEST(this_boot, is_named_by_the_kernel) {
  EXPECT_EQ(flights::this_boot(), flights::this_boot());
  EXPECT_FALSE(flights::this_boot().empty());
}

} // namespace
