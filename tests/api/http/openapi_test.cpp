/// The OpenAPI document against the table of routes, and against itself.

#include "api/http/router.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <set>

using namespace stentor;
using nlohmann::json;

namespace {

const json& document() {
  static const auto parsed = json::parse(api::openapi_document());
  return parsed;
}

void collect_references(const json& node, std::set<std::string>& to) {
  if (node.is_object() && node.contains("$ref"))
    to.insert(node["$ref"].get<std::string>());
  for (const auto& child : node)
    if (child.is_structured())
      collect_references(child, to);
}

} // namespace

TEST(openapi, names_every_route_and_no_other) {
  std::set<std::string> routed;
  const api::router routes;
  for (const auto& r : routes.table())
    routed.insert(std::string{r.method} + " " + std::string{r.pattern} + " " +
                  std::string{core::least_role_with(r.needs)});
  std::set<std::string> documented;
  for (const auto& [path, operations] : document()["paths"].items())
    for (const auto& [method, operation] : operations.items()) {
      std::string verb{method};
      for (auto& letter : verb)
        letter = static_cast<char>(letter - 32);
      documented.insert(verb + " " + path + " " + operation.value("x-role", ""));
      EXPECT_EQ(operation.contains("security"), !operation.contains("x-role")) << path;
    }
  EXPECT_EQ(routed, documented);
}

TEST(openapi, every_reference_leads_somewhere_and_every_part_is_used) {
  std::set<std::string> references;
  collect_references(document(), references);
  for (const auto& r : references) {
    ASSERT_TRUE(r.starts_with("#/"));
    EXPECT_TRUE(document().contains(json::json_pointer{r.substr(1)})) << r;
  }
  for (const auto* kind : {"schemas", "responses", "parameters"})
    for (const auto& [name, part] : document()["components"][kind].items())
      EXPECT_TRUE(references.contains(std::string{"#/components/"} + kind + "/" + name))
          << kind << " " << name;
}

TEST(openapi, operations_are_complete) {
  std::set<std::string> ids;
  EXPECT_EQ(document()["openapi"], "3.1.0");
  for (const auto& [path, operations] : document()["paths"].items())
    for (const auto& [method, operation] : operations.items()) {
      EXPECT_TRUE(ids.insert(operation["operationId"].get<std::string>()).second) << path;
      EXPECT_FALSE(operation["summary"].get<std::string>().empty());
      EXPECT_FALSE(operation["responses"].empty());
      std::set<std::string> declared;
      for (const auto& p : operation.value("parameters", json::array())) {
        const auto& real =
            p.contains("$ref")
                ? document()[json::json_pointer{p["$ref"].get<std::string>().substr(1)}]
                : p;
        if (real["in"] == "path")
          declared.insert(real["name"].get<std::string>());
      }
      std::set<std::string> needed;
      for (auto at = path.find('{'); at != std::string::npos; at = path.find('{', at + 1))
        needed.insert(path.substr(at + 1, path.find('}', at) - at - 1));
      EXPECT_EQ(declared, needed) << method << " " << path;
    }
}
