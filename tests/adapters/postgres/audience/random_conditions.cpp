#include "tests/adapters/postgres/audience/random_conditions.hpp"

namespace stentor::postgres::testing {

using nlohmann::json;

namespace {

constexpr const char* texts[] = {
    "Bali",       "bali beach", "BALI",  "Oslo",  "",      "a'b",          "a\"b",
    "a\\b",       "$1",         "%_",    ".*",    "[a-z]", "x\ny",         "ÄRGER",
    "ärger",      "Straße",     "Ωmega", "ωMEGA", "ДОМ",   "дом",          "😀",
    "\x01",       "null",       "true",  "10",    "9",     "*)--",         "^a$",
    "2026-11-20", "now",        "İ",     "ı",     "K",     "\xE2\x84\xAA", "2024-05-01T10:00:00Z"};
constexpr const char* numbers[] = {"0",
                                   "1",
                                   "-1",
                                   "1.0",
                                   "0.1",
                                   "0.10",
                                   "1e2",
                                   "100",
                                   "-0.5",
                                   "1e300",
                                   "9007199254740993",
                                   "123456789012345678901.5",
                                   "1e-20"};
constexpr const char* names[] = {"a", "b", "c", "a'b", "x y", "ü"};
constexpr const char* times[] = {"now",
                                 "now-1d",
                                 "now-30d",
                                 "now-1M/M",
                                 "now/d",
                                 "now+1d",
                                 "2026-11-20",
                                 "2026-11",
                                 "2026-10-25T00:30:00Z",
                                 "2026-11-27T12:00:00+05:30"};

} // namespace

json random_conditions::text() {
  return one_of(texts);
}
json random_conditions::number() {
  return json::parse(one_of(numbers));
}
json random_conditions::time() {
  return one_of(times);
}
json random_conditions::scalar() {
  switch (below(5)) {
  case 0:
    return below(2) == 0;
  case 1:
  case 2:
    return number();
  default:
    return text();
  }
}

std::string random_conditions::path() {
  std::string made = below(2) == 0 ? "attributes." : "";
  for (auto parts = 1 + below(3); parts > 0; --parts)
    made += std::string{one_of(names)} + (parts > 1 ? "." : "");
  return made;
}

json random_conditions::attributes(int depth) {
  json made = json::object();
  for (auto n = below(4) + 1; n > 0; --n) {
    auto& place = made[one_of(names)];
    const auto some = [&]() -> json {
      switch (below(depth < 3 ? 8 : 4)) {
      case 0:
        return nullptr;
      case 4:
      case 5:
        return attributes(depth + 1);
      default:
        return scalar();
      }
    };
    if (below(3) > 0) {
      place = some();
      continue;
    }
    place = json::array();
    for (auto items = below(4); items > 0; --items)
      place.push_back(below(8) == 0 ? json::array({some(), json::array({some()})}) : some());
  }
  return made;
}

/// Few values, so that leaves about one element meet some and miss others.
json random_conditions::trip() {
  json made{{"to", one_of({"Bali", "Oslo"})}, {"year", 2024 + below(2)}};
  if (below(4) == 0)
    made["to"] = json::array({made["to"], one_of({"Bali", "Rome"})});
  if (below(4) == 0)
    made["stops"] = json::array({{{"in", below(2)}, {"out", below(2)}}, {{"in", below(2)}}});
  return made;
}

json random_conditions::trip_leaf(const std::string& before) {
  switch (below(5)) {
  case 0:
    return {{"field", before + "to"},
            {"operator", one_of({"eq", "ne"})},
            {"value", one_of({"Bali", "Rome"})}};
  case 1:
    return {{"field", before + "to"},
            {"operator", one_of({"contains", "startsWith"})},
            {"value", one_of({"b", "OS"})}};
  case 2:
    return {{"field", before + "stops.in"}, {"operator", "eq"}, {"value", below(2)}};
  case 3:
    return {{"field", before + "stops.out"}, {"operator", "eq"}, {"value", below(2)}};
  default:
    return {{"field", before + "year"},
            {"operator", one_of({"eq", "gt", "lte"})},
            {"value", 2024 + below(2)}};
  }
}

json random_conditions::customer(int no) {
  json made{{"attributes", attributes()}, {"marketing_opt_in", below(3) > 0}};
  const auto maybe = [&](const char* column, json value) {
    if (below(3) > 0)
      made[column] = std::move(value);
  };
  for (auto n = below(4); n > 0; --n)
    made["attributes"]["trips"].push_back(trip());
  maybe("name", text());
  if (below(4) > 0)
    made["phone"] = 4915100000000 + no;
  if (!made.contains("phone") || below(2) == 0)
    made["user_id"] = "DE." + std::to_string(no);
  maybe("country", one_of({"DE", "IN", "BR"}));
  maybe("language", one_of({"de", "en_US"}));
  maybe("time_zone", "Europe/Berlin");
  maybe("marketing_opt_in_at", "2026-01-01T00:00:00Z");
  maybe("marketing_opt_out_at", "2026-02-01T00:00:00Z");
  made["tags"] = json::array();
  for (auto n = below(3); n > 0; --n)
    made["tags"].push_back(text());
  made["created_at"] = one_of({"2026-11-20T00:00:00Z", "2026-10-25T00:30:00Z",
                               "2026-11-27T22:59:59.999Z", "2024-11-28T10:00:00Z"});
  made["updated_at"] = one_of({"2026-11-27T23:00:00Z", "2026-11-27T06:30:00Z"});
  return made;
}

json random_conditions::event() {
  json made{{"name", one_of({"sale", "cart.abandoned"})},
            {"at", one_of({"2026-11-20T00:00:00Z", "2026-11-27T23:30:00Z", "2026-11-27T06:30:00Z",
                           "2026-10-30T10:00:00Z", "2027-01-01T00:00:00Z"})},
            {"properties", attributes(1)}};
  made["properties"].update(trip());
  if (below(3) > 0)
    made["value_micros"] = one_of({"1000000", "500000", "-1", "0", "100000000"});
  if (below(3) > 0)
    made["currency"] = one_of({"EUR", "INR"});
  return made;
}

json random_conditions::compared(std::string field) {
  json made{{"field", std::move(field)}};
  const auto with = [&](const char* name, json value) {
    made["operator"] = name;
    made["value"] = std::move(value);
    return made;
  };
  switch (below(9)) {
  case 0:
    return with(one_of({"gt", "gte", "lt", "lte"}), below(2) == 0 ? text() : number());
  case 1:
    return with(one_of({"contains", "notContains", "startsWith", "endsWith"}),
                json(std::string{one_of({"a", "B", "ä", "BALI", ".", "x\n", "ω", "К", "k", "'",
                                         "\\", "$1", "Ом", "s", "ss"})}));
  case 2: {
    auto pair = below(2) == 0 ? json::array({number(), number()}) : json::array({text(), text()});
    return with("between", std::move(pair));
  }
  case 3: {
    auto values = json::array();
    for (auto n = 1 + below(below(3) == 0 ? 30 : 3); n > 0; --n)
      values.push_back(scalar());
    return with(one_of({"in", "notIn"}), std::move(values));
  }
  case 4:
    made["operator"] = one_of({"exists", "notExists"});
    return made;
  case 5:
    return with(one_of({"gt", "lte"}), time());
  case 6:
    return below(2) == 0 ? with("anniversary", time())
                         : with(one_of({"within", "notWithin"}), "30d");
  default:
    return with(one_of({"eq", "eq", "ne"}), scalar());
  }
}

json random_conditions::compared_time(std::string field) {
  json made{{"field", std::move(field)},
            {"operator", one_of({"eq", "ne", "gt", "gte", "lt", "lte"})},
            {"value", time()}};
  switch (below(4)) {
  case 0:
    made["operator"] = one_of({"within", "notWithin"});
    made["value"] = one_of({"1d", "30d", "90m", "1M"});
    break;
  case 1:
    made["operator"] = "between";
    made["value"] = json::array({time(), time()});
    break;
  case 2:
    made["operator"] = "anniversary";
    break;
  default:
    break;
  }
  return made;
}

json random_conditions::column_leaf() {
  switch (below(7)) {
  case 0:
    return compared_time(one_of({"createdAt", "updatedAt"}));
  case 1:
    return {
        {"field", "marketingOptIn"}, {"operator", one_of({"eq", "ne"})}, {"value", below(2) == 0}};
  case 2:
    return {{"field", "consent.marketing"},
            {"operator", one_of({"eq", "ne"})},
            {"value", one_of({"granted", "assumed", "withdrawn", "none"})}};
  case 3:
    return {{"field", "phoneNumber"},
            {"operator", one_of({"in", "notIn"})},
            {"value", {"+4915100000001", "+4915100000005", "+4915100000009"}}};
  case 4:
    return {{"field", one_of({"tags", "country", "language"})},
            {"operator", one_of({"eq", "ne", "gt", "contains", "endsWith"})},
            {"value", one_of({"DE", "de", "Bali", "en_US", "a'b"})}};
  case 5:
    return {{"field", one_of({"tags", "timeZone", "userId", "phoneNumber", "name"})},
            {"operator", one_of({"exists", "notExists"})}};
  default:
    return {{"field", one_of({"name", "tags"})},
            {"operator", one_of({"in", "notIn"})},
            {"value", json::array({text(), text()})}};
  }
}

json random_conditions::amounts() {
  json made{{one_of({"eq", "ne", "gt", "gte", "lt", "lte"}),
             json::parse(one_of({"0", "1", "2", "0.5", "101"}))}};
  if (below(4) == 0)
    made[one_of({"gte", "lte"})] = 1;
  return made;
}

json random_conditions::event_leaf() {
  const std::string event = one_of({"sale", "cart.abandoned", "never"});
  if (event != "never" && below(3) > 0)
    switch (below(4)) {
    case 0:
      return compared_time(event + "." + one_of({"at", "createdAt"}));
    case 1:
      return {{"field", event + ".value"},
              {"operator", one_of({"eq", "ne", "gt", "lte"})},
              {"value", json::parse(one_of({"1", "0.5", "100", "0"}))}};
    case 2:
      return {{"field", event + ".currency"},
              {"operator", one_of({"eq", "ne", "lt"})},
              {"value", "EUR"}};
    default:
      return compared(event + "." + one_of(names));
    }
  json made{{"field", event}, {"operator", one_of({"count", "sum", "avg", "first", "last"})}};
  const bool ends = made["operator"] == "first" || made["operator"] == "last";
  made["value"] = amounts();
  if (ends && below(2) == 0)
    made["value"] = {{one_of({"gt", "lte", "ne"}), time()}};
  else if (ends)
    made["of"] = "value";
  if (made["operator"] != "count" && !made.contains("of") && !ends && below(2) == 0)
    made["of"] = one_of(names);
  if (ends && made.contains("of") && below(2) == 0) {
    made["of"] = one_of(names);
    made["value"] = {{one_of({"eq", "ne", "gt"}), scalar()}};
    if (made["value"].begin()->is_boolean())
      made["value"] = {{"eq", below(2) == 0}};
  }
  if (below(3) == 0)
    made["within"] = one_of({"1d", "30d", "1y"});
  if (below(3) == 0)
    made["where"] = group_of(2, true);
  return made;
}

json random_conditions::behaviour_leaf() {
  json made{{"field", one_of({"messages.received", "messages.delivered", "messages.read",
                              "messages.replied", "messages.failed"})},
            {"operator", one_of({"exists", "notExists", "count"})}};
  if (made["operator"] == "count")
    made["value"] = amounts();
  switch (below(4)) {
  case 0:
    made["campaign"] = "any";
    break;
  case 1:
    made["campaign"] = {{"tag", one_of({"spring", "none"})}};
    break;
  case 2:
    made["campaign"] = {{"template", one_of({"offer", "receipt"})}};
    break;
  default:
    made["campaign"] = campaigns[below(static_cast<std::uint32_t>(campaigns.size()))];
  }
  if (below(3) == 0)
    made["within"] = one_of({"1d", "30d"});
  return made;
}

json random_conditions::leaf(bool inside_event) {
  if (inside_event)
    switch (below(5)) {
    case 2:
      return trip_leaf("");
    case 0:
      return compared_time("at");
    case 1:
      return {{"field", "value"}, {"operator", one_of({"gt", "ne"})}, {"value", 1}};
    default:
      return compared(one_of(names));
    }
  switch (below(16)) {
  case 10:
  case 11:
  case 12:
  case 13:
    return trip_leaf(below(2) == 0 ? "trips." : "attributes.trips.");
  case 14:
  case 15:
    return trip_leaf("sale.");
  case 0:
  case 1:
    return column_leaf();
  case 2:
  case 3:
    return event_leaf();
  case 4:
    if (!campaigns.empty())
      return behaviour_leaf();
    break;
  case 5:
    if (!segments.empty())
      return {{"field", "segment"},
              {"operator", one_of({"in", "notIn"})},
              {"value", {segments[below(static_cast<std::uint32_t>(segments.size()))]}}};
    break;
  default:
    break;
  }
  return compared(path());
}

json random_conditions::group_of(int depth, bool inside_event) {
  json made{{"logic", one_of({"AND", "AND", "OR", "NOT"})}, {"conditions", json::array()}};
  for (auto n = 1 + below(3); n > 0; --n)
    made["conditions"].push_back(depth < 4 && below(4) == 0 ? group_of(depth + 1, inside_event)
                                                            : leaf(inside_event));
  return made;
}

json random_conditions::group(int depth) {
  return group_of(depth, false);
}

} // namespace stentor::postgres::testing
