#include "adapters/postgres/cluster/node_feed.hpp"

#include "adapters/postgres/client/named_queries.hpp"
#include "adapters/postgres/client/row_reader.hpp"
#include "stentor/core/contact/contact_key.hpp"

#include <utility>

namespace stentor::postgres {

namespace {

constexpr std::chrono::minutes trim_interval{30};

/// The later of two words about one key holds.
using effects_by_key =
    std::map<std::pair<core::organization_no, core::person_key>, ports::stop_effect>;

void note(effects_by_key& all, const ports::stop_effect& effect) {
  all.insert_or_assign({effect.organization, effect.person}, effect);
}

} // namespace

core::result<std::unique_ptr<node_feed>> node_feed::open(connection_options options,
                                                         std::string node) {
  options.application_name = "stentor feed";
  // Whoever waits longer knows too little of the others to send (recent_stops.hpp).
  options.statement_timeout = std::chrono::seconds{3};
  options.lock_timeout = std::chrono::seconds{2};
  options.answer_grace = std::chrono::seconds{1};
  auto db = connection::open(std::move(options));
  if (!db)
    return db.error();
  return std::unique_ptr<node_feed>{new node_feed{std::move(*db), std::move(node)}};
}

/// What was told to a session that is gone is not told again, so all is looked at.
core::status node_feed::listen() {
  if (auto s = db_.ensure(); !s)
    return s;
  if (listening_ == db_.backend_pid())
    return core::ok{};
  if (auto s = db_.run(sql_script("node_feed_listen")); !s)
    return s;
  listening_ = db_.backend_pid();
  told_.leases = true;
  return core::ok{};
}

core::status node_feed::wait(std::chrono::milliseconds patience) {
  if (auto s = listen(); !s)
    return s;
  auto words = db_.heard(patience);
  if (!words)
    return words.error();
  for (const auto& word : *words)
    told_.leases = told_.leases || word == "lease" || word == "node";
  return core::ok{};
}

core::result<ports::node_news> node_feed::look(const std::vector<core::campaign_no>& running) {
  if (auto s = listen(); !s)
    return s.error();
  for (const auto step : {&node_feed::read_stops, &node_feed::read_words, &node_feed::read_others})
    if (auto s = (this->*step)(told_); !s)
      return s.error();
  if (auto s = read_campaigns(running, told_); !s)
    return s.error();
  if (auto s = trim(); !s)
    return s.error();
  return std::exchange(told_, {});
}

core::status node_feed::read_stops(ports::node_news& news) {
  auto now = db_.call("node_feed_horizon");
  if (!now)
    return now.error();
  auto next = row_reader{*now}.string("horizon");
  if (!horizon_.empty()) {
    auto told = db_.call("node_feed_stops", std::move(params{}.text(horizon_)));
    if (!told)
      return told.error();
    effects_by_key all;
    for (const auto row : each(*told)) {
      const auto organization = row.id<core::organization_no>("organization_no");
      const auto lifted = row.boolean("lifted");
      if (!row.is_null("phone"))
        note(all, {organization, static_cast<core::person_key>(row.integer("phone")), lifted});
      if (!row.is_null("user_id"))
        note(all, {organization, core::person_from_user_id(row.text("user_id")), lifted});
    }
    for (const auto& [key, effect] : all)
      news.stops.push_back(effect);
  }
  horizon_ = std::move(next);
  return core::ok{};
}

core::status node_feed::read_words(ports::node_news& news) {
  auto said = db_.call("node_feed_words");
  if (!said)
    return said.error();
  for (const auto row : each(*said)) {
    const auto number = row.id<core::number_no>("no");
    const auto order_no = row.integer("order_no");
    auto& known = words_[number];
    if (order_no > std::exchange(known, order_no))
      news.words.push_back({number, order_no, row.boolean("ordered_pause")});
  }
  return core::ok{};
}

core::status node_feed::read_campaigns(const std::vector<core::campaign_no>& running,
                                       ports::node_news& news) {
  if (running.empty())
    return core::ok{};
  auto r = db_.call("node_feed_campaigns", std::move(params{}.int4_array(running)));
  if (!r)
    return r.error();
  news.campaigns.clear();
  for (const auto row : each(*r))
    news.campaigns.push_back(
        {row.id<core::campaign_no>("no"),
         core::campaign_status_from(row.text("status")).value_or(core::campaign_status::failed),
         row.integer("pacing_changed")});
  return core::ok{};
}

core::status node_feed::read_others(ports::node_news& news) {
  auto alive = db_.call("node_feed_others", std::move(params{}.text(node_)));
  if (!alive)
    return alive.error();
  news.others = row_reader{*alive}.id<std::int32_t>("others");
  if (std::exchange(others_, news.others) != news.others)
    news.leases = true;
  return core::ok{};
}

core::status node_feed::trim() {
  const auto now = std::chrono::steady_clock::now();
  if (now - trimmed_ < trim_interval)
    return core::ok{};
  trimmed_ = now;
  return db_.execute("node_feed_trim");
}

} // namespace stentor::postgres
