/// Runs compiled templates. Recipient variables are read in place by simdjson; each thread has its
/// own parser.
#include "adapters/meta/messages/message_renderer.hpp"

#include "adapters/meta/messages/message_program.hpp"
#include "stentor/core/base/white_space.hpp"

#include <array>
#include <cstring>
#include <simdjson.h>

namespace stentor::meta {

namespace {

using simdjson::ondemand::json_type;

constexpr std::string_view head =
    R"({"messaging_product":"whatsapp","recipient_type":"individual",)";
constexpr std::string_view callback_key = R"(,"biz_opaque_callback_data":")";
constexpr std::size_t per_body_extra = 160; ///< address, callback data and short values

/// Scratch of one thread: simdjson's parser, the values of the row in hand, a padded copy for the
/// last rows of a text.
struct scratch {
  simdjson::ondemand::parser parser;
  std::vector<std::string_view> values;
  std::vector<std::string> tidied; ///< those values whose white space had to be changed
  std::string padded;
};

scratch& thread_scratch() {
  static thread_local scratch mine;
  return mine;
}

std::string_view trimmed_token(std::string_view token) {
  while (!token.empty() && (token.back() == ' ' || token.back() == '\n' || token.back() == '\r' ||
                            token.back() == '\t'))
    token.remove_suffix(1);
  return token;
}

class message final : public ports::compiled_message {
public:
  message(core::campaign_no campaign, message_program program, const callback_codec& codec)
      : campaign_{campaign}, program_{std::move(program)}, codec_{codec} {
    for (const auto& each : program_.ops)
      size_hint_ += each.text.size();
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
      if (!render_one(from.to(row), from.variables(row), text.size() - row.variables_begin, key,
                      to.bodies, problem)) {
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
      item.body_begin = static_cast<std::uint32_t>(begin);
      item.body_size = static_cast<std::uint32_t>(to.bodies.size() - begin);
      to.items.push_back(item);
    }
  }

  const std::vector<std::string>& required_variables() const override { return program_.required; }

  core::result<std::string> preview(std::string_view to,
                                    std::string_view variables) const override {
    std::string body;
    std::string problem;
    if (!render_one(to, variables, variables.size(), {campaign_, 0, 0, 0}, body, problem))
      return core::error{core::errc::invalid, problem};
    return body;
  }

private:
  /// @param capacity bytes that are readable from the begin of `variables`
  bool render_one(std::string_view address, std::string_view variables, std::size_t capacity,
                  const callback_data& key, std::string& to, std::string& problem) const {
    auto& mine = thread_scratch();
    if (!program_.variables.empty() && !read_variables(mine, variables, capacity, problem))
      return false;
    to.append(head);
    if (!append_address(address, to)) {
      problem = "The recipient has neither a phone number nor a user id.";
      return false;
    }
    for (const auto& each : program_.ops) {
      if (each.kind == op_kind::literal) {
        to.append(each.text);
        continue;
      }
      const auto value = mine.values[each.variable];
      if (value.empty() && !each.has_default) {
        problem = "The variable \"" + program_.variables[each.variable] +
                  "\" has no value and the campaign gives no default for it.";
        return false;
      }
      if (each.kind == op_kind::media_key)
        to.append(value.empty()               ? std::string_view{each.text}
                  : value.starts_with("http") ? R"("link":")"
                                              : R"("id":")");
      else if (value.empty())
        to.append(each.text);
      else
        append_escaped(to, value);
    }
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

  /// Fills `values` by the index of program_.variables; what is missing, null or empty stays empty.
  bool read_variables(scratch& mine, std::string_view variables, std::size_t capacity,
                      std::string& problem) const {
    mine.values.assign(program_.variables.size(), {});
    mine.tidied.resize(program_.variables.size());
    if (variables.empty())
      return true;
    if (capacity < variables.size() + simdjson::SIMDJSON_PADDING) {
      capacity = variables.size() + simdjson::SIMDJSON_PADDING;
      if (mine.padded.size() < capacity)
        mine.padded.resize(capacity);
      std::memcpy(mine.padded.data(), variables.data(), variables.size());
      variables = std::string_view{mine.padded}.substr(0, variables.size());
    }
    simdjson::ondemand::document document;
    simdjson::ondemand::object object;
    if (mine.parser.iterate(variables.data(), variables.size(), capacity).get(document) !=
            simdjson::SUCCESS ||
        document.get_object().get(object) != simdjson::SUCCESS) {
      problem = "The recipient's variables are not a JSON object.";
      return false;
    }
    for (auto member : object) {
      if (!read_variable(member, mine)) {
        problem = "The recipient's variables are not valid JSON.";
        return false;
      }
    }
    return true;
  }

  template <class Member>
  bool read_variable(Member& member, scratch& mine) const {
    std::string_view name;
    simdjson::ondemand::value value;
    json_type type{};
    if (member.unescaped_key().get(name) != simdjson::SUCCESS ||
        member.value().get(value) != simdjson::SUCCESS)
      return false;
    std::size_t index = 0;
    while (index < program_.variables.size() && program_.variables[index] != name)
      ++index;
    if (index == program_.variables.size())
      return true;
    if (value.type().get(type) != simdjson::SUCCESS)
      return false;
    auto& slot = mine.values[index];
    slot = {};
    if (type == json_type::string) {
      std::string_view text;
      if (value.get_string().get(text) != simdjson::SUCCESS)
        return false;
      slot = core::tidy_white_space(text, mine.tidied[index]);
    }
    if (type == json_type::number || type == json_type::boolean)
      slot = trimmed_token(value.raw_json_token());
    return true;
  }

  core::campaign_no campaign_;
  message_program program_;
  callback_codec codec_;
  std::size_t size_hint_ = 0;
};

class renderer final : public ports::renderer {
public:
  explicit renderer(const callback_codec& codec) : codec_{codec} {}

  core::result<std::shared_ptr<const ports::compiled_message>>
  compile(const core::campaign& campaign) const override {
    auto program = compile_program(campaign);
    if (!program)
      return program.error();
    return std::shared_ptr<const ports::compiled_message>{
        std::make_shared<message>(campaign.no, std::move(*program), codec_)};
  }

private:
  callback_codec codec_;
};

} // namespace

std::unique_ptr<ports::renderer> make_renderer(const callback_codec& codec) {
  return std::make_unique<renderer>(codec);
}

} // namespace stentor::meta
