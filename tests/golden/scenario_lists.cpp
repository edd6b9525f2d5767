/// The scenario's steps before anything is sent. See scenario.hpp.

#include "tests/golden/plan_view.hpp"
#include "tests/golden/scenario.hpp"

#include <algorithm>
#include <sstream>

namespace stentor::testing {

namespace {

/// "# TYPE stentor_… counter" of each metric: figures and labels depend on the moment.
json metric_types(const std::string& text) {
  auto types = json::array();
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("# TYPE "))
      types.push_back(line.substr(7));
  std::sort(types.begin(), types.end());
  return types;
}

/// Who reads the whole document reads src/api; what it promises is this.
json promised_operations(const json& document) {
  json all{{"openapi", document.value("openapi", "")}, {"operations", json::object()}};
  for (const auto& [path, methods] : document["paths"].items())
    for (const auto& [method, operation] : methods.items())
      if (operation.is_object()) {
        auto& shown = all["operations"][path][method];
        shown["operationId"] = operation.value("operationId", "");
        shown["responses"] = json::array();
        const auto responses = operation.value("responses", json::object());
        for (const auto& answer : responses.items())
          shown["responses"].push_back(answer.key());
      }
  const auto schemas = document.value(json::json_pointer{"/components/schemas"}, json::object());
  for (const auto& schema : schemas.items())
    all["schemas"].push_back(schema.key());
  return all;
}

json first_word_of_page(const std::string& html) {
  return html.substr(0, html.find("<h1>")) + html.substr(html.find("</h1>"));
}

} // namespace

void scenario::look_at_the_system() {
  const auto open = [&](const std::string& name, const std::string& target, const view& how = {}) {
    golden_.ask(name, {.method = "GET", .target = target}, how);
  };
  open("system_healthz", "/healthz");
  open("system_readyz", "/readyz");
  open("system_metrics", "/metrics", {.read = metric_types});
  open("system_front_page", "/", {.read = first_word_of_page});
  open("system_openapi", "/api/openapi.json", {.arrange = promised_operations});
  open("system_openapi_short", "/openapi.json", {.arrange = promised_operations});
  golden_.ask("system_status", "GET", "/api/status", {},
              {.varying = {{"alarms", "version"}, true}});
}

/// The template that was just made comes with the next synchronisation.
void scenario::change_template(const json& made) {
  const auto at = "/api/whatsapp/templates/" + made["data"][0]["id"].get<std::string>();
  golden_.ask("templates_sync_made", "POST", "/api/whatsapp/templates/sync", {},
              {.arrange = [](const json& list) {
                return json{{"total", list["total"]}};
              }});
  golden_.ask("template_edit", "PUT", at,
              {{"components", {{{"type", "BODY"}, {"text", "Another offer."}}}}});
  golden_.ask("template_unpause", "POST", at + "/unpause");
  golden_.ask("template_unpause_paused", "POST",
              "/api/whatsapp/templates/1689556908129805/unpause");
  golden_.ask("template_delete", "DELETE", at);
}

void scenario::look_at_templates_and_numbers() {
  golden_.ask("templates_sync", "POST", "/api/whatsapp/templates/sync");
  golden_.ask("templates_list", "GET", "/api/whatsapp/templates");
  golden_.ask("templates_list_filtered", "GET",
              "/api/whatsapp/templates?name=S&category=marketing&status=approved&limit=1");
  const std::string tour = "/api/whatsapp/templates/1689556908129801";
  golden_.ask("template_show", "GET", tour);
  golden_.ask("template_preview_examples", "POST", tour + "/preview", json::object());
  const json sale{
      {"name", "spring_sale"},
      {"category", "UTILITY"},
      {"languages",
       {{{"language", "pt_BR"}, {"components", {{{"type", "BODY"}, {"text", "An offer."}}}}},
        {{"language", "en_US"}, {"components", {{{"type", "BODY"}, {"text", "News."}}}}}}}};
  const auto made = golden_.ask("template_create", "POST", "/api/whatsapp/templates", sale,
                                {.varying = {{"id"}, false}});
  golden_.ask("template_create_again", "POST", "/api/whatsapp/templates", sale);
  change_template(json::parse(made.body));
  golden_.ask("template_preview", "POST", tour + "/preview",
              {{"variables", {{"1", "{{name:title|friend}}"}, {"2", "{{to}}"}, {"button.0", "x"}}},
               {"values", {{"name", "ANA"}}},
               {"to", "+5511912345678"}});
  golden_.ask("numbers_list", "GET", "/api/whatsapp/numbers");
  golden_.ask("nodes_list", "GET", "/api/nodes", {}, {.varying = {{"host", "version"}, false}});
  golden_.ask("portfolios_list", "GET", "/api/whatsapp/portfolios");
  golden_.ask("quality_history", "GET", "/api/whatsapp/quality-history?subject=number");
  golden_.ask("quality_history_unknown", "GET", "/api/whatsapp/quality-history?subject=weather");
  golden_.ask("number_pause", "POST", "/api/whatsapp/numbers/106540352242901/pause");
  golden_.ask("number_resume", "POST", "/api/whatsapp/numbers/106540352242901/resume");
}

void scenario::keep_media() {
  const std::string path = "/api/whatsapp/media";
  const std::string png{"\x89PNG\r\n\x1A\n\0\0\0\rIHDR of the scenario", 32};
  const auto send = [&](const std::string& name, const std::string& type) {
    return golden_.ask(name, {.method = "POST",
                              .target = path + "?name=sale.png",
                              .token = golden_.token(),
                              .body = png,
                              .type = type});
  };
  const auto id = json::parse(send("media_upload", "image/png").body).value("id", "");
  golden_.values().name(id, "<media>");
  send("media_upload_again", "image/png");
  send("media_upload_as_jpeg", "image/jpeg");
  send("media_upload_as_audio", "audio/ogg");
  golden_.ask("media_list", "GET", path);
  golden_.ask("media_show", "GET", path + "/" + id);
  const json wanted{{"name", "picture_sale"},
                    {"category", "MARKETING"},
                    {"languages",
                     {{{"language", "en_US"},
                       {"components",
                        {{{"type", "HEADER"},
                          {"format", "IMAGE"},
                          {"example", {{"header_handle", {"media:" + id}}}}},
                         {{"type", "BODY"}, {"text", "A sale."}}}}}}}};
  const auto made = golden_.ask("template_create_with_sample", "POST", "/api/whatsapp/templates",
                                wanted, {.varying = {{"id"}, false}});
  golden_.ask("media_delete", "DELETE", path + "/" + id);
  golden_.ask("media_show_deleted", "GET", path + "/" + id);
  const auto of_template = json::parse(made.body)["data"][0]["id"].get<std::string>();
  env_.api.call("POST", "/api/whatsapp/templates/sync");
  env_.api.call("DELETE", "/api/whatsapp/templates/" + of_template);
}

void scenario::keep_customers() {
  const auto person = [](const char* phone, const char* name, const char* city) {
    return json{{"phoneNumber", phone}, {"name", name}, {"attributes", {{"city", city}}}};
  };
  auto refuser = person("+4915112345612", "Finn", "Faro");
  refuser["marketingOptIn"] = false;
  const json people{
      {"customers",
       {person("+4915112345610", "Dora", "Porto"), person("+4915112345611", "Emil", "Lisbon"),
        refuser, person("12", "Nobody", "Nowhere")}}};
  golden_.ask("customers_upsert_new", "POST", "/api/whatsapp/customers", people);
  golden_.ask("customers_upsert_known", "POST", "/api/whatsapp/customers",
              {{"customers", {person("+4915112345610", "Dora", "Lisbon")}}});
  golden_.ask("customers_list", "GET", "/api/whatsapp/customers");
  const auto all = golden_.ask("customers_page", "GET", "/api/whatsapp/customers?limit=1", {},
                               {.varying = {{"nextCursor"}}});
  golden_.ask("customer_get", "GET",
              "/api/whatsapp/customers/" +
                  json::parse(all.body)["data"][0]["id"].get<std::string>());
  change_customers();
}

void scenario::change_customers() {
  golden_.ask("customers_upsert_passing", "POST", "/api/whatsapp/customers",
              {{"customers", {{{"userId", "DE.7700"}, {"name", "Gina"}, {"tags", {"vip"}}}}}});
  const auto found =
      golden_.ask("customers_by_user_id", "GET", "/api/whatsapp/customers?userId=DE.7700");
  const auto path =
      "/api/whatsapp/customers/" + json::parse(found.body)["data"][0]["id"].get<std::string>();
  golden_.ask("customer_change", "PATCH", path,
              {{"phoneNumber", "+4915112345619"},
               {"timeZone", "Europe/Lisbon"},
               {"language", "pt_PT"},
               {"tags", nullptr},
               {"attributes", {{"city", "Faro"}}}});
  golden_.ask("customer_delete", "DELETE", path);
  golden_.ask("customer_events", "POST", "/api/whatsapp/customers/events",
              {{"events",
                {{{"phoneNumber", "+4915112345610"},
                  {"name", "saleDetails"},
                  {"createdAt", "2026-11-20T10:02:00Z"},
                  {"value", 45000},
                  {"currency", "INR"},
                  {"sourceId", "sale-881"},
                  {"properties", {{"destination", "Bali Premium"}, {"nights", 5}}}},
                 {{"phoneNumber", "+4915112345610"}, {"name", "saleDetails"}}}}});
  golden_.ask("attribute_put", "PUT", "/api/whatsapp/attributes/spent", {{"type", "number"}});
  golden_.ask("attributes_list", "GET", "/api/whatsapp/attributes");
  const auto imported =
      golden_.ask("customers_import_csv", {.method = "POST",
                                           .target = "/api/whatsapp/customers",
                                           .token = golden_.token(),
                                           .body = "phone,name,spent\n+4915112345611,Emil,12.50\n"
                                                   "+4915112345612,,much\n",
                                           .type = "text/csv"});
  const auto import =
      "/api/whatsapp/imports/" + json::parse(imported.body)["id"].get<std::string>();
  golden_.ask("import_show", "GET", import);
  golden_.ask("import_problems", "GET", import + "/problems");
  golden_.ask("imports_list", "GET", "/api/whatsapp/imports?kind=customers");
}

void scenario::keep_suppressions() {
  const std::string path = "/api/whatsapp/suppressions";
  golden_.ask("suppressions_empty", "GET", path);
  golden_.ask("suppressions_add_phone", "POST", path,
              {{"phoneNumber", "+4915112345606"}, {"reason", "asked by telephone"}});
  golden_.ask("suppressions_add_user", "POST", path, {{"userId", "DE.1234567890"}});
  golden_.ask("suppressions_add_second", "POST", path, {{"phoneNumber", "+4915112345609"}});
  golden_.ask("suppressions_list", "GET", path);
  golden_.ask("suppressions_page", "GET", path + "?limit=1&page=2");
  golden_.ask("suppressions_lift", "DELETE", path + "/+4915112345609");
  golden_.ask("suppressions_lifted", "GET", path);
}

void scenario::keep_segments() {
  const std::string path = "/api/whatsapp/segments";
  const auto of = [](const char* city) {
    return json{
        {"conditions", {{{"field", "attributes.city"}, {"operator", "eq"}, {"value", city}}}}};
  };
  const auto made =
      golden_.ask("segment_create", "POST", path, {{"name", "Lisbon"}, {"query", of("Lisbon")}});
  const auto id = json::parse(made.body).value("id", "");
  golden_.values().name(id, "<Lisbon>");
  golden_.ask("segment_create_twice", "POST", path, {{"name", "Lisbon"}, {"query", of("Faro")}});
  golden_.ask(
      "segment_create_wrong", "POST", path,
      {{"name", "Wrong"},
       {"query", {{"conditions", {{{"field", "a"}, {"operator", "gt"}, {"value", {1}}}}}}}});
  // Which index the planner takes, and how long it is, depend on the moment.
  const view counted{.varying = {{"millis", "cost", "rows"}}, .arrange = [](const json& answer) {
                       auto kept = answer;
                       kept["plan"].erase("uses");
                       return kept;
                     }};
  golden_.ask("segment_preview", "POST", path + "/preview", {{"segmentId", id}}, counted);
  golden_.ask("segment_preview_query", "POST", path + "/preview", {{"query", of("Faro")}}, counted);
  golden_.ask("segment_preview_nothing", "POST", path + "/preview", json::object());
  golden_.ask("segment_update", "PUT", path + "/" + id, {{"description", "Who lives there"}});
  golden_.ask("segment_get", "GET", path + "/" + id);
  golden_.ask("segments_list", "GET", path);
  golden_.ask("segment_fields", "GET", path + "/fields");
  const auto other = json::parse(
      golden_
          .ask("segment_create_naming", "POST", path,
               {{"name", "In Lisbon"},
                {"query",
                 {{"conditions", {{{"field", "segment"}, {"operator", "in"}, {"value", {id}}}}}}}})
          .body);
  golden_.values().name(other.value("id", ""), "<In Lisbon>");
  golden_.ask("segment_delete_named", "DELETE", path + "/" + id);
  golden_.ask("segment_delete", "DELETE", path + "/" + other.value("id", ""));
}

void scenario::look_at_jobs() {
  const std::string path = "/api/whatsapp/jobs";
  golden_.ask("jobs_none", "GET", path);
  const auto id = env_.database.sql("INSERT INTO job (organization_no, kind, actor) SELECT no, "
                                    "'freeze', 'token' FROM organization ORDER BY no LIMIT 1 "
                                    "RETURNING id");
  golden_.ask("jobs_list", "GET", path + "?state=waiting");
  golden_.ask("job_show", "GET", path + "/" + id);
  golden_.ask("job_cancel", "DELETE", path + "/" + id);
}

void scenario::make_drafts() {
  full_ = create(
      "everything",
      draft_of("Everything",
               {{"description", "All that a draft can say."},
                {"templateId", "1234567890"},
                {"targetType", "segment"},
                {"segmentQuery",
                 {{"conditions",
                   {{{"field", "attributes.city"}, {"operator", "eq"}, {"value", "Lisbon"}}}}}},
                {"scheduledFor", "2099-06-01T10:00:00Z"},
                {"expiresAt", "2099-06-08T10:00:00+02:00"},
                {"rateLimit", 600},
                {"retryFailed", false},
                {"maxRetries", 1},
                {"inDoubtPolicy", "resend"},
                {"sendWindow",
                 {{"days", {1, 2, 3, 4, 5}},
                  {"from", "09:00"},
                  {"until", "18:30"},
                  {"timeZone", "Europe/Berlin"}}},
                {"tags", {"summer", "sea"}}}));
  newsletter_ = create("newsletter", draft_of("Newsletter"));
  unused_ = create("unused", {{"name", "Unused"}, {"templateName", "hello_world"}});
  golden_.ask("campaign_get_draft", "GET", campaign(full_));
  golden_.ask("campaign_stats_draft", "GET", campaign(unused_, "/stats"));
  golden_.ask("campaigns_list", "GET", campaigns_path);
  golden_.ask("campaigns_list_page", "GET", std::string{campaigns_path} + "?limit=1&page=2");
  for (const auto* status : {"draft", "sending"})
    golden_.ask("campaigns_list_" + std::string{status}, "GET",
                std::string{campaigns_path} + "?status=" + status);
}

void scenario::change_drafts() {
  golden_.ask("campaign_update_some", "PUT", campaign(full_),
              {{"name", "Everything, renamed"}, {"rateLimit", 60}, {"tags", {"winter"}}});
  golden_.ask("campaign_update_clear", "PUT", campaign(full_),
              {{"description", nullptr},
               {"scheduledFor", nullptr},
               {"rateLimit", nullptr},
               {"sendWindow", nullptr},
               {"numberIds", nullptr},
               {"tags", nullptr}});
  golden_.ask("campaign_update_nothing", "PUT", campaign(unused_), json::object());
}

void scenario::import_lists() {
  upload("recipients_import_csv", newsletter_,
         "phone,name,destination,marketing_opt_in\n"
         "+4915112345601,Ana,Lisbon,yes\n"
         "+4915112345602,Ben,\"Porto, and the sea\",yes\n"
         "nobody,Eve,Faro,yes\n"
         "+4915112345601,Ana again,Lisbon,yes\n"
         "+4915112345603,Cid,,yes\n"
         "+4915112345604,Dan,Rome,no\n"
         ",Nameless,Rome,yes\n"
         "+4915112345605,Eva,Rome,yes,more,than,columns\n"
         "+4915112345606,Fay,Rome,yes\n"
         "\"+49151123456\"07,Gil,Rome,yes\n");
  golden_.ask("recipients_add_json", "POST", campaign(newsletter_, "/recipients"),
              {{"recipients",
                {{{"phoneNumber", "+4915112345608"},
                  {"name", "Hal"},
                  {"variables", {{"destination", "Oslo"}, {"seat", 12}}},
                  {"marketingOptIn", true}},
                 {{"phoneNumber", "+49151"}, {"name", "Short"}},
                 {{"phoneNumber", "+4915112345612"}, {"name", "Finn"}}}}});
  upload("refuse_import_without_phone_column", newsletter_, "name,city\nAna,Lisbon\n");
  upload("refuse_import_empty", newsletter_, "\n");
  golden_.ask("campaign_get_with_list", "GET", campaign(newsletter_));
  golden_.ask("recipients_list_before_sending", "GET", campaign(newsletter_, "/recipients"));
  golden_.ask("recipients_page", "GET", campaign(newsletter_, "/recipients?limit=2&page=2"));
  golden_.ask("person_on_a_list", "GET", "/api/whatsapp/people/+4915112345608");
  golden_.ask("recipient_timeline_pending", "GET", campaign(newsletter_, "/recipients/1"));
  golden_.ask("recipients_export_draft", "GET", campaign(newsletter_, "/export"));
}

void scenario::check_before_sending() {
  golden_.ask("preflight_ready", "POST", campaign(newsletter_, "/preflight"), {}, plan_view);
  golden_.ask("recipient_preview", "GET", campaign(newsletter_, "/recipients/1/preview"));
  golden_.ask("preflight_empty_list", "POST", campaign(unused_, "/preflight"), {}, plan_view);
  const auto unknown =
      create("unknown_template", draft_of("Unknown template", {{"templateName", "never_made"}}));
  golden_.ask("preflight_unknown_template", "POST", campaign(unknown, "/preflight"), {}, plan_view);
  golden_.ask("refuse_send_unknown_template", "POST", campaign(unknown, "/send"));
  golden_.ask("refuse_send_empty_list", "POST", campaign(unused_, "/send"));
}

} // namespace stentor::testing
