/// Templates: what they become, and what is said about those that don't fit.
#include "tests/adapters/meta/support/samples.hpp"
#include "tests/support/sample_file.hpp"

#include "adapters/memory/known_media.hpp"
#include "adapters/meta/messages/message_renderer.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace {

using nlohmann::json;
using namespace stentor;

core::campaign campaign_of(std::string components, std::string variables = {},
                           std::string format = "POSITIONAL") {
  core::campaign c;
  c.no = 17;
  c.template_name = "order_update";
  c.template_language = "pt_BR";
  c.template_components = std::move(components);
  c.template_variables = std::move(variables);
  c.template_parameter_format = std::move(format);
  return c;
}

core::result<std::shared_ptr<const ports::compiled_message>> compile(const core::campaign& c) {
  return meta::make_renderer(samples::codec)->compile(c);
}

/// The template object that a person with these variables gets.
json rendered(const core::campaign& c, const std::string& variables,
              const std::string& to = "+5511912345678") {
  const auto compiled = compile(c);
  EXPECT_TRUE(compiled.ok()) << (compiled.ok() ? "" : compiled.error().message);
  if (!compiled)
    return {};
  const auto body = compiled.value()->preview(to, variables, 0);
  EXPECT_TRUE(body.ok()) << (body.ok() ? "" : body.error().message);
  return body ? json::parse(body.value()) : json{};
}

std::string problem_of(const core::campaign& c) {
  const auto compiled = compile(c);
  return compiled ? "" : compiled.error().message;
}

const std::string body_and_url =
    R"([{"type":"BODY","text":"Olá {{1}}, pedido {{2}} saiu, {{1}}."},{"type":"FOOTER","text":"Loja"},)"
    R"({"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY","text":"Parar"},{"type":"URL","text":"Ver","url":"https://x.br/{{1}}"}]}])";

TEST(renderer, writes_the_whole_body) {
  const auto message = rendered(
      campaign_of(body_and_url, R"({"1":"{{name|friend}}","body.2":"#{{order}}",)"
                                R"("button.1":"{{order}}?src=wa","button.0":"STOP_PROMO"})"),
      R"({"name":"An\"a\\","order":42})");
  EXPECT_EQ(
      message,
      json::parse(
          R"({"messaging_product":"whatsapp","recipient_type":"individual","to":"+5511912345678",
    "type":"template","template":{"name":"order_update","language":{"code":"pt_BR"},"components":[
    {"type":"body","parameters":[{"type":"text","text":"An\"a\\"},{"type":"text","text":"#42"}]},
    {"type":"button","sub_type":"quick_reply","index":"0","parameters":[{"type":"payload","payload":"STOP_PROMO"}]},
    {"type":"button","sub_type":"url","index":"1","parameters":[{"type":"text","text":"42?src=wa"}]}]},
    "biz_opaque_callback_data":")" +
          samples::callback(17, 0, 0) + R"("})"));
}

TEST(renderer, omits_components_without_variables) {
  const auto message = rendered(
      campaign_of(
          R"([{"type":"BODY","text":"Olá"},{"type":"BUTTONS","buttons":[{"type":"PHONE_NUMBER"}]}])"),
      "");
  EXPECT_FALSE(message["template"].contains("components"));
}

TEST(renderer, unmapped_slots_take_the_variable_of_the_same_name) {
  const auto positional =
      rendered(campaign_of(R"([{"type":"BODY","text":"{{1}} {{2}}"}])"), R"({"2":"b","1":"a"})");
  EXPECT_EQ(positional["template"]["components"][0]["parameters"][1]["text"], "b");
  const auto named = rendered(
      campaign_of(
          R"([{"type":"HEADER","format":"TEXT","text":"{{shop}}"},{"type":"BODY","text":"Olá {{first_name}}"}])",
          "", "NAMED"),
      R"({"first_name":"Ana","shop":"Loja"})");
  EXPECT_EQ(named["template"]["components"], json::parse(R"([
    {"type":"header","parameters":[{"type":"text","parameter_name":"shop","text":"Loja"}]},
    {"type":"body","parameters":[{"type":"text","parameter_name":"first_name","text":"Ana"}]}])"));
}

TEST(renderer, headers_of_media_and_places) {
  const auto image =
      campaign_of(R"([{"type":"HEADER","format":"IMAGE"}])", R"({"header.image":"{{photo}}"})");
  EXPECT_EQ(
      rendered(image,
               R"({"photo":"https://cdn.x/a.png"})")["template"]["components"][0]["parameters"][0],
      json::parse(R"({"type":"image","image":{"link":"https://cdn.x/a.png"}})"));
  EXPECT_EQ(rendered(image, R"({"photo":"1013859"})")["template"]["components"][0]["parameters"][0],
            json::parse(R"({"type":"image","image":{"id":"1013859"}})"));
  const auto document = campaign_of(
      R"([{"type":"HEADER","format":"DOCUMENT"}])",
      R"({"header.document":"https://x/{{file}}.pdf","header.filename":"{{file}}.pdf"})");
  EXPECT_EQ(rendered(document, R"({"file":"a"})")["template"]["components"][0]["parameters"][0],
            json::parse(
                R"({"type":"document","document":{"link":"https://x/a.pdf","filename":"a.pdf"}})"));
  const auto place = campaign_of(
      R"([{"type":"HEADER","format":"LOCATION"}])",
      R"({"header.latitude":"-23.5","header.longitude":-46.6,"header.name":"Loja","header.address":"Rua 1"})");
  EXPECT_EQ(
      rendered(place, "")["template"]["components"][0]["parameters"][0]["location"]["longitude"],
      "-46.6");
}

TEST(renderer, other_buttons) {
  const auto code =
      campaign_of(R"([{"type":"BUTTONS","buttons":[{"type":"COPY_CODE"},{"type":"FLOW"}]}])",
                  R"({"button.0":"SAVE{{n}}"})");
  EXPECT_EQ(rendered(code, R"({"n":25})")["template"]["components"], json::parse(R"([
    {"type":"button","sub_type":"copy_code","index":"0","parameters":[{"type":"coupon_code","coupon_code":"SAVE25"}]},
    {"type":"button","sub_type":"flow","index":"1","parameters":[{"type":"action","action":{"flow_token":"unused"}}]}])"));
  const auto otp = campaign_of(
      R"([{"type":"BODY","text":"*{{1}}*"},{"type":"BUTTONS","buttons":[{"type":"OTP"}]}])",
      R"({"1":"{{code}}"})");
  EXPECT_EQ(
      rendered(otp, R"({"code":"123456"})")["template"]["components"][1]["parameters"][0]["text"],
      "123456");
}

/// The components of a template as Meta lists it.
std::string listed_components(const std::string& file) {
  return json::parse(sample::text_of("lists/values/" + file))["components"].dump();
}

TEST(renderer, the_code_of_a_listed_one_time_code_goes_twice) {
  const auto c =
      campaign_of(listed_components("one_time_code_template.json"), R"({"1":"{{code}}"})");
  const auto compiled = compile(c);
  ASSERT_TRUE(compiled.ok()) << compiled.error().message;
  EXPECT_EQ(compiled.value()->required_variables(0), std::vector<std::string>{"code"});
  EXPECT_EQ(rendered(c, R"({"code":"123456"})")["template"]["components"], json::parse(R"([
    {"type":"body","parameters":[{"type":"text","text":"123456"}]},
    {"type":"button","sub_type":"url","index":"0","parameters":[{"type":"text","text":"123456"}]}])"));
}

TEST(renderer, values_leave_with_single_spaces_or_as_the_default) {
  const auto c = campaign_of(listed_components("note_template.json"), R"({"1":"{{v|friend}}"})");
  for (const auto& row : sample::rows_of("lists/values/white_space.csv")) {
    const auto& expected = row.at("expected");
    EXPECT_EQ(rendered(c, json{{"v", row.at("v")}}
                              .dump())["template"]["components"][0]["parameters"][0]["text"],
              expected == "(default)"          ? "friend"
              : expected.starts_with("a b or") ? "a b"
                                               : expected);
  }
}

TEST(renderer, white_space_is_tidied_everywhere) {
  const auto message = rendered(
      campaign_of(
          R"([{"type":"HEADER","format":"TEXT","text":"{{1}}"},{"type":"BODY","text":"{{1}} {{2}}"},)"
          R"({"type":"BUTTONS","buttons":[{"type":"URL","url":"https://x/{{1}}"}]}])",
          R"({"header.1":"\t{{v}}\n","1":"  Dear \n\n {{v}}\u00a0\u00a0! ","2":"a\t\tb",)"
          R"("button.0":" {{v}} \n x"})"),
      R"({"v":" An\na  \u00a0B\u200b"})")["template"]["components"];
  EXPECT_EQ(message[0]["parameters"][0]["text"], "An a B");
  EXPECT_EQ(message[1]["parameters"][0]["text"], "Dear An a B !");
  EXPECT_EQ(message[1]["parameters"][1]["text"], "a b");
  EXPECT_EQ(message[2]["parameters"][0]["text"], "An a B x");
}

TEST(renderer, nothing_but_white_space_is_no_value) {
  const auto compiled =
      compile(campaign_of(body_and_url, R"({"1":"{{a|  }}","2":"x","button.1":"y"})"));
  ASSERT_TRUE(compiled.ok());
  EXPECT_EQ(compiled.value()->required_variables(0), std::vector<std::string>{"a"});
  for (const char* blank : {R"({"a":" \n"})", R"({"a":"\u00a0"})", R"({"a":"\u200b\ufeff"})"}) {
    const auto body = compiled.value()->preview("+491", blank, 0);
    ASSERT_FALSE(body.ok()) << blank;
    EXPECT_NE(body.error().message.find("\"a\" has no value"), std::string::npos);
  }
  EXPECT_NE(problem_of(campaign_of(body_and_url, R"({"1":" \t"})")).find("empty"),
            std::string::npos);
}

TEST(renderer, carousels) {
  const auto cards = campaign_of(
      R"([{"type":"BODY","text":"Oi"},{"type":"CAROUSEL","cards":[{"components":[{"type":"HEADER","format":"IMAGE"},{"type":"BODY","text":"{{1}}"}]},)"
      R"({"components":[{"type":"HEADER","format":"IMAGE"},{"type":"BODY","text":"{{1}}"}]}]}])",
      R"({"card.0.header.image":"11","card.1.header.image":"22","card.0.body.1":"{{a}}","card.1.body.1":"{{b|zwei}}"})");
  const auto carousel = rendered(cards, R"({"a":"eins"})")["template"]["components"][0];
  EXPECT_EQ(carousel["type"], "carousel");
  EXPECT_EQ(carousel["cards"][0]["components"][1]["parameters"][0]["text"], "eins");
  EXPECT_EQ(carousel["cards"][1]["components"][1]["parameters"][0]["text"], "zwei");
  EXPECT_EQ(carousel["cards"][1]["card_index"], 1);
}

TEST(renderer, writes_to_user_ids) {
  const auto message = rendered(campaign_of("[]"), "", "BR.13491208655302741918");
  EXPECT_EQ(message["recipient"], "BR.13491208655302741918");
  EXPECT_FALSE(message.contains("to"));
}

TEST(renderer, says_what_does_not_fit) {
  const auto has = [](const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  };
  EXPECT_TRUE(has(problem_of(campaign_of(body_and_url, R"({"body.3":"x"})")), "body.3"));
  EXPECT_TRUE(
      has(problem_of(campaign_of(body_and_url, R"({"body.3":"x"})")), "body.1, body.2, button.1"));
  EXPECT_TRUE(has(problem_of(campaign_of(body_and_url, R"({"1":["x"]})")), "body.1") ||
              has(problem_of(campaign_of(body_and_url, R"({"1":["x"]})")), "\"1\""));
  EXPECT_TRUE(has(problem_of(campaign_of(body_and_url, R"({"1":"{{x"})")), "without"));
  EXPECT_TRUE(has(problem_of(campaign_of(body_and_url, R"({"1":""})")), "empty"));
  EXPECT_TRUE(has(problem_of(campaign_of(body_and_url, "[1]")), "JSON object"));
  EXPECT_TRUE(has(problem_of(campaign_of(body_and_url, "{broken")), "JSON object"));
  EXPECT_TRUE(has(problem_of(campaign_of("{broken")), "JSON array"));
  EXPECT_TRUE(has(problem_of(campaign_of(R"([{"type":"BODY","text":"{{1}} {{a}}"}])")), "mixes"));
  EXPECT_TRUE(
      has(problem_of(campaign_of(R"([{"type":"LIMITED_TIME_OFFER"}])")), "LIMITED_TIME_OFFER"));
  EXPECT_TRUE(has(problem_of(campaign_of(R"([{"type":"HEADER","format":"PRODUCT"}])")), "PRODUCT"));
}

core::claimed_chunk chunk_of(const std::vector<std::pair<std::string, std::string>>& people) {
  core::claimed_chunk chunk;
  chunk.claim = 5;
  chunk.campaign = 17;
  chunk.number = 3;
  chunk.epoch = 9;
  core::recipient_seq seq = 1;
  for (const auto& [to, variables] : people) {
    core::claimed_chunk::row row;
    row.seq = seq++;
    row.attempt = 1;
    row.person = 100;
    row.to_begin = static_cast<std::uint32_t>(chunk.text.size());
    row.to_size = static_cast<std::uint32_t>(to.size());
    chunk.text += to;
    row.variables_begin = static_cast<std::uint32_t>(chunk.text.size());
    row.variables_size = static_cast<std::uint32_t>(variables.size());
    chunk.text += variables;
    chunk.rows.push_back(row);
  }
  return chunk;
}

TEST(renderer, writes_to_each_in_his_own_language) {
  auto c = campaign_of(R"([{"type":"BODY","text":"Olá {{1}}"}])", R"({"1":"{{name|friend}}"})");
  c.translations = {{"en_US", R"([{"type":"BODY","text":"Hi {{1}}"}])"},
                    {"hi", R"([{"type":"BODY","text":"{{1}}"}])"}};
  const auto compiled = compile(c);
  ASSERT_TRUE(compiled.ok()) << compiled.error().message;
  auto from =
      chunk_of({{"+491", "{}"}, {"+492", "{}"}, {"+493", "{}"}, {"+494", ""}, {"+495", ""}});
  const std::int16_t languages[] = {1, 0, 2, 3, -1};
  for (std::size_t i = 0; i < from.rows.size(); ++i)
    from.rows[i].lang = languages[i];
  core::chunk to;
  core::event_batch events;
  compiled.value()->render(from, 1234, to, events);
  std::vector<std::string> got;
  for (const auto& item : to.items)
    got.push_back(json::parse(to.body(item))["template"]["language"]["code"]);
  EXPECT_EQ(got, (std::vector<std::string>{"en_US", "pt_BR", "hi", "pt_BR", "pt_BR"}))
      << "what no language has gets the first one";
  EXPECT_EQ(to.items[2].lang, 2) << "so that a refusal says of which";
  EXPECT_EQ(
      json::parse(*compiled.value()->preview("+491", "{}", 1))["template"]["language"]["code"],
      "en_US");
}

TEST(renderer, tells_what_each_language_requires) {
  auto c = campaign_of(R"([{"type":"BODY","text":"Olá"}])");
  c.template_parameter_format = "NAMED";
  c.translations = {{"en_US", R"([{"type":"BODY","text":"Hi {{name}}"}])"}};
  const auto compiled = compile(c);
  ASSERT_TRUE(compiled.ok()) << compiled.error().message;
  EXPECT_TRUE(compiled.value()->required_variables(0).empty());
  EXPECT_EQ(compiled.value()->required_variables(1), std::vector<std::string>{"name"});
}

TEST(renderer, names_the_language_that_does_not_fit) {
  auto c = campaign_of(R"([{"type":"BODY","text":"Olá {{1}}"}])", R"({"1":"{{name|friend}}"})");
  c.translations = {{"en_US", R"([{"type":"BODY","text":"Hi"}])"}};
  EXPECT_EQ(problem_of(c).rfind("In en_US: templateVariables names the slot \"body.1\"", 0), 0U)
      << problem_of(c);
}

TEST(renderer, one_persons_trouble_is_nobody_elses) {
  const auto compiled =
      compile(campaign_of(R"([{"type":"BODY","text":"{{1}}"}])", R"({"1":"{{name}}"})"));
  ASSERT_TRUE(compiled.ok());
  EXPECT_EQ(compiled.value()->required_variables(0), std::vector<std::string>{"name"});
  auto from = chunk_of({{"+491", R"({"name":"Ana"})"},
                        {"+492", "{}"},
                        {"+493", R"({"name":null})"},
                        {"+494", "{{{"},
                        {"+495", R"({"name":""})"},
                        {"+496", R"({"name":"Stop"})"},
                        {"+497", ""},
                        {"", R"({"name":"x"})"},
                        {"+498", R"({"other":{"name":1},"name":"line\nbreak\u00e9"})"},
                        {"+499", "{\"name\":\"\xFF\"}"},
                        {"+490", R"({"name":true})"}});
  from.rows[5].stopped = true;
  core::chunk to;
  core::event_batch events;
  compiled.value()->render(from, 1234, to, events);
  EXPECT_EQ(to.claim, 5);
  EXPECT_EQ(to.epoch, 9);
  std::vector<core::recipient_seq> sent;
  for (const auto& item : to.items) {
    sent.push_back(item.seq);
    const auto body = json::parse(to.body(item));
    EXPECT_EQ(body["biz_opaque_callback_data"], samples::callback(17, item.seq, 1));
    EXPECT_EQ(item.person, 100U);
  }
  EXPECT_EQ(sent, (std::vector<core::recipient_seq>{1, 9, 11}));
  EXPECT_EQ(json::parse(to.body(to.items[1]))["template"]["components"][0]["parameters"][0]["text"],
            "line break\u00e9");
  EXPECT_EQ(json::parse(to.body(to.items[2]))["template"]["components"][0]["parameters"][0]["text"],
            "true");
  ASSERT_EQ(events.size(), 8U);
  for (std::size_t i = 0; i < events.size(); ++i) {
    const bool stopped = events.seq[i] == 6;
    EXPECT_EQ(events.kind[i], static_cast<std::int16_t>(stopped ? core::event_kind::opted_out
                                                                : core::event_kind::unsendable));
    EXPECT_EQ(events.code[i], stopped ? 0 : -1);
    EXPECT_EQ(events.text_of(i).empty(), stopped);
    EXPECT_EQ(events.at_ms[i], 1234);
    EXPECT_EQ(events.attempt[i], 1);
  }
  EXPECT_NE(events.text_of(0).find("\"name\""), std::string_view::npos);
}

const std::string sale = "0a1b2c3d-0000-4000-8000-00000000000f";

/// Of one recipient, as this number sends it.
json sent_from(const ports::compiled_message& message, core::number_no number) {
  core::claimed_chunk from;
  from.campaign = 17;
  from.number = number;
  from.text = "+5511912345678";
  core::claimed_chunk::row row;
  row.seq = 1;
  row.to_begin = 0;
  row.to_size = static_cast<std::uint32_t>(from.text.size());
  row.variables_begin = row.to_size;
  from.rows.push_back(row);
  core::chunk to;
  core::event_batch events;
  message.render(from, 1, to, events);
  return to.items.empty() ? json{} : json::parse(to.bodies);
}

TEST(renderer, puts_in_the_number_s_own_media) {
  app::known_media known;
  const auto c = campaign_of(R"([{"type":"HEADER","format":"IMAGE"}])",
                             R"({"header.image":"media:)" + sale + "\"}");
  const auto compiled = meta::make_renderer(samples::codec, &known)->compile(c);
  ASSERT_TRUE(compiled);
  auto message = *compiled;
  EXPECT_TRUE(message->names_media());
  EXPECT_FALSE(message->ready_for(core::number_no{1}));
  EXPECT_EQ(message->renewed(), nullptr);
  known.replace({{{sale, core::number_no{1}}, "11"}});
  message = message->renewed();
  ASSERT_NE(message, nullptr);
  EXPECT_TRUE(message->ready_for(core::number_no{1}));
  EXPECT_FALSE(message->ready_for(core::number_no{2}));
  known.replace({{{sale, core::number_no{1}}, "11"}, {{sale, core::number_no{2}}, "2\"2"}});
  EXPECT_FALSE(message->ready_for(core::number_no{2})) << "it is immutable";
  message = message->renewed();
  const auto id_from = [&](core::number_no number) {
    return sent_from(*message, number)["template"]["components"][0]["parameters"][0];
  };
  EXPECT_EQ(id_from(core::number_no{1}), json::parse(R"({"type":"image","image":{"id":"11"}})"));
  EXPECT_EQ(id_from(core::number_no{2}), json::parse(R"({"type":"image","image":{"id":"2\"2"}})"));
  known.replace({{{sale, core::number_no{1}}, "11"}, {{sale, core::number_no{2}}, "2\"2"}});
  EXPECT_EQ(message->renewed(), nullptr) << "nothing has changed";
  EXPECT_EQ(rendered(c, "{}")["template"]["components"][0]["parameters"][0]["image"]["id"],
            "media:" + sale);
}

TEST(renderer, takes_media_from_campaigns_only) {
  const auto header = R"([{"type":"HEADER","format":"DOCUMENT"}])";
  EXPECT_NE(
      problem_of(campaign_of(header, R"({"header.document":"media:17"})")).find("needs the id"),
      std::string::npos);
  EXPECT_NE(problem_of(campaign_of(header, R"({"header.document":"media:{{file}}"})"))
                .find("needs the id"),
            std::string::npos);
  const auto by_list = compile(campaign_of(header, R"({"header.document":"{{file}}"})"));
  ASSERT_TRUE(by_list);
  EXPECT_FALSE((*by_list)->names_media());
  EXPECT_TRUE((*by_list)->ready_for(core::number_no{1}));
  const auto body = (*by_list)->preview("+5511912345678", R"({"file":"media:)" + sale + "\"}", 0);
  ASSERT_FALSE(body);
  EXPECT_NE(body.error().message.find("only templateVariables can"), std::string::npos);
}

} // namespace
