#pragma once
/// What can be set about a torture run. Plain values.

#include "bench/torture/plan.hpp"

#include <cstdint>
#include <string>

namespace stentor::load {

struct torture_settings {
  std::uint64_t seed = 1;
  unsigned crashes = 500;
  unsigned database_crashes = 50;
  std::uint64_t recipients = 200'000;
  unsigned numbers = 10;
  double rate = 1'000; ///< messages per second of all numbers together
  double others_per_crash = 1.5;
  unsigned nodes = 1;        ///< daemons on the database
  double every_s = 0;        ///< between two deeds; 0: they come at random, by messages
  double long_freeze_s = 0;  ///< how long one of the daemons stands still, once; 0: none does
  double doubt_limit = 1;    ///< the largest share of the recipients that may end in doubt
  unsigned patience_s = 120; ///< for an end without any progress
  std::string folder;        ///< where the temporary folder is made; empty: the system's
  bool keep = false;         ///< leave the folder also when all went well
};

} // namespace stentor::load
