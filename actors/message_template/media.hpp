#pragma once
/// MEDIA: uploads the media of headers for each number that campaigns which are not over send them
/// from, one at a time, on a thread, a connection and network connections of its own; and tells the
/// renderer which of Meta's ids can be used. Any daemon with the number's token does so: a row in
/// the database says who is at it, for half a minute at a time.

#include "actors/runtime/context.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <optional>
#include <set>
#include <string>

namespace stentor::actors {

class media_state {
public:
  static constexpr const char* name = "media";
  explicit media_state(media_actor::pointer self) : self_{self} {}

  void start(context_ptr context);
  void on_tick();
  void on_uploaded(const core::result<std::string>& meta_id);

private:
  [[nodiscard]] core::status look();
  [[nodiscard]] core::status take_next();
  [[nodiscard]] core::status keep();
  void publish(const std::vector<ports::media_state>& needed);
  void note_health(const core::status& health);

  media_actor::pointer self_;
  context_ptr context_;
  std::unique_ptr<ports::media_uploads> store_;
  std::optional<ports::media_task> task_; ///< what is being uploaded
  core::steady_time kept_at_{};
  std::set<std::string> alarms_; ///< subjects of those that were raised
  bool failing_ = false;
};

media_actor::behavior_type media(media_actor::stateful_pointer<media_state> self,
                                 context_ptr context);

} // namespace stentor::actors
