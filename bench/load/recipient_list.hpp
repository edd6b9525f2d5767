#pragma once
/// An endless supply of invented people: valid mobile numbers of six countries, none in the United
/// States, no number twice. The list is made while it is read, so its size costs no memory.

#include <cstdint>
#include <functional>
#include <streambuf>
#include <string>

namespace stentor::load {

/// How many different people there are.
constexpr std::uint64_t people_max = 60'000'000;

/// The number of person `index` (below people_max), as E.164 with its plus.
[[nodiscard]] std::string invented_phone(std::uint64_t index);

/// A CSV of `people` recipients with phone, name, destination and consent. Ends early when `stop`
/// says so.
class recipient_csv : public std::streambuf {
public:
  recipient_csv(std::uint64_t people, std::function<bool()> stop);

protected:
  int_type underflow() override;

private:
  std::uint64_t people_;
  std::uint64_t next_ = 0;
  std::function<bool()> stop_;
  std::string piece_;
};

} // namespace stentor::load
