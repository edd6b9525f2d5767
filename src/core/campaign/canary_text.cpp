/// See canary_text.hpp.
#include "stentor/core/campaign/canary_text.hpp"

#include "stentor/core/base/duration_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace stentor::core {

namespace {

std::optional<gate> read_gate(const json_value& value, const std::string& path,
                              std::vector<draft_problem>& problems) {
  strict_members in{value, path, problems};
  const auto kind =
      in.one_of("gate", {to_string(gate_kind::failed), to_string(gate_kind::opted_out),
                         to_string(gate_kind::capped), to_string(gate_kind::read)});
  const bool least = kind && static_cast<gate_kind>(*kind) == gate_kind::read;
  const auto bound = in.real(least ? "min" : "max", 0, 1);
  in.refuse_unknown();
  if (in.has_problems())
    return std::nullopt;
  if (!kind || !bound) {
    problems.push_back({path, R"(expected {"gate":"failed","max":0.1}; of read it is "min")"});
    return std::nullopt;
  }
  return gate{static_cast<gate_kind>(*kind), *bound};
}

/// The shortest text that is read as the same number.
std::string number_text(double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

} // namespace

std::optional<std::vector<gate>> read_gates(strict_members& in,
                                            std::vector<draft_problem>& problems) {
  const auto* value = in.find("gates");
  if (value == nullptr)
    return std::nullopt;
  if (value->is != json_value::kind::list) {
    in.wrong("gates", R"(expected a list such as [{"gate":"failed","max":0.1}])");
    return std::nullopt;
  }
  std::vector<gate> gates;
  for (std::size_t i = 0; i < value->items.size(); ++i) {
    const auto path = in.path_of("gates") + "[" + std::to_string(i) + "]";
    const auto one = read_gate(value->items[i], path, problems);
    if (!one)
      continue;
    if (std::any_of(gates.begin(), gates.end(), [&](const auto& g) { return g.kind == one->kind; }))
      problems.push_back({path, "names a gate that was named before"});
    else
      gates.push_back(*one);
  }
  return gates;
}

std::optional<canary_options> read_canary(strict_members& plan,
                                          std::vector<draft_problem>& problems) {
  const auto* value = plan.find("canary");
  if (value == nullptr)
    return std::nullopt;
  strict_members in{*value, plan.path_of("canary"), problems};
  canary_options canary;
  canary.people = in.integer("people", 1, canary_limits::people_most);
  canary.settle = in.duration("settle", canary_limits::settle_least, canary_limits::settle_most);
  canary.gates = read_gates(in, problems);
  if (canary.gates && canary.gates->empty() && !in.has_problems())
    in.wrong("gates", "expected at least one: without any the canary would decide nothing");
  canary.on_unsure = static_cast<on_unsure>(
      in.one_of("onUnsure", {to_string(on_unsure::ask), to_string(on_unsure::open)}).value_or(0));
  in.refuse_unknown();
  if (in.has_problems())
    return std::nullopt;
  return canary;
}

std::string to_json(const std::vector<gate>& gates) {
  std::string json = "[";
  for (const auto& g : gates) {
    json += json.size() > 1 ? "," : "";
    json += R"({"gate":")" + std::string{to_string(g.kind)} + R"(",")" +
            (g.is_least() ? "min" : "max") + R"(":)" + number_text(g.bound) + "}";
  }
  return json + "]";
}

std::string to_json(const canary_options& canary) {
  std::string json = R"({"onUnsure":")" + std::string{to_string(canary.on_unsure)} + "\"";
  if (canary.people)
    json += R"(,"people":)" + std::to_string(*canary.people);
  if (canary.settle)
    json += R"(,"settle":")" + duration_text(*canary.settle) + "\"";
  if (canary.gates)
    json += R"(,"gates":)" + to_json(*canary.gates);
  return json + "}";
}

} // namespace stentor::core
