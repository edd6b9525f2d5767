/// See preview.hpp.

#include "api/campaign/preview.hpp"

#include "api/http/sentence_json.hpp"
#include "api/message_template/slots.hpp"
#include "stentor/ports/campaign/campaign_preview.hpp"

#include <utility>

namespace stentor::api {

using nlohmann::ordered_json;

namespace {

/// The template in that language, with the campaign's texts.
ports::template_text text_of(const core::campaign& c, std::int16_t lang) {
  const auto further = static_cast<std::size_t>(lang) - 1;
  const bool is_further = lang > 0 && further < c.translations.size();
  return {.name = c.template_name,
          .language = is_further ? c.translations[further].language : c.template_language,
          .components = is_further ? c.translations[further].components : c.template_components,
          .variables = c.template_variables};
}

} // namespace

shown_sample show_message(const ports::renderer& renderer, const core::campaign& campaign,
                          const core::launch_sample& whom) {
  const auto made = renderer.preview(text_of(campaign, whom.lang), whom.to, whom.variables.text);
  if (made)
    return {.message = shown(made->shown), .problems = shown(made->problems)};
  auto problem =
      shown(core::make_sentence("template_unusable", "The template cannot be used: {problem}",
                                {{"problem", made.error().message}}));
  problem["slot"] = nullptr;
  return {.message = {}, .problems = ordered_json::array({std::move(problem)})};
}

void preview_recipient(call c) {
  if (!has_campaign_id(c))
    return;
  const auto found = c.c->s.previews->recipient(c.who, c.ids[0], c.ids[1]);
  if (!found)
    return refuse(c, found.error());
  auto made = show_message(*c.c->s.renderer, found->campaign, found->whom);
  ordered_json out = made.message.is_object() ? std::move(made.message) : ordered_json::object();
  out["language"] = core::language_at(found->campaign, found->whom.lang);
  out["problems"] = std::move(made.problems);
  answer(c, 200, out.dump(-1, ' ', false, ordered_json::error_handler_t::replace));
}

} // namespace stentor::api
