#include "adapters/postgres/message_template/media_uploads.hpp"

#include "adapters/postgres/client/row_reader.hpp"
#include "adapters/postgres/client/sentence_row.hpp"
#include "adapters/postgres/message_template/media_pieces.hpp"

#include <utility>

namespace stentor::postgres {

namespace {

core::sentence awaited() {
  return core::make_sentence("media_awaited",
                             "It waits until its header's media are uploaded for its numbers; a "
                             "daemon that has their token does it.");
}

core::sentence given_up() {
  return core::make_sentence("media_given_up",
                             "Meta refuses messages because of their header's media (131053); they "
                             "are uploaded anew.");
}

params key_of(const ports::media_task& task) {
  return std::move(params{}.integer(task.media).integer(task.number));
}

class uploads_on_postgres final : public ports::media_uploads {
public:
  explicit uploads_on_postgres(connection db) : db_{std::move(db)} {}

  core::result<std::vector<ports::media_state>> needed() override {
    if (auto s = db_.ensure(); !s)
      return s.error();
    if (auto s = db_.execute("media_note_needed", params{}.text(core::to_json(awaited()))); !s)
      return s.error();
    if (auto s = db_.execute("media_give_up_refused", params{}.text(core::to_json(given_up()))); !s)
      return s.error();
    auto found = db_.call("media_needed_now", {});
    if (!found)
      return found.error();
    std::vector<ports::media_state> all;
    for (const auto row : each(*found))
      all.push_back({.id = row.string("id"),
                     .number = row.id<core::number_no>("number_no"),
                     .meta_id = row.string("meta_id"),
                     .problem = sentence_of(row, "sentence"),
                     .organization = row.id<core::organization_no>("organization_no")});
    return all;
  }

  core::result<std::optional<ports::media_task>> take(const std::vector<core::number_no>& numbers,
                                                      const std::string& worker,
                                                      std::chrono::milliseconds hold) override {
    if (auto s = db_.ensure(); !s)
      return s.error();
    auto taken =
        db_.call("media_take", params{}.int4_array(numbers).text(worker).integer(hold.count()));
    if (!taken)
      return taken.error();
    if (taken->empty())
      return std::optional<ports::media_task>{};
    const row_reader row{*taken};
    return std::optional{ports::media_task{.media = row.id<std::int32_t>("no"),
                                           .id = row.string("id"),
                                           .number = row.id<core::number_no>("number_no"),
                                           .phone_number_id = row.string("phone_number_id")}};
  }

  core::result<std::optional<ports::media_file>> file(const ports::media_task& task) override {
    auto found = db_.call("media_file", params{}.integer(task.media));
    if (!found)
      return found.error();
    return read_media(db_, *found);
  }

  core::result<bool> keep(const ports::media_task& task, const std::string& worker,
                          std::chrono::milliseconds hold) override {
    if (auto s = db_.ensure(); !s)
      return s.error();
    auto kept = db_.call("media_keep", key_of(task).text(worker).integer(hold.count()));
    if (!kept)
      return kept.error();
    return kept->affected() > 0;
  }

  core::status done(const ports::media_task& task, const std::string& worker,
                    const std::string& meta_id) override {
    if (auto s = db_.ensure(); !s)
      return s;
    return db_.execute("media_uploaded", key_of(task).text(worker).text(meta_id));
  }

  core::status failed(const ports::media_task& task, const std::string& worker,
                      const ports::failed_upload& why) override {
    if (auto s = db_.ensure(); !s)
      return s;
    return db_.execute(
        "media_failed",
        key_of(task).text(worker).text(core::to_json(why.what)).boolean(why.refused));
  }

private:
  connection db_;
};

} // namespace

core::result<std::unique_ptr<ports::media_uploads>> open_media_uploads(connection_options options) {
  auto db = connection::open(std::move(options));
  if (!db)
    return db.error();
  return std::unique_ptr<ports::media_uploads>{
      std::make_unique<uploads_on_postgres>(std::move(*db))};
}

} // namespace stentor::postgres
