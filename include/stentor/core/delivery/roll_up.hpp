#pragma once
/// Figures of a campaign that are kept beside its rows, so that no report reads them all. Each is a
/// sum over the rows; a fold adds the difference between its rows before and after. Pure; a
/// roll_ups is used from one thread.

#include "stentor/core/base/ids.hpp"
#include "stentor/core/delivery/delivery.hpp"
#include "stentor/core/delivery/part.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <map>

namespace stentor::core {

constexpr std::size_t delivery_states = 13;

/// Of those accepted in one hour. Sums of times are from acceptance, in milliseconds.
struct hour_figures {
  std::int32_t accepted = 0, delivered = 0, read = 0, responded = 0, opted_out = 0, failed = 0;
  std::int32_t ended = 0;  ///< delivered, failed or opted out
  std::int32_t capped = 0; ///< of those failed: Meta keeps it back, the person has enough marketing
  std::int64_t delivery_ms = 0, read_ms = 0, response_ms = 0;
  std::int32_t delivery_n = 0, read_n = 0, response_n = 0;

  bool operator==(const hour_figures&) const = default;
};

/// Acceptances that were seen lie between these; one that turns out to have been earlier widens
/// them and does not narrow them again. 0: none.
struct acceptance_span {
  std::int64_t first_ms = 0, last_ms = 0;
};

struct number_figures {
  std::int32_t accepted = 0, delivered = 0, read = 0, failed = 0;
  std::int32_t paced = 0; ///< of the accepted, held back by Meta; kept by the second only

  bool operator==(const number_figures&) const = default;
};

struct error_figures {
  std::int32_t failed = 0, waiting = 0;

  bool operator==(const error_figures&) const = default;
};

/// Which number, in which hour of acceptance.
struct number_hour {
  number_no number{};
  std::int32_t hour = 0;

  auto operator<=>(const number_hour&) const = default;
};

/// Which part of the list, in which hour of acceptance; hour 0: not accepted.
struct part_hour {
  part_no part = 0; ///< 0 where the campaign has no stages
  std::int32_t hour = 0;

  auto operator<=>(const part_hour&) const = default;
};

/// Differences of one campaign; some may be nothing.
struct campaign_roll_ups {
  struct of_hour {
    hour_figures figures;
    acceptance_span span;
  };
  std::map<part_hour, of_hour> hours;
  std::map<number_hour, number_figures> numbers;
  std::map<std::int32_t, error_figures> errors; ///< by code
  std::array<std::int32_t, delivery_states> states{};
  std::map<std::int64_t, number_figures> seconds; ///< by the Unix time at which it happened
  std::int32_t held_back = 0;                     ///< messages that Meta began to hold back
  std::int32_t let_go = 0;                        ///< messages that it held back and then sent
};

class roll_ups {
public:
  /// A recipient's row has changed; `before` is null for a new one. Rows of one campaign should
  /// come together. @param part 0 where the campaign has no stages
  void change(campaign_no campaign, part_no part, const delivery* before, const delivery& after);

  [[nodiscard]] const std::map<campaign_no, campaign_roll_ups>& campaigns() const noexcept {
    return campaigns_;
  }

private:
  std::map<campaign_no, campaign_roll_ups> campaigns_;
};

} // namespace stentor::core
