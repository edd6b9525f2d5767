/// Media of headers: what comes in, who uploads it, what can be sent, and what may be deleted.

#include "tests/adapters/postgres/support/admin_side.hpp"
#include "tests/adapters/postgres/support/campaign_stores.hpp"

#include "adapters/postgres/client/named_queries.hpp"
#include "adapters/postgres/message_template/media_directory.hpp"
#include "adapters/postgres/message_template/media_uploads.hpp"
#include "stentor/core/message_template/media.hpp"

#include <nlohmann/json.hpp>

using namespace stentor;
using namespace stentor::postgres;
using namespace stentor::postgres::testing;

namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using nlohmann::json;

std::string picture(std::size_t size, char fill = 'x') {
  auto bytes = "\x89PNG\r\n\x1A\n\0\0\0\rIHDR"s;
  bytes.resize(size, fill);
  return bytes;
}

class media_rows : public admin_side {
protected:
  core::result<ports::kept_media> receive(const std::string& bytes,
                                          const std::string& mime = "image/png",
                                          std::size_t piece = 100'000) {
    auto intake = need(media->receive(who, "sale.png", *core::media_format_of(mime)));
    for (std::size_t at = 0; at < bytes.size(); at += piece)
      if (auto s = intake->feed(std::string_view{bytes}.substr(at, piece)); !s)
        return s.error();
    return intake->finish();
  }
  std::string keep(const std::string& bytes) {
    return json::parse(need(receive(bytes)).shown.text).value("id", "");
  }
  /// A campaign that names it in its header.
  std::string name_it(const std::string& id, const std::string& status = "draft",
                      const std::string& its_numbers = "NULL") {
    return base.text("INSERT INTO campaign (organization_no, name, template_name, status, "
                     "template_variables, number_ids) VALUES (1, 'Spring', 'offer', '" +
                     status + "', '{\"header.image\": \"media:" + id + "\"}', " + its_numbers +
                     ") RETURNING no");
  }
  void second_number() {
    base.run("INSERT INTO number (organization_no, phone_number_id, waba_id, messages_per_second) "
             "VALUES (1, '222', 'w1', 80)");
  }
  std::optional<ports::media_task> take(const std::string& worker = "a#1") {
    return need(uploads->take({1, 2}, worker, 30s));
  }
  /// Meta's id for each number, as campaigns may use them.
  std::string usable() {
    std::string text;
    for (const auto& one : need(uploads->needed()))
      text += std::to_string(one.number.value()) + "=" + one.meta_id + " ";
    return text;
  }

  std::unique_ptr<ports::media_directory> media = make_media_directory(pool);
  std::unique_ptr<ports::media_uploads> uploads = need(open_media_uploads(base.options()));
};

TEST_F(media_rows, keep_the_bytes_in_pieces) {
  const auto bytes = picture(2'500'000, '\xFF');
  const auto kept = need(receive(bytes));
  EXPECT_TRUE(kept.is_new);
  const auto shown = json::parse(kept.shown.text);
  EXPECT_EQ(shown["name"], "sale.png");
  EXPECT_EQ(shown["bytes"], bytes.size());
  EXPECT_EQ(shown["sha256"],
            base.text("SELECT encode(sha256(string_agg(bytes, '' ORDER BY piece)), "
                      "'hex') FROM media_piece"));
  EXPECT_EQ(shown["uploads"][0]["state"], "missing");
  EXPECT_EQ(base.text("SELECT string_agg(octet_length(bytes)::text, ' ' ORDER BY piece) FROM "
                      "media_piece"),
            "1048576 1048576 402848");
  const auto id = shown.value("id", "");
  EXPECT_EQ(need(media->read(who, id)).bytes, bytes);
  EXPECT_EQ(media->read(stranger, id).error().code, core::errc::not_found);
  EXPECT_EQ(media->get(stranger, id).error().code, core::errc::not_found);
  EXPECT_EQ(media->remove(stranger, id).error().code, core::errc::not_found);
  EXPECT_EQ(base.text("SELECT action || ' ' || subject FROM audit_log"), "media.upload " + id);
}

TEST_F(media_rows, are_one_for_the_same_bytes) {
  const auto first = keep(picture(100));
  const auto again = need(receive(picture(100)));
  EXPECT_FALSE(again.is_new);
  EXPECT_EQ(json::parse(again.shown.text)["id"], first);
  EXPECT_NE(keep(picture(101)), first);
  EXPECT_EQ(base.number("SELECT count(*) FROM media"), 2);
  EXPECT_EQ(base.number("SELECT count(*) FROM media_piece"), 2);
}

TEST_F(media_rows, of_a_file_that_breaks_off_or_lies_are_not_kept) {
  {
    auto intake = need(media->receive(who, "cut.png", *core::media_format_of("image/png")));
    need(intake->feed(picture(1'500'000)));
  }
  EXPECT_EQ(receive("no picture, but some text").error().code, core::errc::invalid);
  EXPECT_EQ(receive("").error().message, "The file is empty.");
  EXPECT_EQ(receive(picture(5'242'881)).error().code, core::errc::invalid);
  EXPECT_EQ(base.number("SELECT count(*) FROM media"), 0);
  EXPECT_EQ(base.number("SELECT count(*) FROM media_piece"), 0);
  keep(picture(5'242'880));
}

TEST_F(media_rows, are_listed_in_pages) {
  for (std::size_t i = 0; i < 3; ++i)
    keep(picture(100 + i));
  const auto page = json::parse(need(media->list(who, {.number = 1, .limit = 2})));
  EXPECT_EQ(page["data"].size(), 2U);
  EXPECT_EQ(page["total"], 3);
  EXPECT_EQ(page["data"][0]["bytes"], 102);
  EXPECT_EQ(json::parse(need(media->list(stranger, {})))["total"], 0);
}

TEST_F(media_rows, stay_while_a_campaign_needs_them) {
  const auto id = keep(picture(100));
  const auto no = name_it(id);
  const auto refused = media->remove(who, id);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::errc::conflict);
  EXPECT_NE(refused.error().message.find("Spring"), std::string::npos);
  base.run("UPDATE campaign SET status = 'completed', completed_at = now() WHERE no = " + no);
  base.run("INSERT INTO retry_queue (campaign_no, seq, attempt, retries, due_ms, state) VALUES (" +
           no + ", 1, 1, 1, 0, 0)");
  EXPECT_FALSE(media->remove(who, id)) << "somebody is tried late";
  base.run("DELETE FROM retry_queue");
  need(media->remove(who, id));
  EXPECT_EQ(base.number("SELECT count(*) FROM media_piece"), 0);
  EXPECT_EQ(media->remove(who, id).error().code, core::errc::not_found);
  EXPECT_EQ(media->remove(who, "no uuid").error().code, core::errc::not_found);
}

TEST_F(media_rows, are_uploaded_once_for_each_number) {
  second_number();
  const auto id = keep(picture(3'000'000));
  EXPECT_FALSE(take()) << "nobody needs it";
  name_it(id);
  EXPECT_EQ(usable(), "1= 2= ");
  const auto first = take();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->id, id);
  EXPECT_EQ(need(uploads->file(*first))->bytes, picture(3'000'000));
  const auto other = take("b#1");
  ASSERT_TRUE(other);
  EXPECT_NE(other->number, first->number) << "the other daemon takes the other number";
  EXPECT_FALSE(take("c#1"));
  need(uploads->done(*first, "a#1", "11"));
  need(uploads->done(*other, "b#1", "22"));
  EXPECT_EQ(usable(), "1=11 2=22 ");
  EXPECT_FALSE(take());
  const auto shown = json::parse(need(media->get(who, id)).text);
  EXPECT_EQ(shown["uploads"][1]["state"], "ready");
  EXPECT_TRUE(shown["uploads"][1]["problem"].is_null());
}

TEST_F(media_rows, of_the_campaign_s_own_numbers_only) {
  second_number();
  const auto id = keep(picture(100));
  name_it(id, "sending", "ARRAY['222']");
  EXPECT_EQ(usable(), "2= ");
  base.run("UPDATE number SET active = false WHERE no = 2");
  EXPECT_EQ(usable(), "");
}

TEST_F(media_rows, are_taken_over_from_who_died) {
  const auto id = keep(picture(100));
  name_it(id);
  EXPECT_EQ(usable(), "1= ");
  const auto task = take("dead#1");
  ASSERT_TRUE(task);
  EXPECT_FALSE(take("b#1"));
  EXPECT_TRUE(need(uploads->keep(*task, "dead#1", 30s)));
  base.run("UPDATE media_upload SET claimed_until = now() - interval '1 second'");
  ASSERT_TRUE(take("b#1"));
  EXPECT_FALSE(need(uploads->keep(*task, "dead#1", 30s)));
  need(uploads->done(*task, "dead#1", "13")); // it lives after all
  EXPECT_EQ(usable(), "1= ");
  need(uploads->done(*task, "b#1", "14"));
  EXPECT_EQ(usable(), "1=14 ");
}

TEST_F(media_rows, are_renewed_after_25_days_and_used_until_the_30th) {
  const auto id = keep(picture(100));
  const auto no = name_it(id, "sending");
  EXPECT_EQ(usable(), "1= ");
  need(uploads->done(*take(), "a#1", "11"));
  const auto days_later = [&](int days) {
    base.run("UPDATE media_upload SET expires_at = now() + interval '30 days' - interval '" +
             std::to_string(days) + " days'");
  };
  days_later(24);
  EXPECT_FALSE(take());
  days_later(26);
  EXPECT_EQ(usable(), "1=11 ") << "until the new one is there";
  const auto renewal = take();
  ASSERT_TRUE(renewal);
  need(uploads->failed(*renewal, "a#1", {.what = core::bare_text("no line"), .refused = false}));
  EXPECT_EQ(usable(), "1=11 ");
  EXPECT_FALSE(take()) << "not at once again";
  days_later(30);
  EXPECT_EQ(usable(), "1= ");
  base.run("UPDATE media_upload SET next_try_at = now()");
  need(uploads->done(*take(), "a#1", "12"));
  EXPECT_EQ(usable(), "1=12 ");
  days_later(26);
  base.run("UPDATE campaign SET status = 'cancelled' WHERE no = " + no);
  EXPECT_FALSE(take()) << "nobody needs it any more";
}

TEST_F(media_rows, that_meta_refuses_are_tried_seldom_and_told) {
  const auto id = keep(picture(100));
  const auto no = name_it(id, "sending");
  EXPECT_EQ(usable(), "1= ");
  const auto reason = [&] {
    return base.text("SELECT coalesce((" + sql_fragment("media_awaited_by") +
                     ") ->> 'code', '-') FROM campaign c WHERE no = " + no);
  };
  EXPECT_EQ(reason(), "media_awaited");
  need(uploads->failed(*take(), "a#1", {.what = core::bare_text("too blue"), .refused = true}));
  EXPECT_EQ(reason(), "text");
  EXPECT_EQ(need(uploads->needed())[0].problem->text, "too blue");
  EXPECT_TRUE(base.text("SELECT next_try_at > now() + interval '50 minutes' FROM media_upload") ==
              "t");
  base.run("UPDATE media_upload SET next_try_at = now()");
  need(uploads->done(*take(), "a#1", "11"));
  EXPECT_EQ(reason(), "-");
  EXPECT_FALSE(need(uploads->needed())[0].problem);
}

TEST_F(media_rows, that_messages_are_refused_for_are_uploaded_anew) {
  const auto id = keep(picture(100));
  const auto no = name_it(id, "sending");
  EXPECT_EQ(usable(), "1= ");
  need(uploads->done(*take(), "a#1", "11"));
  base.run("INSERT INTO delivery_error (campaign_no, code, failed, waiting) VALUES (" + no +
           ", 131053, 0, 3)");
  EXPECT_EQ(usable(), "1=11 ") << "it is new: what is refused was sent before";
  base.run("UPDATE media_upload SET uploaded_at = now() - interval '2 minutes'");
  EXPECT_EQ(usable(), "1= ");
  need(uploads->done(*take(), "a#1", "12"));
  base.run("UPDATE media_upload SET uploaded_at = now() - interval '2 minutes'");
  EXPECT_EQ(usable(), "1=12 ") << "no refusal more: once is enough";
  base.run("UPDATE delivery_error SET waiting = 0");
  EXPECT_EQ(usable(), "1=12 ");
  base.run("UPDATE delivery_error SET waiting = 1");
  EXPECT_EQ(usable(), "1= ") << "another one, after those were sent";
}

TEST_F(media_rows, are_named_alike_in_sql_and_in_the_program) {
  const auto id = "0a1b2c3d-0000-4000-8000-00000000000f"s;
  const std::pair<std::string, std::string> all[] = {
      {"header.image", "media:" + id},
      {"header.image", "media:0A1B2C3D-0000-4000-8000-00000000000F"},
      {"card.1.header.video", "media:" + id},
      {"header.document", "media:" + id + " "},
      {"body.1", "media:" + id},
      {"header.filename", "media:" + id},
      {"header.image", "media:{{image}}"},
      {"header.image", "media:" + id.substr(1)},
      {"header.image", "https://x/" + id},
      {"xheader.image", "media:" + id}};
  for (const auto& [slot, text] : all) {
    const auto here = core::media_kind_of_slot(slot) ? core::media_id_of(text) : std::nullopt;
    EXPECT_EQ(base.text("SELECT coalesce(string_agg(id::text, ','), '') FROM media_named('" +
                        json{{slot, text}}.dump() + "')"),
              here.value_or(""))
        << slot << " " << text;
  }
  EXPECT_EQ(base.number("SELECT count(*) FROM media_named(NULL)"), 0);
  EXPECT_EQ(base.number("SELECT count(*) FROM media_named('[1]')"), 0);
}

class media_launch : public media_rows {
protected:
  std::string start(const json& variables) {
    auto draft = campaign_stores::draft();
    draft.template_variables = core::json_text{variables.dump()};
    const auto id = campaigns.make(who, draft);
    need(recipients->add(who, id, people(1)));
    std::string codes;
    for (const auto& obstacle : need(campaigns.launch(who, id)).obstacles)
      codes += obstacle.code + " ";
    return codes;
  }

  campaign_stores campaigns{base.options(), *phones};
};

TEST_F(media_launch, needs_media_that_are_there_and_fit) {
  const auto id = keep(picture(100));
  EXPECT_EQ(start({{"header.image", "media:0a1b2c3d-0000-4000-8000-00000000000f"}}),
            "media_unknown ");
  EXPECT_EQ(start({{"header.video", "media:" + id}}), "media_of_other_kind ");
  EXPECT_EQ(start({{"header.image", "media:" + id}}), "") << "it is uploaded soon";
  EXPECT_EQ(usable(), "1= ");
  need(uploads->failed(*take(), "a#1", {.what = core::bare_text("too blue"), .refused = true}));
  EXPECT_EQ(start({{"header.image", "media:" + id}}), "media_missing ");
}

} // namespace
