#include "tests/simulation/run/ratings.hpp"

namespace stentor::simulation {

namespace {

/// A lease (node.cpp) is renewed, and with it the rating heard of, or it ends.
constexpr milliseconds heard_within{3'100};

} // namespace

void foresee_ratings(const plan& of, world& w, timeline& time) {
  for (const auto& low : of.rated) {
    const auto rate = [&w, number = low.number](const char* word) {
      return [&w, number, word] { w.facts[number].quality_rating = word; };
    };
    time.at(steady_begin + low.at, rate("RED"));
    time.at(steady_begin + low.at + low.lasts, rate("GREEN"));
  }
}

std::vector<std::string> sent_though_red(const plan& of, const truth& known) {
  std::vector<std::string> found;
  for (const auto& low : of.rated)
    for (const auto& r : known.requests)
      if (r.body.number == low.number && r.departed > steady_begin + low.at + heard_within &&
          r.departed < steady_begin + low.at + low.lasts)
        found.push_back("number " + std::to_string(low.number) + " sent campaign " +
                        std::to_string(r.body.campaign) + " recipient " +
                        std::to_string(r.body.seq) + " " +
                        std::to_string((r.departed - steady_begin - low.at) / milliseconds{1}) +
                        " ms behind its rating");
  return found;
}

} // namespace stentor::simulation
