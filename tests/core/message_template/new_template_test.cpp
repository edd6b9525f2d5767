/// Every limit of Meta has its refusal.

#include "stentor/core/base/json_value_of.hpp"
#include "stentor/core/message_template/new_template.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace new_templates {

using nlohmann::json;
using namespace stentor::core;

json good() {
  return json::parse(R"({"name":"sale_2026","category":"MARKETING","parameterFormat":"POSITIONAL",
    "languages":[{"language":"pt_BR","components":[
      {"type":"HEADER","format":"TEXT","text":"For {{1}}","example":{"header_text":["Ana"]}},
      {"type":"BODY","text":"Hello {{1}}, {{2}} now.","example":{"body_text":[["Ana","Bali"]]}},
      {"type":"FOOTER","text":"Reply STOP"},
      {"type":"BUTTONS","buttons":[
        {"type":"QUICK_REPLY","text":"Stop"},
        {"type":"URL","text":"See","url":"https://x.example/p/{{1}}","example":["bali"]},
        {"type":"PHONE_NUMBER","text":"Call","phone_number":"+12025550123"},
        {"type":"COPY_CODE","example":"SALE25"}]}]}]})");
}

std::vector<template_problem> problems_with(const json& patch) {
  auto body = good();
  for (const auto& step : patch)
    body[json::json_pointer(step.at("at").get<std::string>())] = step.at("value");
  return problems_of_new_template(json_value_of(body));
}

TEST(new_template, is_good_within_the_limits) {
  EXPECT_EQ(problems_with(json::array()), std::vector<template_problem>{});
}

struct limit {
  const char* at;       ///< a JSON pointer
  json value;           ///< what is put there
  const char* path;     ///< of the problem
  const char* sentence; ///< a part of it
};

std::string text(std::size_t n) {
  return std::string(n, 'x');
}

json repeated(std::size_t n, const json& one) {
  auto all = json::array();
  for (std::size_t i = 0; i < n; ++i)
    all.push_back(one);
  return all;
}

const json quick{{"type", "QUICK_REPLY"}, {"text", "a"}};
const json link{{"type", "URL"}, {"text", "a"}, {"url", "https://x.example"}};
const json phone{{"type", "PHONE_NUMBER"}, {"text", "a"}, {"phone_number", "+1"}};
const json code{{"type", "COPY_CODE"}, {"example", "A"}};
const json card{{"components", {{{"type", "BODY"}, {"text", "x"}}}}};
const json other_card{{"components", {{{"type", "BUTTONS"}, {"buttons", json::array({quick})}}}}};

std::vector<limit> limits_of_the_whole() {
  return {{"/name", text(513), "name", "512"},
          {"/name", "Sale", "name", "small letters"},
          {"/name", "sale-1", "name", "small letters"},
          {"/name", "", "name", "required"},
          {"/name", 7, "name", "text"},
          {"/category", "PROMOTION", "category", "MARKETING"},
          {"/parameterFormat", "OTHER", "parameterFormat", "NAMED"},
          {"/colour", "red", "colour", "not known"},
          {"/languages", json::array(), "languages", "one language"},
          {"/languages", "en", "languages", "one language"},
          {"/languages/0/language", "english", "languages[0].language", "en_US"},
          {"/languages/0/language", "en-US", "languages[0].language", "en_US"},
          {"/languages/0/components", 7, "languages[0].components", "list"},
          {"/languages/0/components", json::array(), "languages[0].components", "BODY"}};
}

std::vector<limit> limits_of_texts() {
  return {
      {"/languages/0/components/0/text", text(61), "languages[0].components[0].text", "60"},
      {"/languages/0/components/0/text", "{{1}} {{2}}", "languages[0].components[0].text",
       "1 variable"},
      {"/languages/0/components/0/example", json::object(),
       "languages[0].components[0].example.header_text", "example"},
      {"/languages/0/components/0/format", "GIF", "languages[0].components[0].format", "IMAGE"},
      {"/languages/0/components/0/format", "IMAGE",
       "languages[0].components[0].example.header_handle", "handle"},
      {"/languages/0/components/0/type", "BODY", "languages[0].components[1]", "already"},
      {"/languages/0/components/0/type", "TITLE", "languages[0].components[0].type", "TITLE"},
      {"/languages/0/components/0", 7, "languages[0].components[0].type", "HEADER"},
      {"/languages/0/components/1/text", text(1025), "languages[0].components[1].text", "1024"},
      {"/languages/0/components/1/text", " ", "languages[0].components[1].text", "required"},
      {"/languages/0/components/1/text", "{{1}} and {{2}} now", "languages[0].components[1].text",
       "begin or end"},
      {"/languages/0/components/1/text", "now {{1}} and {{2}}", "languages[0].components[1].text",
       "begin or end"},
      {"/languages/0/components/1/text", "a {{1}} and {{3}} b", "languages[0].components[1].text",
       "{{1}} to {{2}}"},
      {"/languages/0/components/1/text", "a {{name}} b", "languages[0].components[1].text",
       "NAMED"},
      {"/languages/0/components/1/text", "a {{1 b", "languages[0].components[1].text", "without"},
      {"/languages/0/components/1/example",
       {{"body_text", {{"Ana"}}}},
       "languages[0].components[1].example.body_text",
       "each variable"},
      {"/languages/0/components/2/text", text(61), "languages[0].components[2].text", "60"},
      {"/languages/0/components/2/text", "a {{1}}", "languages[0].components[2].text",
       "variables"}};
}

std::vector<limit> limits_of_buttons() {
  return {{"/languages/0/components/3/buttons", json::array(), "languages[0].components[3].buttons",
           "one button"},
          {"/languages/0/components/3/buttons", repeated(11, quick),
           "languages[0].components[3].buttons", "10"},
          {"/languages/0/components/3/buttons", repeated(3, link),
           "languages[0].components[3].buttons", "2 buttons of type URL"},
          {"/languages/0/components/3/buttons", repeated(2, phone),
           "languages[0].components[3].buttons", "1 button of type PHONE_NUMBER"},
          {"/languages/0/components/3/buttons", repeated(2, code),
           "languages[0].components[3].buttons", "1 button of type COPY_CODE"},
          {"/languages/0/components/3/buttons", json::array({quick, link, quick}),
           "languages[0].components[3].buttons[2]", "together"},
          {"/languages/0/components/3/buttons/0/text", text(26),
           "languages[0].components[3].buttons[0].text", "25"},
          {"/languages/0/components/3/buttons/0/type", "",
           "languages[0].components[3].buttons[0].type", "QUICK_REPLY"},
          {"/languages/0/components/3/buttons/1/url", "https://" + text(2001),
           "languages[0].components[3].buttons[1].url", "2000"},
          {"/languages/0/components/3/buttons/1/url", "ftp://x",
           "languages[0].components[3].buttons[1].url", "https"},
          {"/languages/0/components/3/buttons/1/url", "https://x/{{1}}/a",
           "languages[0].components[3].buttons[1].url", "at its end"},
          {"/languages/0/components/3/buttons/1/example", json::array(),
           "languages[0].components[3].buttons[1].example", "example"},
          {"/languages/0/components/3/buttons/2/phone_number", text(21),
           "languages[0].components[3].buttons[2].phone_number", "20"},
          {"/languages/0/components/3/buttons/3/example", text(21),
           "languages[0].components[3].buttons[3].example", "20"}};
}

std::vector<limit> limits_of_cards_and_offers() {
  return {{"/languages/0/components/0",
           {{"type", "CAROUSEL"}, {"cards", repeated(1, card)}},
           "languages[0].components[0].cards",
           "2 to 10"},
          {"/languages/0/components/0",
           {{"type", "CAROUSEL"}, {"cards", repeated(11, card)}},
           "languages[0].components[0].cards",
           "2 to 10"},
          {"/languages/0/components/0",
           {{"type", "CAROUSEL"}, {"cards", json::array({card, other_card})}},
           "languages[0].components[0].cards[1]",
           "same components"},
          {"/languages/0/components/0",
           {{"type", "LIMITED_TIME_OFFER"}, {"limited_time_offer", {{"text", text(17)}}}},
           "languages[0].components[0].limited_time_offer.text",
           "16"},
          {"/languages/0/components/0",
           {{"type", "LIMITED_TIME_OFFER"}, {"limited_time_offer", {{"text", "x"}}}},
           "languages[0].components[2]",
           "footer"}};
}

TEST(new_template, every_limit_has_its_refusal_with_a_path) {
  std::vector<limit> limits;
  for (const auto& some : {limits_of_the_whole(), limits_of_texts(), limits_of_buttons(),
                           limits_of_cards_and_offers()})
    limits.insert(limits.end(), some.begin(), some.end());
  for (const auto& [at, value, path, sentence] : limits) {
    const auto found = problems_with(json::array({{{"at", at}, {"value", value}}}));
    const bool told = std::any_of(found.begin(), found.end(), [&](const template_problem& problem) {
      return problem.path == path && problem.sentence.find(sentence) != std::string::npos;
    });
    std::string all;
    for (const auto& problem : found)
      all += problem.path + " " + problem.sentence + "; ";
    EXPECT_TRUE(told) << at << " = " << value.dump().substr(0, 80) << ": " << all;
  }
}

TEST(new_template, what_is_for_marketing_only_is_told) {
  const auto found = problems_with(
      json::array({{{"at", "/category"}, {"value", "UTILITY"}},
                   {{"at", "/languages/0/components/0"},
                    {"value", {{"type", "CAROUSEL"}, {"cards", json::array({card, card})}}}}}));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].path, "languages[0].components[0]");
}

TEST(new_template, named_variables_have_names_and_examples) {
  const auto with = [](const char* text, const json& example) {
    return problems_with(
        json::array({{{"at", "/parameterFormat"}, {"value", "NAMED"}},
                     {{"at", "/languages/0/components/0/text"}, {"value", "x"}},
                     {{"at", "/languages/0/components/1/text"}, {"value", text}},
                     {{"at", "/languages/0/components/1/example"}, {"value", example}}}));
  };
  const json ana{{"body_text_named_params", {{{"param_name", "first"}, {"example", "Ana"}}}}};
  EXPECT_TRUE(with("a {{first}} b", ana).empty());
  EXPECT_FALSE(with("a {{first}} {{last}} b", ana).empty());
  EXPECT_FALSE(with("a {{First}} b", ana).empty());
  EXPECT_FALSE(with("a {{1}} b", ana).empty());
}

TEST(new_template, a_language_comes_once) {
  auto body = good();
  body["languages"].push_back(body["languages"][0]);
  const auto found = problems_of_new_template(json_value_of(body));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].path, "languages[1].language");
}

TEST(new_template, characters_are_counted_not_bytes) {
  std::string sixty;
  for (int i = 0; i < 60; ++i)
    sixty += "ã";
  EXPECT_TRUE(
      problems_with(json::array({{{"at", "/languages/0/components/2/text"}, {"value", sixty}}}))
          .empty());
}

TEST(new_template, hostile_input_is_told_not_suffered) {
  for (const char* text :
       {"[]", "7", "null", "{}", R"({"languages":[7]})", R"({"languages":[{"components":[[]]}]})",
        R"({"languages":[{"components":[{"type":"BUTTONS","buttons":[7,null]}]}]})",
        R"({"languages":[{"components":[{"type":"CAROUSEL","cards":[7,[]]}]}]})",
        R"({"languages":[{"components":[{"type":"BODY","text":"}}{{"}]}]})"})
    EXPECT_FALSE(problems_of_new_template(json_value_of(json::parse(text))).empty()) << text;
}

TEST(template_change, needs_something_to_change) {
  const auto of = [](const char* text) {
    return problems_of_template_change(json_value_of(json::parse(text)), false);
  };
  EXPECT_TRUE(of(R"({"category":"UTILITY"})").empty());
  EXPECT_TRUE(of(R"({"components":[{"type":"BODY","text":"x"}]})").empty());
  EXPECT_FALSE(of("{}").empty());
  EXPECT_FALSE(of(R"({"category":"x"})").empty());
  EXPECT_FALSE(of(R"({"name":"other","category":"UTILITY"})").empty());
  EXPECT_FALSE(of(R"({"components":7})").empty());
}

} // namespace new_templates
