/// Media of headers: who uploads them, what is told, and how campaigns wait for them.

#include "tests/actors/support/fixture.hpp"

#include "adapters/memory/known_media.hpp"

namespace stentor::test {
namespace {

using namespace std::string_literals;

constexpr const char* medium = "m1";

/// Media that every campaign needs of both numbers.
class fake_uploads final : public ports::media_uploads {
public:
  struct row {
    std::string meta_id = {};
    std::optional<core::sentence> problem = {};
    std::string worker = {};
    bool waits = false; ///< after a failure, until the test says so
  };

  core::result<std::vector<ports::media_state>> needed() override {
    if (fails)
      return core::error{core::errc::unavailable, "no database"};
    std::vector<ports::media_state> all;
    for (const auto& [number, one] : rows)
      all.push_back({medium, number, one.meta_id, one.problem, 1});
    return all;
  }
  core::result<std::optional<ports::media_task>> take(const std::vector<core::number_no>& numbers,
                                                      const std::string& worker,
                                                      std::chrono::milliseconds) override {
    for (auto& [number, one] : rows)
      if (std::find(numbers.begin(), numbers.end(), number) != numbers.end() &&
          one.meta_id.empty() && one.worker.empty() && !one.waits) {
        one.worker = worker;
        return std::optional{ports::media_task{1, medium, number, std::to_string(number.value())}};
      }
    return std::optional<ports::media_task>{};
  }
  core::result<std::optional<ports::media_file>> file(const ports::media_task&) override {
    if (deleted)
      return std::optional<ports::media_file>{};
    return std::optional{ports::media_file{"a.png", "image/png", "bytes"}};
  }
  core::result<bool> keep(const ports::media_task&, const std::string&,
                          std::chrono::milliseconds) override {
    ++kept;
    return true;
  }
  core::status done(const ports::media_task& task, const std::string& worker,
                    const std::string& meta_id) override {
    auto& one = rows[task.number];
    if (one.worker == worker)
      one = {.meta_id = meta_id};
    return core::ok{};
  }
  core::status failed(const ports::media_task& task, const std::string&,
                      const ports::failed_upload& why) override {
    rows[task.number] = {.problem = why.what, .waits = true};
    refused = why.refused;
    return core::ok{};
  }

  std::map<core::number_no, row> rows{{core::number_no{1}, {}}, {core::number_no{2}, {}}};
  bool fails = false, deleted = false, refused = false;
  int kept = 0;
};

/// Uploads wait here until the test answers them.
class fake_media_api final : public ports::media_api {
public:
  struct question {
    std::string number;
    std::function<void(core::result<std::string>)> then;
  };
  void upload(const ports::media_number& number, const ports::outgoing_media& media,
              std::function<void(core::result<std::string>)> then) override {
    EXPECT_EQ(number.token, "token");
    EXPECT_EQ(media.bytes, "bytes");
    questions.push_back({number.phone_number_id, std::move(then)});
  }
  void upload_sample(const std::string&, const ports::outgoing_media&,
                     std::function<void(core::result<std::string>)>) override {}
  void answer(core::result<std::string> with) {
    ASSERT_FALSE(questions.empty());
    auto then = std::move(questions.front().then);
    questions.pop_front();
    then(std::move(with));
  }
  std::deque<question> questions;
};

/// Names the medium; otherwise as the model's.
class media_message final : public ports::compiled_message {
public:
  explicit media_message(const ports::media_ids& ids) : ids_{ids}, known_{ids.now()} {}
  void render(const core::claimed_chunk& from, std::int64_t now_ms, core::chunk& to,
              core::event_batch& events) const override {
    EXPECT_TRUE(ready_for(from.number)) << "nothing is rendered without its media";
    inner_.render(from, now_ms, to, events);
  }
  [[nodiscard]] const std::vector<std::string>&
  required_variables(std::int16_t lang) const override {
    return inner_.required_variables(lang);
  }
  [[nodiscard]] core::result<std::string> preview(std::string_view, std::string_view,
                                                  std::int16_t) const override {
    return std::string{"{}"};
  }
  [[nodiscard]] bool names_media() const override { return true; }
  [[nodiscard]] bool ready_for(core::number_no number) const override {
    return known_->contains({medium, number});
  }
  [[nodiscard]] std::shared_ptr<const compiled_message> renewed() const override {
    return ids_.now() == known_ ? nullptr : std::make_shared<media_message>(ids_);
  }

private:
  const ports::media_ids& ids_;
  std::shared_ptr<const ports::media_table> known_;
  simulation::message inner_{0};
};

class media_renderer final : public simulation::renderer {
public:
  explicit media_renderer(const ports::media_ids& ids) : ids_{ids} {}
  [[nodiscard]] core::result<std::shared_ptr<const ports::compiled_message>>
  compile(const core::campaign&) const override {
    return std::shared_ptr<const ports::compiled_message>{std::make_shared<media_message>(ids_)};
  }

private:
  const ports::media_ids& ids_;
};

/// Hands out a store that outlives the actor.
class lent_uploads final : public ports::media_uploads {
public:
  explicit lent_uploads(fake_uploads& to) : to_{to} {}
  core::result<std::vector<ports::media_state>> needed() override { return to_.needed(); }
  core::result<std::optional<ports::media_task>> take(const std::vector<core::number_no>& numbers,
                                                      const std::string& worker,
                                                      std::chrono::milliseconds hold) override {
    return to_.take(numbers, worker, hold);
  }
  core::result<std::optional<ports::media_file>> file(const ports::media_task& task) override {
    return to_.file(task);
  }
  core::result<bool> keep(const ports::media_task& task, const std::string& worker,
                          std::chrono::milliseconds hold) override {
    return to_.keep(task, worker, hold);
  }
  core::status done(const ports::media_task& task, const std::string& worker,
                    const std::string& meta_id) override {
    return to_.done(task, worker, meta_id);
  }
  core::status failed(const ports::media_task& task, const std::string& worker,
                      const ports::failed_upload& why) override {
    return to_.failed(task, worker, why);
  }

private:
  fake_uploads& to_;
};

class media_of_headers : public engine_test {
protected:
  void SetUp() override {
    render_by(naming_media_, &api_, &ids_);
    context_->stores.open_media = [this] {
      return core::result<std::unique_ptr<ports::media_uploads>>{
          std::make_unique<lent_uploads>(store_)};
    };
    engine_test::SetUp();
  }

  std::size_t sent_from(core::number_no number) const {
    return static_cast<std::size_t>(
        std::count_if(gateway_.wire.begin(), gateway_.wire.end(),
                      [&](const auto& one) { return one.first == number; }));
  }
  void upload_all() {
    for (int i = 1; i <= 2; ++i) {
      run_until([&] { return !api_.questions.empty(); });
      api_.answer("id" + std::to_string(i));
      run();
    }
  }

  app::known_media ids_;
  media_renderer naming_media_{ids_};
  fake_uploads store_;
  fake_media_api api_;
};

TEST_F(media_of_headers, are_uploaded_one_after_the_other) {
  start();
  run_for(3s);
  ASSERT_EQ(api_.questions.size(), 1U);
  EXPECT_EQ(context_->counters.media_awaited, 2U);
  EXPECT_EQ(api_.questions[0].number, "100");
  api_.answer("11"s);
  run();
  ASSERT_EQ(api_.questions.size(), 1U) << "the next begins at once";
  EXPECT_EQ(api_.questions[0].number, "200");
  EXPECT_EQ(*ids_.now(), (ports::media_table{{{medium, core::number_no{1}}, "11"}}));
  run_for(25s);
  EXPECT_GE(store_.kept, 2) << "a large file is held on";
  api_.answer("22"s);
  run_for(2s);
  EXPECT_EQ(ids_.now()->size(), 2U);
  EXPECT_TRUE(api_.questions.empty());
  EXPECT_EQ(context_->counters.media_uploaded, 2U);
  EXPECT_EQ(context_->counters.media_awaited, 0U);
}

TEST_F(media_of_headers, are_waited_for_by_each_number_alone) {
  add_campaign(1, 1000);
  start();
  run_for(5s);
  EXPECT_EQ(sent_of(1), 0U);
  api_.answer("11"s);
  run_for(3s);
  EXPECT_GT(sent_from(1), 100U);
  EXPECT_EQ(sent_from(2), 0U);
  api_.answer("22"s);
  run_to_the_end(1);
  EXPECT_GT(sent_from(2), 50U);
  expect_nobody_twice();
  expect_all_accepted(1);
}

TEST_F(media_of_headers, that_are_given_up_are_waited_for_again) {
  add_campaign(1, 2000);
  start();
  upload_all();
  run_for(2s);
  EXPECT_GT(sent_of(1), 0U);
  for (auto& [number, one] : store_.rows)
    one = {};
  run_for(3s);
  const auto before = sent_of(1);
  run_for(5s);
  EXPECT_EQ(sent_of(1), before);
  upload_all();
  run_to_the_end(1);
  expect_nobody_twice();
  expect_all_accepted(1);
}

TEST_F(media_of_headers, that_fail_raise_an_alarm_until_they_are_there) {
  start();
  run_for(2s);
  api_.answer(core::error{core::errc::invalid, "Meta answered 400: too blue"});
  run();
  EXPECT_TRUE(store_.refused);
  EXPECT_TRUE(has_alarm("too blue"));
  EXPECT_EQ(context_->counters.media_failed, 1U);
  api_.answer("22"s); // the other number's
  store_.rows[core::number_no{1}].waits = false;
  run_for(2s);
  api_.answer(core::error{core::errc::unavailable, "no line"});
  run();
  EXPECT_FALSE(store_.refused);
  EXPECT_TRUE(has_alarm("no line"));
  store_.rows[core::number_no{1}].waits = false;
  run_for(2s);
  api_.answer("11"s);
  run_for(2s);
  EXPECT_FALSE(has_alarm("no line"));
}

TEST_F(media_of_headers, go_on_when_the_database_is_back) {
  store_.fails = true;
  start();
  run_for(5s);
  EXPECT_TRUE(api_.questions.empty());
  store_.fails = false;
  run_for(2s);
  EXPECT_EQ(api_.questions.size(), 1U);
}

TEST_F(media_of_headers, that_were_deleted_are_not_uploaded) {
  store_.deleted = true;
  start();
  run_for(5s);
  EXPECT_TRUE(api_.questions.empty());
}

TEST_F(media_of_headers, of_an_engine_that_ended_are_nobody_s) {
  start();
  run_for(2s);
  ASSERT_EQ(api_.questions.size(), 1U);
  stop();
  run_for(1s);
  api_.answer("11"s);
  run();
  EXPECT_TRUE(store_.rows[core::number_no{1}].meta_id.empty());
  supervisor_ = nullptr;
}

} // namespace
} // namespace stentor::test
