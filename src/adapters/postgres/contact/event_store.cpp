#include "adapters/postgres/contact/event_store.hpp"

#include "adapters/postgres/client/row_reader.hpp"
#include "adapters/postgres/contact/contact_touch.hpp"
#include "adapters/postgres/contact/customer_input.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <span>
#include <utility>

namespace stentor::postgres {

namespace {

using core::errc;
using nlohmann::json;
using ports::event_input;

constexpr std::size_t piece_max = 5'000;
constexpr int piece_tries_max = 5;

struct event_counts {
  std::int64_t stored = 0;
  std::int64_t known = 0;
  std::int64_t customers_made = 0;
  std::vector<ports::row_problem> problems;
};

/// Events of one transaction, with their people.
class event_piece {
public:
  event_piece(std::span<const event_input> events, const customer_reading& reading)
      : events_{events} {
    phones_.reserve(events.size());
    for (const auto& e : events)
      take(e, reading);
  }

  core::result<event_counts> write(connection& db, core::organization_no organization,
                                   const ports::time_zones& zones) const {
    auto counts = counts_;
    contact_touch touch{organization, zones};
    auto people = touch.write(db, batch_);
    if (!people)
      return people.error();
    counts.customers_made = people->added;
    for (auto& problem : people->problems)
      counts.problems.push_back(std::move(problem));
    auto added = db.call("event_add", columns(organization, people->customers, counts.known));
    if (!added)
      return added.error();
    counts.stored = row_reader{*added}.integer("stored");
    counts.known -= counts.stored;
    return counts;
  }

private:
  void take(const event_input& e, const customer_reading& reading) {
    core::customer_row row;
    row.line = e.row;
    row.user_id = e.user_id;
    row.met = true;
    auto why =
        e.phone_number.empty() ? std::nullopt : reading.set_phone(row, e.phone_number, false);
    if (!why)
      why = customer_reading::problem_of(row);
    const auto phone = row.phone;
    if (!why && !batch_.add(std::move(row)))
      why = two_customers();
    phones_.push_back(why ? -1 : phone);
    if (why)
      counts_.problems.emplace_back(e.row, std::move(*why));
  }

  /// @param tried how many there are
  params columns(core::organization_no organization, const std::vector<std::int64_t>& customers,
                 std::int64_t& tried) const {
    std::vector<std::int64_t> customer, at, micros;
    std::vector<std::int16_t> has_value;
    std::vector<std::string_view> name, currency, properties, source;
    for (std::size_t i = 0; i < events_.size(); ++i) {
      const auto& e = events_[i];
      const auto place = phones_[i] < 0 ? std::nullopt : batch_.place_of(phones_[i], e.user_id);
      if (!place || customers[*place] == 0)
        continue;
      ++tried;
      customer.push_back(customers[*place]);
      name.emplace_back(e.name);
      at.push_back(e.at.time_since_epoch().count());
      has_value.push_back(e.value_micros ? 1 : 0);
      micros.push_back(e.value_micros.value_or(0));
      currency.emplace_back(e.currency);
      properties.emplace_back(e.properties);
      source.emplace_back(e.source_id);
    }
    params p;
    p.integer(organization).int8_array(customer).text_array(name).int8_array(at);
    p.int2_array(has_value).int8_array(micros).text_array(currency);
    p.text_array(properties).text_array(source);
    return p;
  }

  std::span<const event_input> events_;
  core::customer_batch batch_;
  std::vector<std::int64_t> phones_; ///< of each event; -1: it has a problem
  event_counts counts_;
};

class event_store final : public ports::event_store {
public:
  event_store(query_pool& pool, const ports::phone_numbers& phones, const ports::time_zones& zones,
              std::string region)
      : pool_{pool}, phones_{phones}, zones_{zones}, region_{std::move(region)} {}

  core::result<std::string> add(const ports::principal& who, const std::vector<event_input>& events,
                                std::vector<ports::row_problem> refused) override {
    event_counts all;
    all.problems = std::move(refused);
    for (std::size_t from = 0; from < events.size(); from += piece_max) {
      const auto piece = std::span{events}.subspan(from, std::min(piece_max, events.size() - from));
      if (auto s = store(who.organization, piece, all); !s)
        return s.error();
    }
    std::stable_sort(all.problems.begin(), all.problems.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    json problems = json::array();
    for (const auto& [row, why] : all.problems)
      problems.push_back({{"row", row}, {"problem", json::parse(core::to_json(why))}});
    return json{{"stored", all.stored},
                {"known", all.known},
                {"customersMade", all.customers_made},
                {"problems", std::move(problems)}}
        .dump();
  }

private:
  /// What the database refuses for something that nobody foresaw costs its own row only.
  core::status store(core::organization_no organization, std::span<const event_input> events,
                     event_counts& all) {
    const attribute_rules none;
    const event_piece piece{events, {phones_, zones_, region_, none}};
    for (int tries = 1;; ++tries) {
      auto done = pool_.in_transaction(
          [&](connection& db) { return piece.write(db, organization, zones_); });
      if (done) {
        all.stored += done->stored;
        all.known += done->known;
        all.customers_made += done->customers_made;
        for (auto& problem : done->problems)
          all.problems.push_back(std::move(problem));
        return core::ok{};
      }
      const auto code = done.error().code;
      if (code == errc::unavailable && tries < piece_tries_max)
        continue;
      if (code == errc::unavailable || code == errc::internal)
        return done.error();
      break;
    }
    if (events.size() == 1) {
      all.problems.emplace_back(events[0].row,
                                core::make_sentence("row_refused", "the database refuses the row"));
      return core::ok{};
    }
    const auto half = events.size() / 2;
    if (auto s = store(organization, events.first(half), all); !s)
      return s;
    return store(organization, events.subspan(half), all);
  }

  query_pool& pool_;
  const ports::phone_numbers& phones_;
  const ports::time_zones& zones_;
  std::string region_;
};

} // namespace

std::unique_ptr<ports::event_store> make_event_store(query_pool& pool,
                                                     const ports::phone_numbers& phones,
                                                     const ports::time_zones& zones,
                                                     std::string region) {
  return std::make_unique<event_store>(pool, phones, zones, std::move(region));
}

} // namespace stentor::postgres
