/// What Meta tells of accounts, their templates and their limits (webhook.hpp).
#include "actors/inbox/webhook.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace stentor::actors {

/// Stored with the webhook; its campaigns are paused at once.
void webhook_state::take_template(const ports::template_change& change) {
  pending_->templates.push_back({.waba_id = change.waba_id,
                                 .name = change.name,
                                 .language = change.language,
                                 .status = change.event.empty() || change.stops_sending
                                               ? change.event
                                               : std::string{"APPROVED"},
                                 .category = change.category,
                                 .next_category = change.next_category,
                                 .next_category_at_ms = change.next_category_at_ms,
                                 .quality = change.quality});
  if (!change.category.empty())
    spdlog::warn("Meta says that template {} ({}) is {}{}{}.", change.name, change.language,
                 change.category, change.next_category.empty() ? "" : " and becomes ",
                 change.next_category);
  if (change.stops_sending)
    self_->send(partners_.supervisor, template_status{.waba_id = change.waba_id,
                                                      .name = change.name,
                                                      .language = change.language,
                                                      .status = change.event,
                                                      .stops_sending = true});
}

void webhook_state::take_account(const ports::account_change& change) {
  if (!change.stops_sending)
    return;
  const auto wait_ms = change.until_ms > 0 ? change.until_ms - context_->now_ms() : 0;
  const auto numbers = context_->numbers.all();
  for (const auto& number : *numbers) {
    if (number.waba_id != change.waba_id)
      continue;
    self_->send(partners_.supervisor,
                fault{.scope = core::scope_action::pause_account,
                      .number = number.no,
                      .campaign = {},
                      .code = 0,
                      .wait = std::chrono::seconds{std::max<std::int64_t>(0, wait_ms / 1'000)},
                      .text = "account update " + change.event});
    return;
  }
}

/// Numbers are read again within minutes, so a limit that can't be written now is not lost.
void webhook_state::take_limit(const ports::limit_change& change) {
  when_done(self_->request(partners_.numbers, caf::infinite, told_limit{change}),
            [change](const core::status& status) {
              if (status)
                spdlog::info("Meta's messaging limit of account {} is {} now.", change.waba_id,
                             change.limit);
              else
                spdlog::warn("Meta's messaging limit of account {} is {} now, which could not be "
                             "kept: {}",
                             change.waba_id, change.limit, status.error().message);
            });
}

} // namespace stentor::actors
