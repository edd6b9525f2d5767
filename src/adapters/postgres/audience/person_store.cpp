/// Lists are looked through some hundred campaigns at a time, the latest first: a statement opens
/// only the tables of these, however many there are.
#include "adapters/postgres/audience/person_store.hpp"

#include "adapters/postgres/client/integer_list.hpp"
#include "adapters/postgres/client/named_queries.hpp"
#include "adapters/postgres/client/row_reader.hpp"

#include <vector>

namespace stentor::postgres {

namespace {

constexpr std::int64_t campaigns_a_piece = 200;
constexpr int pieces_most = 10; ///< of one answer

struct person_keys {
  std::vector<std::int64_t> phones; ///< in every spelling
  std::string user_ids;             ///< a JSON array
  std::string shown;                ///< what is known beside messages, a JSON object
};

core::result<person_keys> keys_of(connection& db, const ports::principal& who,
                                  const ports::person_named& person) {
  params p;
  p.integer(who.organization);
  if (person.phone == 0)
    p.null();
  else
    p.integer(static_cast<std::int64_t>(person.phone));
  p.text_or_null(person.user_id).text_or_null(person.customer_id);
  auto r = db.call("person_show", std::move(p));
  if (!r)
    return r.error();
  const row_reader row{*r};
  if (!row.boolean("known"))
    return core::error{core::errc::not_found, "There is no customer with this id."};
  return person_keys{.phones = integers_in<std::int64_t>(row.text("phones")),
                     .user_ids = row.string("user_ids"),
                     .shown = row.string("person")};
}

/// Messages of the campaigns behind a cursor, as many as a page takes.
class message_page {
public:
  message_page(connection& db, core::organization_no organization, const person_keys& keys,
               core::page p)
      : db_{db}, organization_{organization}, keys_{keys},
        limit_{static_cast<std::size_t>(p.limit)}, after_{p.after} {}

  core::result<std::string> read() {
    for (int piece = 0; piece < pieces_most && !ended_ && !full_; ++piece)
      if (auto s = read_piece(); !s)
        return s.error();
    return "{\"data\": [" + data_ + "], \"nextCursor\": " +
           (ended_ || !after_ ? "null" : "\"" + std::to_string(*after_) + "\"") + "}";
  }

private:
  core::status read_piece() {
    params which;
    which.integer(organization_).integer(after_).integer(campaigns_a_piece);
    auto found = db_.call("person_campaigns", std::move(which));
    if (!found)
      return found.error();
    std::vector<std::int32_t> campaigns;
    for (const auto row : each(*found))
      campaigns.push_back(row.id<std::int32_t>("no"));
    if (campaigns.empty()) {
      ended_ = true;
      return core::ok{};
    }
    params p;
    p.int4_array(campaigns).int8_array(keys_.phones).text(keys_.user_ids);
    p.integer(static_cast<std::int64_t>(limit_ - shown_) + 1);
    auto r = db_.query(sql_script("person_messages"), std::move(p));
    if (!r)
      return r.error();
    for (const auto row : each(*r)) {
      if (shown_ == limit_) {
        full_ = true; // the cursor stays behind the last one shown
        return core::ok{};
      }
      data_ += (shown_++ > 0 ? ", " : "") + row.string("message");
      after_ = row.integer("campaign_no");
    }
    after_ = campaigns.back();
    ended_ = static_cast<std::int64_t>(campaigns.size()) < campaigns_a_piece;
    return core::ok{};
  }

  connection& db_;
  core::organization_no organization_;
  const person_keys& keys_;
  std::size_t limit_;
  std::optional<std::int64_t> after_; ///< a campaign
  std::string data_;
  std::size_t shown_ = 0;
  bool ended_ = false; ///< there are no further campaigns
  bool full_ = false;
};

class person_store_on_postgres final : public ports::person_store {
public:
  explicit person_store_on_postgres(query_pool& pool) : pool_{pool} {}

  core::result<std::string> show(const ports::principal& who, const ports::person_named& person,
                                 core::page p) override {
    return pool_.in_transaction([&](connection& db) -> core::result<std::string> {
      auto keys = keys_of(db, who, person);
      if (!keys)
        return keys.error();
      auto messages = message_page{db, who.organization, *keys, core::bounded(p)}.read();
      if (!messages)
        return messages.error();
      auto text = std::move(keys->shown);
      text.pop_back();
      return text + ", \"messages\": " + *messages + "}";
    });
  }

private:
  query_pool& pool_;
};

} // namespace

std::unique_ptr<ports::person_store> make_person_store(query_pool& pool) {
  return std::make_unique<person_store_on_postgres>(pool);
}

} // namespace stentor::postgres
