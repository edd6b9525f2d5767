/// Runs compiled templates. Recipient variables are read in place by simdjson; each thread has its
/// own parser.
#include "adapters/meta/messages/message_renderer.hpp"

#include "adapters/meta/messages/message_preview.hpp"
#include "adapters/meta/messages/message_program.hpp"
#include "adapters/meta/messages/recipient_values.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace stentor::meta {

namespace {

constexpr std::string_view head =
    R"({"messaging_product":"whatsapp","recipient_type":"individual",)";
constexpr std::string_view callback_key = R"(,"biz_opaque_callback_data":")";
constexpr std::size_t per_body_extra = 160; ///< address, callback data and short values

class message final : public ports::compiled_message {
public:
  /// @param programs one for each of the campaign's languages, at least one
  message(core::campaign_no campaign, std::vector<message_program> programs,
          const callback_codec& codec)
      : campaign_{campaign}, programs_{std::move(programs)}, codec_{codec} {
    for (const auto& program : programs_) {
      std::size_t fixed = 0;
      for (const auto& each : program.ops)
        fixed += each.text.size();
      size_hint_ = std::max(size_hint_, fixed);
    }
    size_hint_ += head.size() + callback_key.size() + per_body_extra;
  }

  void render(const core::claimed_chunk& from, std::int64_t now_ms, core::chunk& to,
              core::event_batch& events) const override {
    to.claim = from.claim;
    to.campaign = from.campaign;
    to.number = from.number;
    to.epoch = from.epoch;
    to.retries = from.retries;
    to.from_seq = from.from_seq;
    to.items.reserve(to.items.size() + from.rows.size());
    to.bodies.reserve(to.bodies.size() + from.rows.size() * size_hint_);
    std::string problem;
    const std::string_view text{from.text};
    for (const auto& row : from.rows) {
      if (row.stopped) {
        events.add(from.campaign, row.seq, row.attempt, core::event_kind::opted_out, 0, from.number,
                   now_ms);
        continue;
      }
      if (row.withheld != 0) {
        events.add(from.campaign, row.seq, row.attempt, core::event_kind::retracted, row.withheld,
                   from.number, now_ms);
        continue;
      }
      const auto begin = to.bodies.size();
      const callback_data key{from.campaign, row.seq, row.attempt, row.retries};
      if (!render_one(program_of(row.lang), from.to(row), from.variables(row),
                      text.size() - row.variables_begin, key, to.bodies, problem)) {
        to.bodies.resize(begin);
        events.add(from.campaign, row.seq, row.attempt, core::event_kind::unsendable,
                   static_cast<std::int32_t>(core::local_code::render_failed), from.number, now_ms,
                   problem);
        continue;
      }
      core::chunk::item item;
      item.seq = row.seq;
      item.attempt = row.attempt;
      item.retries = row.retries;
      item.person = row.person;
      item.also = row.also;
      item.place = row.place;
      item.lang = row.lang;
      item.body_begin = static_cast<std::uint32_t>(begin);
      item.body_size = static_cast<std::uint32_t>(to.bodies.size() - begin);
      to.items.push_back(item);
    }
  }

  const std::vector<std::string>& required_variables(std::int16_t lang) const override {
    return program_of(lang).required;
  }

  core::result<std::string> preview(std::string_view to, std::string_view variables,
                                    std::int16_t lang) const override {
    std::string body;
    std::string problem;
    if (!render_one(program_of(lang), to, variables, variables.size(), {campaign_, 0, 0, 0}, body,
                    problem))
      return core::error{core::errc::invalid, problem};
    return body;
  }

private:
  /// What a language was before its campaign had one fewer is the first one.
  [[nodiscard]] const message_program& program_of(std::int16_t lang) const noexcept {
    const auto index = static_cast<std::uint16_t>(lang);
    return programs_[index < programs_.size() ? index : 0];
  }

  /// @param capacity bytes that are readable from the begin of `variables`
  bool render_one(const message_program& program, std::string_view address,
                  std::string_view variables, std::size_t capacity, const callback_data& key,
                  std::string& to, std::string& problem) const {
    auto& values = recipient_values::mine();
    if (!program.variables.empty() && !values.read(program.variables, variables, capacity, problem))
      return false;
    to.append(head);
    if (!append_address(address, to)) {
      problem = "The recipient has neither a phone number nor a user id.";
      return false;
    }
    if (!values.append(program, program.ops, to, problem))
      return false;
    to.append(callback_key);
    codec_.encode(key, to);
    to.append(R"("})");
    return true;
  }

  static bool append_address(std::string_view address, std::string& to) {
    if (address.empty())
      return false;
    const bool digits = address.front() >= '0' && address.front() <= '9';
    if (address.front() == '+' || digits) {
      to.append(digits ? R"("to":"+)" : R"("to":")");
    } else {
      to.append(R"("recipient":")");
    }
    append_escaped(to, address);
    to.append(R"(",)");
    return true;
  }

  core::campaign_no campaign_;
  std::vector<message_program> programs_;
  callback_codec codec_;
  std::size_t size_hint_ = 0;
};

class renderer final : public ports::renderer {
public:
  explicit renderer(const callback_codec& codec) : codec_{codec} {}

  core::result<std::shared_ptr<const ports::compiled_message>>
  compile(const core::campaign& campaign) const override {
    std::vector<message_program> programs;
    std::string problem;
    const auto add = [&](const std::string& language, const std::string& components) {
      auto program = compile_program({.name = campaign.template_name,
                                      .language = language,
                                      .components = components,
                                      .variables = campaign.template_variables});
      if (program)
        programs.push_back(std::move(*program));
      else if (problem.empty())
        problem = (campaign.translations.empty() ? "" : "In " + language + ": ") +
                  program.error().message;
    };
    add(campaign.template_language, campaign.template_components);
    for (const auto& each : campaign.translations)
      add(each.language, each.components);
    if (!problem.empty())
      return core::error{core::errc::invalid, std::move(problem)};
    return std::shared_ptr<const ports::compiled_message>{
        std::make_shared<message>(campaign.no, std::move(programs), codec_)};
  }

  core::result<std::vector<core::template_slot>>
  slots(const ports::template_text& what) const override {
    auto program = analyse_program(what);
    if (!program)
      return program.error();
    std::vector<core::template_slot> all;
    for (auto& each : program->slots)
      all.push_back(std::move(each.slot));
    return all;
  }

  core::result<ports::message_preview> preview(const ports::template_text& what,
                                               std::string_view to,
                                               std::string_view values) const override {
    auto program = analyse_program(what);
    if (!program)
      return program.error();
    ports::message_preview made{.shown = {}, .problems = program->problems, .body = {}};
    const auto texts = texts_of(*program, values, made.problems);
    made.shown = shown_message_of(what.components, texts);
    if (!made.problems.empty())
      return made;
    std::vector<message_program> one;
    one.push_back(std::move(*program));
    auto body = message{core::campaign_no{}, std::move(one), codec_}.preview(to, values, 0);
    if (!body)
      return body.error();
    made.body = std::move(*body);
    return made;
  }

private:
  callback_codec codec_;
};

} // namespace

std::unique_ptr<ports::renderer> make_renderer(const callback_codec& codec) {
  return std::make_unique<renderer>(codec);
}

} // namespace stentor::meta
