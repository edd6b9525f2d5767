/// The part of meta_service that is asked seldom: templates, numbers, subscriptions, and the
/// simulator's own endpoints.

#include "bench/simulator/meta/meta_errors.hpp"
#include "bench/simulator/meta/meta_service.hpp"
#include "bench/simulator/webhooks/webhook_body.hpp"

#include <nlohmann/json.hpp>

namespace stentor::load {
namespace {

using nlohmann::json;

/// The parts of a path between its slashes, without the query.
std::vector<std::string_view> parts_of(std::string_view path) {
  std::vector<std::string_view> parts;
  path = path.substr(0, path.find('?'));
  while (!path.empty()) {
    path.remove_prefix(1);
    const auto part = path.substr(0, path.find('/'));
    parts.push_back(part);
    path.remove_prefix(part.size());
  }
  return parts;
}

void take_share(const json& from, const char* name, double& to) {
  if (from.contains(name))
    to = from.at(name).get<double>();
}

void take_shares(const json& from, const char* name, std::vector<code_share>& to) {
  if (!from.contains(name))
    return;
  to.clear();
  for (const auto& [code, share] : from.at(name).items())
    to.push_back({std::stoi(code), share.get<double>()});
}

} // namespace

std::string meta_service::number_json(const std::string& id) const {
  const json number{{"id", id},
                    {"display_phone_number", "+" + display_number(id)},
                    {"verified_name", "Stentor simulator"},
                    {"quality_rating", "GREEN"},
                    {"status", "CONNECTED"},
                    {"name_status", "APPROVED"},
                    {"code_verification_status", "VERIFIED"},
                    {"throughput", {{"level", "STANDARD"}}},
                    {"whatsapp_business_manager_messaging_limit", "TIER_UNLIMITED"},
                    {"platform_type", "CLOUD_API"},
                    {"account_mode", "LIVE"}};
  return number.dump();
}

void meta_service::manage(http2_connection& connection, http2_stream& stream) {
  const std::string path = stream.path;
  if (path.starts_with("/_simulator/"))
    return control(connection, stream, std::string_view{path}.substr(12));
  connection_faults(connection);
  if (!stream.authorized)
    return refuse(connection, stream, 190);
  const auto parts = parts_of(path);
  const auto question = path.find('?');
  const auto query = question == std::string::npos ? std::string_view{}
                                                   : std::string_view{path}.substr(question + 1);
  const auto last = parts.size() == 3 ? parts[2] : std::string_view{};
  if (take_media(connection, stream, parts, query))
    return;
  if (change_templates(stream, parts, query)) {
    return answer(connection, stream, stream.status);
  } else if (!stream.post && last == "message_templates") {
    stream.answer = templates_.list(std::string_view{path}.substr(0, question), query);
  } else if (!stream.post && last == "phone_numbers") {
    std::string data;
    for (const auto& each : numbers_)
      data += (data.empty() ? "" : ",") + number_json(each.id);
    stream.answer = R"({"data":[)" + data + "]}";
  } else if (last == "subscribed_apps") {
    if (stream.post)
      webhooks_.verify();
    stream.answer = stream.post ? R"({"success":true})" : R"({"data":[]})";
  } else if (!stream.post && parts.size() == 2 &&
             (settings_.numbers.empty() || number_by_id_.contains(parts[1]))) {
    stream.answer = number_json(std::string{parts[1]});
  } else {
    return refuse(
        connection, stream, 33,
        "Unsupported request. Object with this ID does not exist or permissions are missing.");
  }
  answer(connection, stream, 200);
}

/// POST of files. @return whether it was one; then it is answered
bool meta_service::take_media(http2_connection& connection, http2_stream& stream,
                              const std::vector<std::string_view>& parts, std::string_view query) {
  const auto last = parts.size() == 3 ? parts[2] : std::string_view{};
  media_answer done;
  if (!stream.post)
    return false;
  if (last == "media" && number_index(parts[1]) >= 0)
    done = media_.upload(parts[1], stream.content_type, stream.body, now_us() / 1000);
  else if (last == "uploads")
    done = media_.open_session(query);
  else if (parts.size() == 2 && parts[1].starts_with("upload:"))
    done = media_.take_sample(std::string_view{stream.path}.substr(stream.path.find("upload:")),
                              stream.file_offset, stream.body);
  else
    return false;
  if (settings_.faults.fail_uploads > 0) {
    --settings_.faults.fail_uploads;
    refuse(connection, stream, 131000);
  } else if (!done.refusal.empty()) {
    refuse(connection, stream, 100, done.refusal);
  } else {
    stream.answer = std::move(done.text);
    answer(connection, stream, 200);
  }
  return true;
}

/// POST and DELETE of templates. @return whether it was one; answer and status are in the stream
bool meta_service::change_templates(http2_stream& stream,
                                    const std::vector<std::string_view>& parts,
                                    std::string_view query) {
  const auto now = now_us() / 1000;
  templates_.review(now);
  template_change done;
  auto* const which = parts.size() >= 2 ? templates_.find_id(parts[1]) : nullptr;
  const auto last = parts.size() == 3 ? parts[2] : std::string_view{};
  if (const auto handle = stream.post ? media_.unknown_handle(stream.body) : std::string{};
      !handle.empty())
    done = {.answer = {},
            .code = 100,
            .subcode = 2388273,
            .title = "Invalid sample",
            .words = "There is no upload " + handle + "."};
  else if (stream.post && last == "message_templates")
    done = templates_.create(stream.body, now);
  else if (stream.remove && last == "message_templates")
    done = templates_.remove(query_value(query, "name"), query_value(query, "hsm_id"));
  else if (stream.post && which != nullptr && parts.size() == 2)
    done = templates_.edit(*which, stream.body, now);
  else if (stream.post && which != nullptr && last == "unpause")
    done = template_catalog::unpause(*which);
  else
    return false;
  stream.status = done.code == 0 ? 200 : 400;
  stream.answer = std::move(done.answer);
  if (done.code != 0)
    stream.answer = json{{"error",
                          {{"message", "Invalid parameter"},
                           {"type", "OAuthException"},
                           {"code", done.code},
                           {"error_subcode", done.subcode},
                           {"error_user_title", done.title},
                           {"error_user_msg", done.words},
                           {"fbtrace_id", "A"}}}}
                        .dump();
  return true;
}

core::status meta_service::change_faults(std::string_view body) {
  try {
    const auto wanted = json::parse(body);
    auto faults = settings_.faults;
    take_shares(wanted, "errors", faults.errors);
    take_shares(wanted, "failures", faults.failures);
    take_share(wanted, "delivered", faults.delivered);
    take_share(wanted, "read", faults.read);
    take_share(wanted, "reply", faults.reply);
    take_share(wanted, "stop", faults.stop);
    take_share(wanted, "drop_answer", faults.drop_answer);
    take_share(wanted, "stall", faults.stall);
    take_share(wanted, "duplicate", faults.duplicate);
    take_share(wanted, "reorder", faults.reorder);
    take_share(wanted, "delay", faults.delay);
    take_share(wanted, "latency_median_ms", faults.latency_median_ms);
    take_share(wanted, "latency_p99_ms", faults.latency_p99_ms);
    faults.goaway_every = wanted.value("goaway_every", faults.goaway_every);
    faults.reset_every = wanted.value("reset_every", faults.reset_every);
    faults.pace_after = wanted.value("pace_after", faults.pace_after);
    faults.pace_for_ms = wanted.value("pace_for_ms", faults.pace_for_ms);
    faults.webhooks_paused = wanted.value("webhooks_paused", faults.webhooks_paused);
    faults.foreign_status = wanted.value("foreign_status", faults.foreign_status);
    faults.foreign_body = wanted.value("foreign_body", faults.foreign_body);
    faults.fail_uploads = wanted.value("fail_uploads", faults.fail_uploads);
    settings_.faults = faults;
    if (wanted.value("goaway_now", false))
      server_.go_away_all();
    if (wanted.value("reset_now", false))
      server_.reset_all();
    if (wanted.value("forget_media", false))
      media_.forget();
    const auto statuses = wanted.value("template_status", json::object());
    for (const auto& [name, status] : statuses.items())
      if (!templates_.set_status(name, status.get<std::string>()))
        return core::error{core::errc::not_found, "there is no template " + name};
  } catch (const std::exception& problem) {
    return core::error{core::errc::invalid,
                       std::string{"the faults are not understood: "} + problem.what()};
  }
  return core::ok{};
}

void meta_service::control(http2_connection& connection, http2_stream& stream,
                           std::string_view path) {
  if (path == "figures" && !stream.post) {
    stream.answer = metrics();
  } else if (path == "truth" && !stream.post) {
    stream.answer = truth_.read_back();
  } else if (path == "faults" && stream.post) {
    const auto changed = change_faults(stream.body);
    stream.answer = changed ? std::string{R"({"success":true})"}
                            : json{{"error", changed.error().message}}.dump();
    return answer(connection, stream, changed ? 200 : 400);
  } else {
    stream.answer = R"({"error":"the simulator knows GET figures, GET truth and POST faults"})";
    return answer(connection, stream, 404);
  }
  answer(connection, stream, 200);
}

std::string meta_service::metrics() const {
  const auto sent = webhooks_.count();
  std::uint64_t refused = 0;
  json by_code = json::object();
  for (const auto& [code, count] : refused_) {
    by_code[std::to_string(code)] = count;
    refused += count;
  }
  const json all{{"accepted", accepted_},
                 {"refused", refused},
                 {"refused_by_code", by_code},
                 {"unanswered", unanswered_},
                 {"people", people_.size()},
                 {"stopped_people", stopped_.size()},
                 {"numbers", numbers_.size()},
                 {"connections", server_.connections()},
                 {"timers", wheel_.size()},
                 {"webhook_posts", sent.posts},
                 {"webhook_posts_acknowledged", sent.acknowledged_posts},
                 {"webhook_posts_refused", sent.refused_posts},
                 {"webhook_updates_acknowledged", sent.acknowledged_items},
                 {"webhook_updates_waiting", sent.waiting},
                 {"webhook_updates_given_up", sent.given_up},
                 {"webhook_verified", sent.verified},
                 {"media", json::parse(media_.figures())},
                 {"quiet", wheel_.size() == 0 && sent.waiting == 0}};
  return all.dump();
}

} // namespace stentor::load
