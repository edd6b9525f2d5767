/// The admin store's customers, and its lists of templates, numbers, stops and audit rows. See
/// admin_store.hpp.

#include "adapters/postgres/campaign/admin_store_parts.hpp"
#include "stentor/core/base/utf8.hpp"

#include <nlohmann/json.hpp>
#include <utility>

namespace stentor::postgres {

using core::errc;
using core::error;
using nlohmann::json;

namespace {

/// Why a customer cannot be stored, empty when it can.
std::string problem_of(const ports::recipient_input& c, const ports::phone& phone,
                       const json& attributes) {
  if (!c.phone_number.empty() && phone.problem != ports::phone_problem::none)
    return "phoneNumber: " + std::string{ports::to_string(phone.problem)};
  if (c.phone_number.empty() && c.user_id.empty())
    return "expected phoneNumber or userId";
  if (!attributes.is_object())
    return "variables: expected a JSON object";
  if (!core::is_utf8_text(c.name) || !core::is_utf8_text(c.user_id) ||
      attributes.dump(-1, ' ', true, json::error_handler_t::replace).find("\\u0000") !=
          std::string::npos)
    return "a text that is not valid UTF-8 or holds NUL";
  return {};
}

/// The update comes first; the insert only happens where it found nobody. Who agrees or refuses
/// anew gets a time.
const std::string upsert_sql = R"sql(
WITH old AS (SELECT no FROM customer WHERE organization_no = $1::int AND (phone = $2::int8 OR user_id = $3::text)
             ORDER BY phone = $2::int8 DESC NULLS LAST LIMIT 1 FOR UPDATE),
changed AS (UPDATE customer k SET phone = coalesce($2::int8, k.phone), user_id = coalesce($3::text, k.user_id), name = coalesce($4::text, k.name),
              attributes = k.attributes || $5::jsonb, marketing_opt_in = coalesce($6::boolean, k.marketing_opt_in),
              marketing_opt_in_at = CASE WHEN $6::boolean AND NOT k.marketing_opt_in THEN now() ELSE k.marketing_opt_in_at END,
              marketing_opt_out_at = CASE WHEN NOT $6::boolean AND k.marketing_opt_in THEN now() ELSE k.marketing_opt_out_at END,
              updated_at = now()
            FROM old WHERE k.no = old.no RETURNING 1),
added AS (INSERT INTO customer (organization_no, phone, user_id, name, attributes, marketing_opt_in, marketing_opt_in_at, marketing_opt_out_at)
          SELECT $1::int, $2::int8, $3::text, $4::text, $5::jsonb, coalesce($6::boolean, true), CASE WHEN $6::boolean THEN now() END,
                 CASE WHEN NOT $6::boolean THEN now() END WHERE NOT EXISTS (SELECT 1 FROM old) RETURNING 1)
SELECT (SELECT count(*) FROM added), (SELECT count(*) FROM changed))sql";

} // namespace

core::result<std::string>
admin_store_on_postgres::upsert_customers(const principal& who,
                                          const std::vector<ports::recipient_input>& customers) {
  auto db = pool_.take();
  if (!db)
    return db.problem();
  auto t = transaction::begin(**db);
  if (!t)
    return t.problem();
  std::int64_t added = 0;
  std::int64_t updated = 0;
  json problems = json::array();
  std::int64_t row = 0;
  for (const auto& c : customers) {
    ++row;
    const auto phone = phones_.parse(c.phone_number, options_.default_region);
    const auto attributes =
        c.variables.empty() ? json::object() : json::parse(c.variables, nullptr, false);
    if (const auto why = problem_of(c, phone, attributes); !why.empty()) {
      problems.push_back({{"row", row}, {"problem", why}});
      continue;
    }
    params p;
    p.integer(who.organization);
    if (phone.digits == 0)
      p.null();
    else
      p.integer(static_cast<std::int64_t>(phone.digits));
    p.text_or_null(c.user_id).text_or_null(c.name).text(attributes.dump());
    if (c.marketing_opt_in)
      p.boolean(*c.marketing_opt_in);
    else
      p.null();
    if (auto s = (*db)->run("SAVEPOINT one"); !s)
      return s.problem();
    auto r = (*db)->query(upsert_sql, std::move(p));
    if (!r && r.problem().code != errc::conflict)
      return r.problem();
    if (!r) { // phone number and user id belong to two different customers
      problems.push_back(
          {{"row", row}, {"problem", "phoneNumber and userId belong to two different customers"}});
      if (auto s = (*db)->run("ROLLBACK TO one"); !s)
        return s.problem();
      continue;
    }
    added += r->integer(0, 0);
    updated += r->integer(0, 1);
  }
  const json answer{{"added", added}, {"updated", updated}, {"problems", problems}};
  if (auto s = write_audit(**db, who, "customer.upsert", "",
                           json{{"added", added}, {"updated", updated}}.dump());
      !s)
    return s.problem();
  if (auto s = t->commit(); !s)
    return s.problem();
  return answer.dump();
}

core::result<std::string> admin_store_on_postgres::list_templates(const principal& who) {
  params p;
  p.integer(who.organization);
  return json_of("SELECT jsonb_build_object('data', coalesce(jsonb_agg(jsonb_build_object('id', "
                 "id, 'wabaId', waba_id, 'name', name, 'language', language, "
                 "'category', category, 'status', status, 'parameterFormat', parameter_format, "
                 "'components', components, "
                 "'qualityScore', quality_score, 'syncedAt', synced_at) ORDER BY name, language, "
                 "waba_id), '[]')) "
                 "FROM template WHERE organization_no = $1::int",
                 std::move(p), "nothing");
}

core::result<std::string> admin_store_on_postgres::list_numbers(const principal& who) {
  params p;
  p.integer(who.organization);
  return json_of(
      "SELECT jsonb_build_object('data', coalesce(jsonb_agg(jsonb_build_object('phoneNumberId', "
      "n.phone_number_id, 'wabaId', n.waba_id, "
      "'messagesPerSecond', n.messages_per_second, 'active', n.active, 'stoppedReason', "
      "n.stopped_reason, 'qualityRating', n.quality_rating, "
      "'owner', CASE WHEN l.expires_at > now() THEN l.owner END, 'updatedAt', n.updated_at) ORDER "
      "BY n.phone_number_id), '[]')) "
      "FROM number n LEFT JOIN number_lease l ON l.number_no = n.no WHERE n.organization_no = "
      "$1::int",
      std::move(p), "nothing");
}

core::result<std::string> admin_store_on_postgres::list_suppressions(const principal& who,
                                                                     ports::page wanted) {
  params p;
  p.integer(who.organization);
  return page_of("SELECT jsonb_build_object('phoneNumber', '+' || s.phone, 'userId', s.user_id, "
                 "'reason', s.reason, 'evidence', s.evidence, "
                 "'stoppedAt', s.stopped_at, 'createdAt', s.created_at) AS j FROM suppression s "
                 "WHERE s.organization_no = $1::int ORDER BY s.no DESC",
                 "SELECT count(*) FROM suppression WHERE organization_no = $1::int", std::move(p),
                 wanted);
}

core::result<std::string> admin_store_on_postgres::list_audit(const principal& who,
                                                              ports::page wanted) {
  params p;
  p.integer(who.organization);
  return page_of("SELECT jsonb_build_object('at', a.at, 'actor', a.actor, 'source', a.source, "
                 "'action', a.action, 'subject', a.subject, "
                 "'detail', a.detail) AS j FROM audit_log a WHERE a.organization_no = $1::int "
                 "ORDER BY a.no DESC",
                 "SELECT count(*) FROM audit_log WHERE organization_no = $1::int", std::move(p),
                 wanted);
}

} // namespace stentor::postgres
