/// The admin store's recipients: pages of the list, what is added to it, the export. See
/// admin_store.hpp.

#include "adapters/postgres/campaign/admin_store_parts.hpp"

#include <utility>

namespace stentor::postgres {

using core::errc;
using core::error;

namespace {

const std::string recipient_json =
    "jsonb_build_object('id', r.id, 'campaignId', r.campaign_id, 'seq', r.seq, 'phoneNumber', "
    "r.phone_number, 'userId', r.user_id, "
    "'customerId', r.customer_id, 'name', r.name, 'variables', r.variables, 'status', r.status, "
    "'screenReason', r.screen_reason, "
    "'sentAt', r.sent_at, 'deliveredAt', r.delivered_at, 'readAt', r.read_at, 'failedAt', "
    "r.failed_at, 'errorCode', r.error_code, "
    "'errorMessage', r.error_message, 'retryCount', r.retry_count, 'lastRetryAt', r.last_retry_at, "
    "'respondedAt', r.responded_at, "
    "'responseMessage', r.response_message, 'messageId', r.message_id, 'messageSid', "
    "r.message_sid, 'phoneNumberId', r.phone_number_id, "
    "'line', r.line, 'createdAt', r.created_at, 'updatedAt', r.updated_at)";

bool known_state(std::string_view s) {
  constexpr std::string_view all = " pending sending sent delivered read failed responded "
                                   "opted_out screened in_doubt held cancelled expired ";
  return s.find(' ') == std::string_view::npos &&
         all.find(" " + std::string{s} + " ") != std::string_view::npos;
}

} // namespace

core::result<std::string> admin_store_on_postgres::list_recipients(const principal& who,
                                                                   std::string_view id,
                                                                   std::string_view status,
                                                                   ports::page wanted) {
  if (!status.empty() && !known_state(status))
    return error{errc::invalid, "status: expected pending, sending, sent, delivered, read, "
                                "responded, failed, opted_out, screened, in_doubt, "
                                "held, cancelled or expired"};
  const auto no = campaign_no_of(who, id);
  if (!no)
    return no.problem();
  const std::string from = " FROM recipient r WHERE r.campaign_no = $1::int";
  params a;
  a.integer(*no);
  if (status.empty()) { // every seq is there, so a page is a range
    const auto p = bounded(wanted);
    const auto first = static_cast<std::int64_t>(p.number - 1) * p.limit;
    a.integer(first);
    return json_of("SELECT jsonb_build_object('data', coalesce((SELECT jsonb_agg(" +
                       recipient_json + " ORDER BY r.seq)" + from +
                       " AND r.seq > $2::int8 AND r.seq <= $2::int8 + " + std::to_string(p.limit) +
                       "), '[]'), 'page', " + std::to_string(p.number) + ", 'limit', " +
                       std::to_string(p.limit) +
                       ", 'total', c.total_recipients) FROM campaign c WHERE c.no = $1::int",
                   std::move(a), "there is no campaign with this id");
  }
  a.text(status);
  const auto filtered = from + " AND r.status = $2::text";
  return page_of("SELECT " + recipient_json + " AS j" + filtered + " ORDER BY r.seq",
                 "SELECT count(*)" + filtered, std::move(a), wanted);
}

core::result<ports::import_report>
admin_store_on_postgres::add_recipients(const principal& who, std::string_view id,
                                        const std::vector<ports::recipient_input>& recipients) {
  return import_list(order(who, id), recipients);
}

core::result<std::unique_ptr<ports::recipient_import>>
admin_store_on_postgres::import_recipients(const principal& who, std::string_view id) {
  return begin_csv_import(order(who, id));
}

core::status
admin_store_on_postgres::export_recipients(const principal& who, std::string_view id,
                                           const std::function<bool(std::string_view)>& write) {
  const auto no = campaign_no_of(who, id);
  if (!no)
    return no.problem();
  auto db = own_connection("stentor export");
  if (!db)
    return db.problem();
  return db->copy_out("COPY (SELECT id, seq, phone_number AS \"phoneNumber\", user_id AS "
                      "\"userId\", name, status, screen_reason AS \"screenReason\", "
                      "sent_at AS \"sentAt\", delivered_at AS \"deliveredAt\", read_at AS "
                      "\"readAt\", failed_at AS \"failedAt\", "
                      "error_code AS \"errorCode\", error_message AS \"errorMessage\", retry_count "
                      "AS \"retryCount\", responded_at AS \"respondedAt\", "
                      "response_message AS \"responseMessage\", message_id AS \"messageId\", "
                      "phone_number_id AS \"phoneNumberId\", line, variables "
                      "FROM recipient WHERE campaign_no = " +
                          std::to_string(*no) +
                          " ORDER BY seq) TO STDOUT WITH (FORMAT csv, HEADER)",
                      write);
}

} // namespace stentor::postgres
