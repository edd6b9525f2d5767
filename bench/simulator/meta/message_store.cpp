#include "bench/simulator/meta/message_store.hpp"

namespace stentor::load {

std::uint64_t message_store::add(const message_record& record, std::string_view callback_data) {
  const auto index = count_++;
  if (index % piece_size == 0)
    pieces_.push_back(std::make_unique<piece>());
  auto& to = *pieces_.back();
  auto& stored = to.records[index % piece_size];
  stored = record;
  stored.callback_at = static_cast<std::uint32_t>(to.text.size());
  stored.callback_size = static_cast<std::uint16_t>(callback_data.size());
  stored.open = 1;
  to.text += callback_data;
  ++to.alive;
  return index;
}

message_record& message_store::at(std::uint64_t index) {
  return pieces_[index / piece_size]->records[index % piece_size];
}

std::string_view message_store::callback_data(std::uint64_t index) {
  const auto& from = *pieces_[index / piece_size];
  const auto& record = from.records[index % piece_size];
  return std::string_view{from.text}.substr(record.callback_at, record.callback_size);
}

void message_store::release(std::uint64_t index) {
  auto& from = pieces_[index / piece_size];
  if (--from->records[index % piece_size].open > 0)
    return;
  --from->alive;
  // The last piece is still being filled; it is freed by a later release or stays as the only one.
  if (from->alive == 0 && (index / piece_size) * piece_size + piece_size <= count_)
    from.reset();
}

} // namespace stentor::load
