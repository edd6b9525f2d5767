#pragma once
/// How the answers of the planner are compared: it counts from the moment of asking on.

#include "tests/golden/golden_answers.hpp"

namespace stentor::testing {

inline json with_any_times(const json& answer) {
  auto out = answer;
  const auto blank = [](json& object, std::initializer_list<const char*> keys) {
    for (const auto* key : keys)
      if (object.is_object() && object.contains(key) && !object[key].is_null())
        object[key] = "<varies>";
  };
  for (const auto* name : {"plan", "forecast"})
    if (out.is_object() && out.contains(name)) {
      blank(out[name], {"days", "finish", "firstMessage", "without"});
      if (out[name].is_object())
        for (auto& seconds : out[name]["secondsByLimit"])
          seconds = "<varies>";
    }
  if (out.is_object() && out.contains("now"))
    for (auto& part : out["now"]["parts"])
      blank(part, {"changesAt"});
  return out;
}

inline const view plan_view{.arrange = with_any_times};

} // namespace stentor::testing
