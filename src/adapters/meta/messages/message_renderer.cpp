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

using all_programs = std::vector<message_program>;

class message final : public ports::compiled_message {
public:
  /// @param programs one for each of the campaign's languages, at least one
  message(core::campaign_no campaign, std::shared_ptr<const all_programs> programs,
          const callback_codec& codec, const ports::media_ids* media)
      : campaign_{campaign}, programs_{std::move(programs)}, codec_{codec}, media_{media} {
    for (const auto& program : *programs_) {
      std::size_t fixed = 0;
      for (const auto& each : program.ops)
        fixed += each.text.size();
      size_hint_ = std::max(size_hint_, fixed);
    }
    size_hint_ += head.size() + callback_key.size() + per_body_extra;
    if (media_ != nullptr && names_media())
      known_ = media_->now();
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
    const auto with_media = ops_for(from.number);
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
      const auto which = index_of(row.lang);
      const auto& program = (*programs_)[which];
      if (!render_one(program, with_media.empty() ? program.ops : with_media[which], from.to(row),
                      from.variables(row), text.size() - row.variables_begin, key, to.bodies,
                      problem)) {
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
    return (*programs_)[index_of(lang)].required;
  }

  core::result<std::string> preview(std::string_view to, std::string_view variables,
                                    std::int16_t lang) const override {
    std::string body;
    std::string problem;
    const auto& program = (*programs_)[index_of(lang)];
    if (!render_one(program, program.ops, to, variables, variables.size(), {campaign_, 0, 0, 0},
                    body, problem))
      return core::error{core::errc::invalid, problem};
    return body;
  }

  bool names_media() const override {
    return std::any_of(programs_->begin(), programs_->end(),
                       [](const auto& program) { return !program.media.empty(); });
  }

  bool ready_for(core::number_no number) const override {
    const auto is_known = [&](const auto& id) { return known_ && known_->contains({id, number}); };
    return std::all_of(programs_->begin(), programs_->end(), [&](const auto& program) {
      return std::all_of(program.media.begin(), program.media.end(), is_known);
    });
  }

  std::shared_ptr<const ports::compiled_message> renewed() const override {
    if (media_ == nullptr || !names_media() || media_->now() == known_)
      return nullptr;
    return std::make_shared<message>(campaign_, programs_, codec_, media_);
  }

private:
  /// What a language was before its campaign had one fewer is the first one.
  [[nodiscard]] std::size_t index_of(std::int16_t lang) const noexcept {
    const std::size_t index = static_cast<std::uint16_t>(lang);
    return index < programs_->size() ? index : 0;
  }

  /// Of each program, with the media's ids for this number; none: it names no media.
  std::vector<std::vector<op>> ops_for(core::number_no number) const {
    std::vector<std::vector<op>> all;
    if (!names_media() || !ready_for(number))
      return all;
    for (const auto& program : *programs_) {
      all.push_back(program.ops);
      for (auto& each : all.back())
        if (each.kind == op_kind::media) {
          op id{.text = {}};
          append_escaped(id.text, known_->at({each.text, number}));
          each = std::move(id);
        }
    }
    return all;
  }

  /// @param capacity bytes that are readable from the begin of `variables`
  bool render_one(const message_program& program, const std::vector<op>& ops,
                  std::string_view address, std::string_view variables, std::size_t capacity,
                  const callback_data& key, std::string& to, std::string& problem) const {
    auto& values = recipient_values::mine();
    if (!program.variables.empty() && !values.read(program.variables, variables, capacity, problem))
      return false;
    to.append(head);
    if (!append_address(address, to)) {
      problem = "The recipient has neither a phone number nor a user id.";
      return false;
    }
    if (!values.append(program, ops, to, problem))
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
  std::shared_ptr<const all_programs> programs_; ///< one for each language, at least one
  callback_codec codec_;
  const ports::media_ids* media_;
  std::shared_ptr<const ports::media_table> known_; ///< as Meta had them when this was made
  std::size_t size_hint_ = 0;
};

class renderer final : public ports::renderer {
public:
  renderer(const callback_codec& codec, const ports::media_ids* media)
      : codec_{codec}, media_{media} {}

  core::result<std::shared_ptr<const ports::compiled_message>>
  compile(const core::campaign& campaign) const override {
    all_programs programs;
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
    return std::shared_ptr<const ports::compiled_message>{std::make_shared<message>(
        campaign.no, std::make_shared<const all_programs>(std::move(programs)), codec_, media_)};
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
    all_programs one;
    one.push_back(std::move(*program));
    const message made_of{core::campaign_no{}, std::make_shared<const all_programs>(std::move(one)),
                          codec_, nullptr};
    auto body = made_of.preview(to, values, 0);
    if (!body)
      return body.error();
    made.body = std::move(*body);
    return made;
  }

private:
  callback_codec codec_;
  const ports::media_ids* media_;
};

} // namespace

std::unique_ptr<ports::renderer> make_renderer(const callback_codec& codec,
                                               const ports::media_ids* media) {
  return std::make_unique<renderer>(codec, media);
}

} // namespace stentor::meta
