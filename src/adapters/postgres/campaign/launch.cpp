/// The admin store's launch: the preflight, filling the list from customers, and the last
/// screening. See admin_store.hpp.

#include "adapters/postgres/audience/segment_sql.hpp"
#include "adapters/postgres/campaign/admin_store_parts.hpp"

#include <nlohmann/json.hpp>
#include <utility>

namespace stentor::postgres {

using core::errc;
using core::error;
using nlohmann::json;

namespace {

/// The campaign's numbers `n`, with $1 = campaign.
const std::string numbers_of_campaign =
    " FROM campaign c JOIN number n ON n.organization_no = c.organization_no "
    "AND (CASE WHEN c.number_ids IS NULL THEN n.active ELSE n.phone_number_id = ANY (c.number_ids) "
    "END) WHERE c.no = $1::int";

params campaign_of(const locked_campaign& c) {
  params p;
  p.integer(c.no);
  return p;
}

} // namespace

core::status admin_store_on_postgres::fill_from_customers(connection& db, locked_campaign& c) {
  auto q = db.query("SELECT target_type, segment_query FROM campaign WHERE no = $1::int",
                    campaign_of(c));
  if (!q)
    return q.problem();
  const auto target = q->string(0, 0);
  if (c.total > 0 || (target != "all" && target != "segment"))
    return core::done{};
  params p;
  p.integer(c.no).integer(c.organization);
  std::string condition = "true";
  if (target == "segment") {
    if (q->is_null(0, 1))
      return error{errc::invalid, "segmentQuery: is missing although targetType is segment"};
    auto sql = segment_to_sql(q->text(0, 1), p);
    if (!sql)
      return sql.problem();
    condition = *sql;
  }
  if (auto s = create_partition(db, c); !s)
    return s;
  // Customers are on the list only when they agreed to marketing; those who stopped since are
  // screened below.
  auto filled = db.query(
      "INSERT INTO " + c.table() +
          " (campaign_no, seq, screen, phone, user_id, customer_no, name, variables) "
          "SELECT $1::int, row_number() OVER (ORDER BY k.no), 0, k.phone, k.user_id, k.no, k.name, "
          "(k.attributes || CASE WHEN k.name IS NULL THEN '{}' ELSE jsonb_build_object('name', "
          "k.name) END)::text "
          "FROM customer k WHERE k.organization_no = $2::int AND k.marketing_opt_in AND " +
          condition,
      std::move(p));
  if (!filled)
    return filled.problem();
  if (auto s = complete_partition(db, c); !s)
    return s;
  c.has_partition = true;
  if (auto s = screen_duplicates(db, c, 1); !s)
    return s;
  if (auto s = screen_people(db, c, 1); !s)
    return s;
  import_summary summary{.source = "customers", .report = {}};
  summary.report.rows_read = filled->affected();
  c.total = static_cast<core::recipient_seq>(filled->affected());
  return record_import(db, c, summary);
}

core::status admin_store_on_postgres::screen_again(connection& db, const locked_campaign& c) {
  if (!c.has_partition)
    return core::done{};
  // The template may have changed since the import: what is only forbidden for marketing is free
  // again otherwise.
  if (!c.marketing())
    if (auto r = db.query("UPDATE " + c.table() + " SET screen = 0 WHERE screen IN (3, 5)"); !r)
      return r.problem();
  if (c.marketing())
    if (auto s = screen_united_states(db, c, 1, phones_); !s)
      return s;
  if (auto s = screen_people(db, c, 1); !s)
    return s;
  auto r = db.query("UPDATE campaign SET screened_count = (SELECT count(*) FROM " + c.table() +
                        " WHERE screen <> 0), "
                        "screened_at = now() - interval '2 minutes' WHERE no = $1::int",
                    campaign_of(c));
  if (!r)
    return r.problem();
  return core::done{};
}

core::result<std::string> admin_store_on_postgres::obstacles(connection& db,
                                                             const locked_campaign& c) {
  json found = json::array();
  auto numbers =
      db.query("SELECT n.phone_number_id, n.active, n.waba_id, coalesce(t.status, ''), "
               "n.stopped_reason, c.template_name, "
               "c.template_language FROM (SELECT n.*, c.template_name, c.template_language" +
                   numbers_of_campaign +
                   ") n "
                   "CROSS JOIN LATERAL (SELECT n.template_name, n.template_language) c LEFT JOIN "
                   "template t ON t.waba_id = n.waba_id "
                   "AND t.name = n.template_name AND t.language = n.template_language ORDER BY "
                   "n.phone_number_id",
               campaign_of(c));
  if (!numbers)
    return numbers.problem();
  if (numbers->empty())
    found.push_back(
        "There is no active sending number: configure one, or name others in numberIds.");
  std::string last_account;
  for (int i = 0; i < numbers->size(); ++i) {
    if (!numbers->boolean(i, 1))
      found.push_back("The sending number " + numbers->string(i, 0) +
                      " is not part of the current configuration.");
    const auto status = numbers->string(i, 3);
    const auto account = numbers->string(i, 2);
    if (status == "APPROVED" || account == last_account)
      continue;
    last_account = account;
    const auto name = "The template '" + numbers->string(i, 5) + "' in " + numbers->string(i, 6);
    found.push_back(name + (status.empty()
                                ? " is not known in the WhatsApp business account " + account +
                                      ": synchronise templates, or check its name and language."
                                : " is " + status + " in the WhatsApp business account " + account +
                                      "; Meta must have approved it."));
  }
  auto list =
      db.query("SELECT total_recipients, total_recipients - screened_count, expires_at < now(), "
               "scheduled_for IS NOT NULL AND expires_at <= scheduled_for, EXISTS (SELECT 1 FROM "
               "import i WHERE i.campaign_no = c.no "
               "AND i.screened ? 'no_consent_kept') FROM campaign c WHERE no = $1::int",
               campaign_of(c));
  if (!list)
    return list.problem();
  if (list->integer(0, 0) == 0)
    found.push_back("The campaign has no recipients: import a list, add some, or choose targetType "
                    "\"all\" or \"segment\".");
  else if (list->integer(0, 1) == 0)
    found.push_back("All recipients were screened out; the recipients' screenReason tells why.");
  if (list->boolean(0, 2) || list->boolean(0, 3))
    found.push_back("expiresAt lies before the campaign would start.");
  if (c.marketing() && list->boolean(0, 4))
    found.push_back("The list was imported while the template was not for marketing, and holds "
                    "people without consent: make a new campaign and import it again.");
  return found.dump();
}

core::result<core::campaign_status> admin_store_on_postgres::launch_campaign(const principal& who,
                                                                             std::string_view id) {
  auto opened = own_connection(
      "stentor launch"); // screening millions can take longer than the pool's time limit
  if (!opened)
    return opened.problem();
  auto& db = *opened;
  auto t = transaction::begin(db);
  if (!t)
    return t.problem();
  auto c = lock_campaign(db, who.organization, id);
  if (!c)
    return c.problem();
  if (c->status != "draft" && c->status != "scheduled")
    return error{errc::conflict, "the campaign is " + c->status +
                                     ": only a draft or a scheduled campaign can be started"};
  if (auto s = fill_from_customers(db, *c); !s)
    return s.problem();
  if (auto s = screen_again(db, *c); !s)
    return s.problem();
  auto against = obstacles(db, *c);
  if (!against)
    return against.problem();
  if (const auto list = json::parse(*against); !list.empty()) {
    std::string all = "The campaign can't start.";
    for (const auto& one : list)
      all += " " + one.get<std::string>();
    return error{errc::invalid, all};
  }
  // Starting what is scheduled already means: now.
  auto r = db.query("UPDATE campaign SET status = CASE WHEN status = 'draft' AND scheduled_for > "
                    "now() THEN 'scheduled' ELSE 'sending' END, "
                    "started_at = CASE WHEN status = 'draft' AND scheduled_for > now() THEN NULL "
                    "ELSE now() END, status_reason = NULL, "
                    "updated_at = now() WHERE no = $1::int RETURNING status",
                    campaign_of(*c));
  if (!r)
    return r.problem();
  if (auto s =
          write_audit(db, who, "campaign.launch", id, json{{"status", r->string(0, 0)}}.dump());
      !s)
    return s.problem();
  if (auto s = t->commit(); !s)
    return s.problem();
  return *core::campaign_status_from(r->text(0, 0));
}

core::result<core::campaign> admin_store_on_postgres::load_campaign(const principal& who,
                                                                    std::string_view id) {
  params a;
  a.integer(who.organization).text(id);
  auto r = ask("SELECT c.no, c.id, c.status, c.template_name, c.template_language, "
               "coalesce(t.category, ''), coalesce(t.components::text, '[]'), "
               "coalesce(t.parameter_format, 'POSITIONAL'), coalesce(c.template_variables::text, "
               "'{}'), c.rate_limit, c.retry_failed, c.max_retries, "
               "c.in_doubt_policy, c.send_window, (extract(epoch FROM c.scheduled_for) * "
               "1000)::int8, (extract(epoch FROM c.expires_at) * 1000)::int8, "
               "c.total_recipients, c.next_seq FROM campaign c LEFT JOIN LATERAL (SELECT * FROM "
               "template t WHERE "
               "t.organization_no = c.organization_no AND t.name = c.template_name AND t.language "
               "= c.template_language "
               "ORDER BY t.status = 'APPROVED' DESC, t.no LIMIT 1) t ON true WHERE "
               "c.organization_no = $1::int AND c.id::text = lower($2)",
               std::move(a));
  if (!r)
    return r.problem();
  if (r->empty())
    return error{errc::not_found, "there is no campaign with this id"};
  core::campaign c;
  c.no = static_cast<core::campaign_no>(r->integer(0, 0));
  c.id = r->string(0, 1);
  c.organization = who.organization;
  c.status = core::campaign_status_from(r->text(0, 2)).value_or(core::campaign_status::draft);
  c.template_name = r->string(0, 3);
  c.template_language = r->string(0, 4);
  c.template_category = r->string(0, 5);
  c.template_components = r->string(0, 6);
  c.template_parameter_format = r->string(0, 7);
  c.template_variables = r->string(0, 8);
  if (!r->is_null(0, 9))
    c.rate_limit_per_minute = static_cast<std::int32_t>(r->integer(0, 9));
  c.retry_failed = r->boolean(0, 10);
  c.retries_max = static_cast<std::int32_t>(r->integer(0, 11));
  c.in_doubt = core::in_doubt_policy_from(r->text(0, 12)).value_or(core::in_doubt_policy::hold);
  std::string why;
  if (!r->is_null(0, 13))
    c.window = window_of(r->string(0, 13), why);
  if (!why.empty())
    return error{errc::internal, "campaign " + c.id + " has a broken sendWindow: " + why};
  if (!r->is_null(0, 14))
    c.scheduled_for = core::wall_time{std::chrono::milliseconds{r->integer(0, 14)}};
  if (!r->is_null(0, 15))
    c.expires_at = core::wall_time{std::chrono::milliseconds{r->integer(0, 15)}};
  c.recipients_total = static_cast<core::recipient_seq>(r->integer(0, 16));
  c.next_seq = static_cast<core::recipient_seq>(r->integer(0, 17));
  params p;
  p.integer(c.no);
  auto numbers =
      ask("SELECT n.no" + numbers_of_campaign + " AND n.active ORDER BY n.no", std::move(p));
  if (!numbers)
    return numbers.problem();
  for (int i = 0; i < numbers->size(); ++i)
    c.numbers.push_back(static_cast<core::number_no>(numbers->integer(i, 0)));
  return c;
}

} // namespace stentor::postgres
