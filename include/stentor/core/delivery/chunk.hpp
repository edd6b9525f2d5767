#pragma once
/// A chunk is what travels between actors: the recipients of one claim for one sending number. It
/// is immutable once shared, and every slice of it that waits anywhere keeps it alive.

#include "stentor/core/base/ids.hpp"
#include "stentor/core/delivery/flight.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::core {

/// A chunk as it comes from the store: addresses and variables, not yet rendered.
struct claimed_chunk {
  struct row {
    recipient_seq seq = 0;
    std::int16_t attempt = 0;
    std::int16_t retries = 0;  ///< tries so far that count against the campaign's maxRetries
    bool stopped = false;      ///< said stop since the import: must not be sent
    std::int16_t withheld = 0; ///< a screen_reason: may not get marketing, and the template became
                               ///< one for it since the import
    std::int16_t lang = 0;     ///< index into the campaign's languages
    person_key person = 0;
    person_key also = 0;        ///< the same person's user id, where the list has both; 0: none
    std::uint32_t place = 0;    ///< in the claim, counted from its first one
    std::uint32_t to_begin = 0; ///< in `text`: "+4912…" or the business-scoped user id
    std::uint32_t to_size = 0;
    std::uint32_t variables_begin = 0; ///< in `text`: a JSON object, possibly empty
    std::uint32_t variables_size = 0;
  };

  claim_id claim{};
  campaign_no campaign{};
  number_no number{};
  lease_epoch epoch{};
  bool retries = false; ///< from the retry queue; else from the list
  /// The claim's first and last place. On the list a place is a recipient's seq, and those of
  /// people who were screened out at import are missing from the rows; of retries they are 1 to
  /// their count.
  recipient_seq from_seq = 0;
  recipient_seq to_seq = 0;
  std::vector<row> rows;
  std::string text;

  [[nodiscard]] std::string_view to(const row& r) const {
    return std::string_view{text}.substr(r.to_begin, r.to_size);
  }
  [[nodiscard]] std::string_view variables(const row& r) const {
    return std::string_view{text}.substr(r.variables_begin, r.variables_size);
  }
};

/// A chunk ready to be sent: one JSON body per item, all in one buffer.
struct chunk {
  struct item {
    recipient_seq seq = 0;
    std::int16_t attempt = 0;
    std::int16_t retries = 0;
    person_key person = 0;
    person_key also = 0;     ///< as in claimed_chunk::row
    std::uint32_t place = 0; ///< likewise
    std::uint32_t body_begin = 0;
    std::uint32_t body_size = 0;
    std::int16_t lang = 0; ///< likewise
  };

  claim_id claim{};
  campaign_no campaign{};
  number_no number{};
  lease_epoch epoch{};
  bool retries = false;                ///< as in claimed_chunk
  bool marketing = false;              ///< its template's category, as far as it is known
  recipient_seq from_seq = 0;          ///< likewise
  flight_slot flight = no_flight_slot; ///< where the claim's departures are written down
  std::vector<item> items;             ///< ascending by seq and place
  std::string bodies;
  /// From this moment of the wall clock on nothing of it leaves: the campaign's expiry, or the end
  /// of its part's hours.
  wall_time leaves_before = wall_time::max();
  /// Nor before this one, at which it was known that it may: the wall clock may step back behind
  /// the beginning of those hours.
  wall_time leaves_from = wall_time::min();
  /// Of stops that came since these recipients were read, none is forgotten as long as this lives
  /// (ports::stop_list).
  std::shared_ptr<const void> read_under;

  /// What a progress mark over everything before this end says.
  [[nodiscard]] recipient_seq mark_before(std::uint32_t end) const {
    return from_seq + static_cast<recipient_seq>(items[end - 1].place);
  }
  /// Whether it may be handed to the network now, if its bytes go as late as `by`.
  [[nodiscard]] bool may_leave(wall_time now, wall_time by) const noexcept {
    return now >= leaves_from && by < leaves_before;
  }
  [[nodiscard]] std::string_view body(const item& i) const {
    return std::string_view{bodies}.substr(i.body_begin, i.body_size);
  }
};

/// items [begin, end) of a chunk: what one progress mark covers.
struct slice {
  std::shared_ptr<const core::chunk> chunk;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

} // namespace stentor::core
