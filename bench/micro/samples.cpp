#include "bench/micro/samples.hpp"

#include "adapters/meta/messages/message_renderer.hpp"
#include "bench/simulator/webhooks/timer_kind.hpp"
#include "bench/simulator/webhooks/webhook_body.hpp"

#include <stdexcept>

namespace stentor::micro {

const meta::callback_codec& codec() {
  static const meta::callback_codec shared{meta::callback_key_from("benchmark")};
  return shared;
}

core::campaign campaign() {
  core::campaign c;
  c.no = 17;
  c.template_name = "spring_sale";
  c.template_language = "pt_BR";
  c.template_category = "MARKETING";
  c.template_parameter_format = "POSITIONAL";
  c.template_components =
      R"([{"type":"BODY","text":"Olá {{1}}, use {{2}} até {{3}} e ganhe 20%."},)"
      R"({"type":"FOOTER","text":"Responda PARAR para sair"}])";
  c.template_variables = R"({"1":"{{name|amigo}}","2":"{{code}}","3":"{{until|domingo}}"})";
  return c;
}

core::claimed_chunk claimed(int recipients) {
  core::claimed_chunk chunk;
  chunk.claim = 1;
  chunk.campaign = 17;
  chunk.number = 3;
  chunk.epoch = 1;
  chunk.from_seq = 1'000'001;
  chunk.to_seq = 1'000'000 + recipients;
  for (int i = 0; i < recipients; ++i) {
    core::claimed_chunk::row row;
    row.seq = 1'000'001 + i;
    const auto digits = phone(i);
    row.person = std::stoull(digits);
    row.to_begin = static_cast<std::uint32_t>(chunk.text.size());
    chunk.text += '+' + digits;
    row.to_size = static_cast<std::uint32_t>(chunk.text.size()) - row.to_begin;
    row.variables_begin = static_cast<std::uint32_t>(chunk.text.size());
    chunk.text += R"({"name":"Maria )" + std::to_string(i) + R"(","code":"SPRING-)" +
                  std::to_string(10'000 + i) + R"(","until":"31 de março"})";
    row.variables_size = static_cast<std::uint32_t>(chunk.text.size()) - row.variables_begin;
    chunk.rows.push_back(row);
  }
  return chunk;
}

core::chunk rendered(int recipients) {
  const auto compiled = meta::make_renderer(codec())->compile(campaign());
  if (!compiled)
    throw std::runtime_error{compiled.error().message};
  core::chunk chunk;
  core::event_batch events;
  compiled.value()->render(claimed(recipients), 0, chunk, events);
  return chunk;
}

std::string_view accepted_answer() {
  return R"({"messaging_product":"whatsapp","contacts":[{"input":"+5511912345678","wa_id":"5511912345678"}],)"
         R"("messages":[{"id":"wamid.HBgNNTUxMTkxMjM0NTY3OBUCABEYEjRBNzhCMEQ3RTVGMDlBNkM1RAA=",)"
         R"("message_status":"accepted"}]})";
}

std::string_view throttled_answer() {
  return R"({"error":{"message":"(#130429) Rate limit hit","type":"OAuthException","code":130429,)"
         R"("error_data":{"messaging_product":"whatsapp","details":"Cloud API message throughput has been reached."},)"
         R"("fbtrace_id":"A4hx6Zk0Qv5oYr8Jm2TnGbd"}})";
}

std::string webhook(int statuses) {
  std::string text;
  load::webhook_body body{text, 7};
  for (int i = 0; i < statuses; ++i) {
    std::string key;
    codec().encode({17, 1'000'001 + i, 0, 0}, key);
    body.add({.message = static_cast<std::uint64_t>(i + 1),
              .at_ms = 1'790'000'000'000 + i,
              .kind = static_cast<std::uint32_t>(i % 2 == 0 ? load::timer_kind::sent
                                                            : load::timer_kind::delivered)},
             {.person = std::stoull(phone(i)),
              .number_id = "106540352242922",
              .callback_data = key,
              .category = "marketing",
              .failure = 0});
  }
  body.finish();
  return text;
}

std::string phone(int i) {
  return std::to_string(5'511'912'000'000ULL + static_cast<unsigned long long>(i) * 7 % 1'000'000);
}

} // namespace stentor::micro
