#pragma once
/// What stands in the way of a launch: facts in, obstacles out. The one list of them, asked by the
/// preflight and by the launch itself. Pure; any thread.

#include "stentor/core/base/ids.hpp"
#include "stentor/core/base/json_text.hpp"
#include "stentor/core/base/sentence.hpp"
#include "stentor/core/campaign/campaign.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace stentor::core {

/// So many of the first recipients are rendered before a launch.
inline constexpr std::size_t launch_samples_max = 50;

/// A number that the campaign would send from.
struct launch_number {
  std::string phone_number_id;
  std::string waba_id;
  double per_second = 0;
  bool active = true;                     ///< named by the current configuration
  std::optional<sentence> stopped_reason; ///< why it may not send now; none: it may
  std::string template_status;            ///< in its business account; empty: unknown there
  /// The same in the campaign's further languages, in their order.
  std::vector<std::string> translation_statuses = {};
  std::string quality = {};   ///< as Meta rates it: GREEN, YELLOW, RED
  double marketing_share = 1; ///< of its rate, by that

  [[nodiscard]] bool can_send() const noexcept { return active && !stopped_reason; }
};

/// One of the first recipients who can be written to.
struct launch_sample {
  std::string id;
  std::string to; ///< phone number, or user id
  json_text variables;
  std::int16_t lang = 0; ///< index into the campaign's languages
};

/// Media of ours that a header names, and a number that would send them.
struct launch_media {
  std::string slot; ///< "header.image"
  std::string id;
  std::string mime;                ///< empty: there are none with this id
  std::string number;              ///< its phone number id; empty: the campaign has none
  bool is_there = false;           ///< Meta has them for this number
  std::optional<sentence> refused; ///< why Meta did not take them
};

/// What the database knows of a campaign that is to start.
struct launch_facts {
  campaign what; ///< with its template
  std::vector<launch_number> numbers;
  std::int64_t recipients = 0;
  std::int64_t screened = 0;
  std::string screened_by;   ///< "frequency 595, opted_out 5", the most first; empty: nobody is
  bool for_marketing = true; ///< by its template; one that nobody knows counts as marketing
  bool list_is_made_at_launch = false; ///< of customers; who is on it was picked by hand
  bool lacks_segment = false;          ///< although it is for one
  bool list_of_nobody = false;         ///< it is made of customers, and none of them may be on it
  bool holds_refusals = false;         ///< an early version imported it for a template that was not
                                       ///< marketing's, people without consent among them
  bool has_canary = false;             ///< some of its people go first
  bool ignores_caps = false;           ///< it goes to people too who had enough marketing
  std::int64_t canary_proposed_above = 20'000; ///< people
  std::vector<launch_sample> samples;
  std::vector<launch_media> media; ///< by slot and number
};

/// What became of the samples.
struct sample_renderings {
  std::string compile_problem; ///< why no message can be made at all; empty: it can
  std::int64_t rendered = 0;
  std::vector<std::string> problems; ///< one for each sample that can't be rendered
};

struct preflight_result {
  std::vector<sentence> obstacles; ///< empty: it may start
  std::vector<sentence> warnings;  ///< what an operator should know and may accept
  double messages_per_second = 0;  ///< of the numbers that can send, under the campaign's own limit

  [[nodiscard]] bool ready() const noexcept { return obstacles.empty(); }
};

/// Of a list to which people were picked by hand, and which customers join.
[[nodiscard]] std::optional<sentence> note_of_union(const launch_facts& facts);

[[nodiscard]] preflight_result check_launch(const launch_facts& facts,
                                            const sample_renderings& renderings, wall_time now);

} // namespace stentor::core
