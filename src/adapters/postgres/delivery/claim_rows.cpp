#include "adapters/postgres/delivery/claim_rows.hpp"

#include "stentor/core/contact/contact_key.hpp"

#include <string>

namespace stentor::postgres {

void add_claimed_row(core::claimed_chunk& chunk, const rows& people, int i) {
  core::claimed_chunk::row row;
  row.seq = static_cast<core::recipient_seq>(people.integer(i, 0));
  row.stopped = people.boolean(i, 4);
  row.to_begin = static_cast<std::uint32_t>(chunk.text.size());
  if (!people.is_null(i, 1)) {
    const auto phone = people.integer(i, 1);
    row.person = static_cast<core::person_key>(phone);
    chunk.text += '+';
    chunk.text += std::to_string(phone);
  } else {
    row.person = core::person_from_user_id(people.text(i, 2));
    chunk.text += people.text(i, 2);
  }
  row.to_size = static_cast<std::uint32_t>(chunk.text.size()) - row.to_begin;
  row.variables_begin = static_cast<std::uint32_t>(chunk.text.size());
  chunk.text += people.text(i, 3);
  row.variables_size = static_cast<std::uint32_t>(chunk.text.size()) - row.variables_begin;
  chunk.rows.push_back(row);
}

} // namespace stentor::postgres
