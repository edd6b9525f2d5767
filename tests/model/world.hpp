#pragma once
/// The database of a simulation, as values: what PostgreSQL holds, row by row, for the stores of
/// stores.hpp. The actors' tests and stentor-sim share it; tests/contract holds it to PostgreSQL.
/// One thread.

#include "stentor/core/base/sentence.hpp"
#include "stentor/core/campaign/campaign.hpp"
#include "stentor/core/campaign/canary.hpp"
#include "stentor/core/campaign/command.hpp"
#include "stentor/core/campaign/plan.hpp"
#include "stentor/core/delivery/delivery.hpp"
#include "stentor/core/delivery/meta_cap.hpp"
#include "stentor/ports/business_number/number_facts_store.hpp"
#include "stentor/ports/business_number/number_store.hpp"
#include "stentor/ports/delivery/ledger.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stentor::simulation {

using recipient = std::pair<core::campaign_no, core::recipient_seq>;

/// A person as a list or a customer row names one; either part may be missing.
struct person {
  core::person_key phone = 0; ///< E.164 digits
  std::string user_id;

  /// How the stop list and the pair limiter know the person.
  [[nodiscard]] core::person_key key() const;
  bool operator==(const person&) const = default;
};

struct recipient_row {
  person who;
  std::int16_t screen = 0; ///< 0: may be sent to
  std::int16_t lang = 0;   ///< index into the campaign's languages
};

struct claim_row {
  core::campaign_no campaign{};
  core::number_no number{};
  core::lease_epoch epoch{};
  core::recipient_seq from = 0, to = 0, mark = 0;
  bool free = false;
  std::vector<core::recipient_seq> seqs = {}; ///< of a claim on retries: place n is the nth
};

struct queued_retry {
  ports::retry_row row;
  bool claimed = false, done = false;
  bool needless = false;    ///< done because an earlier try has arrived; it was never made
  core::number_no number{}; ///< that claimed it
  core::lease_epoch epoch{};
  core::claim_id claim{};

  [[nodiscard]] bool waits() const noexcept { return !claimed && !done; }
  [[nodiscard]] bool on_its_way() const noexcept { return claimed && !done; }
  void close_needless() noexcept { done = needless = true; }
};

struct queued_doubt {
  std::int16_t attempt = 0;
  std::int64_t since_ms = 0;
  std::int32_t code = 0;
};

struct ledger_event {
  recipient who;
  std::int16_t attempt = 0;
  core::event_kind kind = core::event_kind::accepted;
  std::int32_t code = 0;
  std::int64_t at_ms = 0;
  core::number_no number{};
  std::string text;
  std::int64_t committed_ms = 0;
  std::int64_t folded_ms = 0;
};

struct campaign_row {
  core::campaign terms;
  core::recipient_seq next_seq = 1;   ///< of its only part: everything below is claimed
  std::vector<core::plan_part> parts; ///< when it has several; then they have the cursors
  std::vector<core::plan_place> places;
  std::optional<core::sentence> reason;
  core::pause_kind pause = core::pause_kind::none;
  bool list_awaited = false;                ///< it is drawn when it starts, and was not
  std::int64_t list_due_ms = 0;             ///< when it is drawn
  bool sent_without_list = false;           ///< somebody was claimed before it was drawn
  const void* list_held_by = nullptr;       ///< the session that draws it
  std::vector<recipient_row> people;        ///< empty: recipient n has the phone number n
  core::delivery_counts counts;             ///< as the fold has added them up
  std::optional<core::canary_state> canary; ///< none: nobody goes first
  std::chrono::milliseconds settle{};       ///< of its canary
  std::vector<core::gate> canary_gates, gates;
  std::optional<core::wall_time> canary_claimed_at;
  std::int64_t rest_open_ms = 0; ///< since when the rest may go; 0: it may not
  core::gate_counts judged;      ///< counted when a person let it go on
  std::int64_t reached = 0;      ///< recipients with any event

  /// All of its parts, the only one too.
  [[nodiscard]] std::vector<core::plan_part> all_parts() const;
  void claimed_up_to(core::part_no part, core::recipient_seq next);
  [[nodiscard]] bool is_claimed() const; ///< everybody
};

struct lease_row {
  std::string owner;
  core::lease_epoch epoch{};
  std::int64_t expires_ms = 0;
  bool released = false; ///< given up by its owner
  std::optional<double> learned{};
};

struct node_row {
  std::vector<core::number_no> numbers; ///< that it may send from
  std::int64_t expires_ms = 0;
  std::string owner;
};

/// What operators last said to a number.
struct number_order {
  std::int64_t no = 0;
  bool pause = false;
};

struct stop_row {
  core::organization_no organization{};
  person who; ///< one part of it
  std::string reason;
  std::int64_t stopped_ms = 0;
};

/// Somebody whom Meta keeps marketing from (postgres/delivery/meta_cap).
struct closed_person {
  std::int64_t until_ms = 0, capped_ms = 0;
  int in_a_row = 0;
};

struct customer_row {
  person who;
  bool agrees = true; ///< to marketing
};

/// What becomes of a transaction.
enum class fate : std::uint8_t {
  arrives,
  fails,       ///< nothing is written, and the caller hears of it
  answer_lost, ///< everything is written, and the caller hears that the connection broke
};

struct world {
  std::function<std::int64_t()> now_ms; ///< the database's clock
  /// Asked before each transaction, with its name; without it everything arrives.
  std::function<fate(std::string_view)> fate_of;

  std::map<core::campaign_no, campaign_row> campaigns;
  std::map<core::claim_id, claim_row> claims;
  std::map<recipient, queued_retry> retries;
  std::map<recipient, queued_doubt> doubts;
  std::set<recipient> ever_in_doubt;
  std::map<core::number_no, lease_row> leases;
  std::map<std::string, node_row> nodes; ///< by id
  std::map<core::number_no, number_order> orders;
  std::map<core::number_no, double> rates;          ///< of the saved numbers
  std::map<std::string, core::number_no> number_of; ///< by phone_number_id
  std::map<std::string, double> paces;  ///< as the last renewal told, by phone_number_id
  std::vector<ports::stop_effect> told; ///< stops and lifts, for other processes
  std::deque<ledger_event> events;      ///< the rows of `deliveries` look into their texts
  std::map<recipient, core::delivery> deliveries; ///< of the first `folded` events
  std::size_t folded = 0;
  std::string projector; ///< session that folds; empty: nobody's
  std::vector<stop_row> stops;
  std::vector<customer_row> customers;
  std::map<core::person_key, closed_person> closed;
  std::chrono::milliseconds closed_for{0}; ///< after a 131049; 0: nobody is closed
  std::vector<ports::alias_row> aliases;
  std::vector<ports::change_row> changes;
  std::vector<ports::suppression_row> suppressions; ///< as they were written, lifts among them
  std::vector<ports::inbound_row> inbound;
  std::size_t attributed = 0; ///< of them
  std::vector<ports::other_webhook_row> others;
  std::map<std::string, std::string> template_status;        ///< by name
  std::map<core::number_no, core::sentence> stopped_reasons; ///< of those that are stopped
  std::map<core::number_no, ports::number_facts> facts;      ///< as Meta said last
  std::vector<ports::audit_entry> audits;
  std::map<std::string, core::number_no> number_keys;               ///< by phone_number_id
  std::map<core::number_no, std::string> accounts;                  ///< of the saved numbers
  std::vector<std::pair<std::string, std::string>> saved_templates; ///< account, JSON

  std::vector<std::string> log; ///< what was asked, in order, without the frequent questions
  std::size_t commits = 0;
  std::size_t claim_calls = 0;
  std::size_t trims = 0;          ///< how often somebody asked for what is old to go
  std::function<void()> on_claim; ///< called in the middle of each, if set
  core::claim_id next_claim = 1;
  bool store_fails = false, ledger_fails = false, projection_fails = false;
  /// What the ledger refuses for its contents, for ever; without it nothing.
  std::function<bool(const ports::ledger_write&)> refuses;
  bool foreign_lease = false; ///< another process holds all leases

  [[nodiscard]] bool holds(core::number_no number, core::lease_epoch epoch) const;
  [[nodiscard]] core::campaign_status status(core::campaign_no campaign) const;
  [[nodiscard]] std::size_t count(core::event_kind kind) const;
  [[nodiscard]] std::size_t open_claims() const;
  [[nodiscard]] std::size_t waiting_retries() const;
  /// The same without those of campaigns that ended early, which nobody tries again; but whoever
  /// waits there because the try before is in doubt is still to be held.
  [[nodiscard]] std::size_t hopeful_retries() const;
  /// Whether this order has been written.
  [[nodiscard]] bool has_order(const ports::audit_entry& entry) const;
  /// Into the audit log, unless it is there.
  void write_order(const ports::audit_entry& entry);
  [[nodiscard]] std::size_t logged(std::string_view what) const;
  /// A campaign with a higher priority starts somewhere and gets, of one of these, some of whom
  /// nobody has claimed: in one commit (postgres/campaign/arbitration).
  void give_people_up(std::uint32_t whom);
  [[nodiscard]] recipient_row row_of(recipient who) const;
  /// Until when this campaign must leave him alone; 0: it need not.
  [[nodiscard]] std::int64_t closed_until(recipient who) const;
  /// Notes what a fold says of it.
  void note_closure(const ledger_event& e, const core::delivery& before,
                    const core::delivery& after);
  /// Every phone number and user id by which the person is known, one each.
  [[nodiscard]] std::vector<person> keys_of(core::organization_no organization,
                                            const person& who) const;
  void append(ledger_event e);
  /// The person says stop, after the import.
  void stop(const person& who, core::organization_no organization = 1);
};

/// Whether a retry waits because the try before it is in doubt.
[[nodiscard]] bool waits_in_doubt(const world& w, const recipient& who);

/// Who may not be written to by a campaign: contact/blocked.sql as values.
class blocked_people {
public:
  blocked_people(const world& w, const core::campaign& campaign);
  [[nodiscard]] bool contains(const person& who) const;

private:
  void add(const person& who);
  std::set<core::person_key> phones_;
  std::set<std::string> user_ids_;
};

/// What every store answers while the database is away.
inline const core::error database_away{core::errc::unavailable, "the database is away"};

/// Runs `work` as one transaction: what the world's fate says becomes of it and of its answer.
/// @param fails the database is away for this kind of question
/// @param work changes the world only when it succeeds
template <class Work>
auto transact(world& w, std::string_view name, bool fails, Work work) -> decltype(work()) {
  if (fails)
    return database_away;
  const auto end = w.fate_of ? w.fate_of(name) : fate::arrives;
  if (end == fate::fails)
    return database_away;
  auto answer = work();
  if (end == fate::answer_lost && answer)
    return database_away;
  return answer;
}

} // namespace stentor::simulation
