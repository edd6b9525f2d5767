/// What a template leaves open, and messages as people see them.

#include "tests/adapters/meta/support/samples.hpp"

#include "adapters/meta/messages/message_renderer.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace {

using nlohmann::json;
using namespace stentor;

ports::template_text tour_of(std::string components, std::string variables = {}) {
  return {.name = "tour",
          .language = "en_US",
          .components = std::move(components),
          .variables = std::move(variables)};
}

const std::string tour =
    R"([{"type":"HEADER","format":"DOCUMENT","example":{"header_handle":["https://x/doc.pdf"]}},
    {"type":"BODY","text":"Hello {{1}}, to {{ 2 }} from {{1}}.","example":{"body_text":[["Ana","Bali"]]}},
    {"type":"FOOTER","text":"Reply STOP"},
    {"type":"BUTTONS","buttons":[{"type":"URL","text":"See","url":"https://t.example/p/{{1}}?a=1","example":["bali"]},
     {"type":"QUICK_REPLY","text":"Stop"},{"type":"PHONE_NUMBER","text":"Call","phone_number":"+1202"}]}])";

ports::message_preview tour_preview(const std::string& components, const std::string& variables,
                                    const std::string& values = {}) {
  auto made = meta::make_renderer(samples::codec)
                  ->preview(tour_of(components, variables), "+5511912345678", values);
  EXPECT_TRUE(made.ok()) << (made ? "" : made.error().message);
  return made ? std::move(made.value()) : ports::message_preview{};
}

std::vector<core::template_slot> tour_slots(const std::string& components) {
  auto found = meta::make_renderer(samples::codec)->slots(tour_of(components));
  EXPECT_TRUE(found.ok()) << (found ? "" : found.error().message);
  return found ? std::move(found.value()) : std::vector<core::template_slot>{};
}

std::vector<std::string> codes_of(const ports::message_preview& preview) {
  std::vector<std::string> codes;
  for (const auto& one : preview.problems)
    codes.push_back(one.slot + " " + one.what.code);
  std::sort(codes.begin(), codes.end());
  return codes;
}

TEST(template_slots, are_explained) {
  const auto slots = tour_slots(tour);
  ASSERT_EQ(slots.size(), 6U);
  EXPECT_EQ(slots[0].name, "header.document");
  EXPECT_EQ(slots[0].kind, "document");
  EXPECT_EQ(slots[0].example, "https://x/doc.pdf");
  EXPECT_EQ(slots[1].name, "header.filename");
  EXPECT_TRUE(slots[1].optional);
  EXPECT_EQ(slots[2].name, "body.1");
  EXPECT_EQ(slots[2].placeholder, "{{1}}");
  EXPECT_EQ(slots[2].example, "Ana");
  EXPECT_EQ(slots[2].variable, "1");
  EXPECT_EQ(slots[3].example, "Bali");
  EXPECT_EQ(slots[4].name, "button.0");
  EXPECT_EQ(slots[4].kind, "url");
  EXPECT_EQ(slots[4].text, "https://t.example/p/{{1}}?a=1");
  EXPECT_EQ(slots[4].placeholder, "{{1}}");
  EXPECT_EQ(slots[4].example, "bali");
  EXPECT_EQ(slots[5].name, "button.1");
  EXPECT_TRUE(slots[5].optional);
}

TEST(template_slots, have_named_examples) {
  const auto slots = tour_slots(
      R"([{"type":"HEADER","format":"TEXT","text":"For {{who}}","example":{"header_text_named_params":[{"param_name":"who","example":"You"}]}},
      {"type":"BODY","text":"{{b}} {{a}}","example":{"body_text_named_params":[{"param_name":"a","example":"1"},{"param_name":"b","example":"2"}]}}])");
  ASSERT_EQ(slots.size(), 3U);
  EXPECT_EQ(slots[0].example, "You");
  EXPECT_EQ(slots[1].name, "body.b");
  EXPECT_EQ(slots[1].example, "2");
  EXPECT_EQ(slots[1].variable, "b");
}

TEST(template_slots, of_cards_carry_the_card) {
  const auto slots = tour_slots(
      R"([{"type":"BODY","text":"x"},{"type":"CAROUSEL","cards":[{"components":[{"type":"HEADER","format":"IMAGE"},{"type":"BODY","text":"{{1}}"}]}]}])");
  ASSERT_EQ(slots.size(), 2U);
  EXPECT_EQ(slots[0].name, "card.0.header.image");
  EXPECT_EQ(slots[1].name, "card.0.body.1");
}

TEST(message_preview, shows_what_people_see) {
  const auto made = tour_preview(
      tour,
      R"({"1":"{{name:title|friend}}","body.2":"{{to}}","button.0":"{{to:lower}}","header.document":"https://x/y.pdf","header.filename":"Tour.pdf"})",
      R"({"name":"ANA \"B","to":"Bali"})");
  EXPECT_TRUE(made.problems.empty());
  EXPECT_EQ(made.shown.body, "Hello Ana \"b, to Bali from Ana \"b.");
  EXPECT_EQ(made.shown.footer, "Reply STOP");
  EXPECT_EQ(made.shown.header->type, "document");
  EXPECT_EQ(made.shown.header->text, "Tour.pdf");
  EXPECT_EQ(made.shown.header->url, "https://x/y.pdf");
  ASSERT_EQ(made.shown.buttons.size(), 3U);
  EXPECT_EQ(made.shown.buttons[0].value, "https://t.example/p/bali?a=1");
  EXPECT_EQ(made.shown.buttons[2].value, "+1202");
  const auto sent = json::parse(made.body);
  EXPECT_EQ(sent["template"]["components"][1]["parameters"][0]["text"], "Ana \"b");
}

TEST(message_preview, tells_every_problem_with_its_slot) {
  const auto made = tour_preview(
      tour,
      R"({"1":"{{name:shout}}","body.2":"{{to}}","button.0":" ","footer.1":"x","button.1":7})",
      "{}");
  EXPECT_EQ(codes_of(made),
            (std::vector<std::string>{"body.1 slot_filter_unknown", "body.2 slot_without_value",
                                      "button.0 slot_empty", "footer.1 slot_unknown",
                                      "header.document slot_without_value"}));
  EXPECT_EQ(made.body, "");
  EXPECT_EQ(made.shown.body, "Hello {{1}}, to {{ 2 }} from {{1}}.");
}

TEST(message_preview, survives_hostile_input) {
  EXPECT_FALSE(tour_preview(tour, "[]").problems.empty());
  EXPECT_FALSE(tour_preview(tour, R"({"1":{}})").problems.empty());
  EXPECT_FALSE(tour_preview(tour, "{}", "[1]").problems.empty());
  EXPECT_TRUE(tour_preview("[]", "").problems.empty());
  EXPECT_TRUE(
      tour_preview(R"([1,null,{"type":"BUTTONS","buttons":{}},{"type":"BODY","text":"{{"}])", "")
          .problems.empty());
  EXPECT_FALSE(meta::make_renderer(samples::codec)->slots(tour_of("{\"type\":\"BODY\"}")).ok());
}

} // namespace
