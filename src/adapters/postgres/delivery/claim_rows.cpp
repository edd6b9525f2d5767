#include "adapters/postgres/delivery/claim_rows.hpp"

#include "stentor/core/contact/contact_key.hpp"

#include <string>

namespace stentor::postgres {

claim_rows::claim_rows(const rows& people)
    : people_{&people}, seq_{people.column("seq")}, phone_{people.column("phone")},
      user_id_{people.column("user_id")}, variables_{people.column("variables")},
      stopped_{people.column("stopped")}, withheld_{people.column("withheld")}, lang_{people.column(
                                                                                    "lang")} {}

void claim_rows::add_to(core::claimed_chunk& chunk, int i) const {
  const auto& people = *people_;
  core::claimed_chunk::row row;
  row.seq = static_cast<core::recipient_seq>(people.integer(i, seq_));
  row.stopped = people.boolean(i, stopped_);
  row.withheld = static_cast<std::int16_t>(people.integer(i, withheld_));
  row.lang = static_cast<std::int16_t>(people.integer(i, lang_));
  row.to_begin = static_cast<std::uint32_t>(chunk.text.size());
  if (!people.is_null(i, phone_)) {
    const auto phone = people.integer(i, phone_);
    row.person = core::one_spelling(static_cast<core::person_key>(phone));
    if (!people.is_null(i, user_id_))
      row.also = core::person_from_user_id(people.text(i, user_id_));
    chunk.text += '+';
    chunk.text += std::to_string(phone);
  } else {
    row.person = core::person_from_user_id(people.text(i, user_id_));
    chunk.text += people.text(i, user_id_);
  }
  row.to_size = static_cast<std::uint32_t>(chunk.text.size()) - row.to_begin;
  row.variables_begin = static_cast<std::uint32_t>(chunk.text.size());
  chunk.text += people.text(i, variables_);
  row.variables_size = static_cast<std::uint32_t>(chunk.text.size()) - row.variables_begin;
  chunk.rows.push_back(row);
}

} // namespace stentor::postgres
