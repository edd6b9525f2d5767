#include "stentor/core/business_number/spread.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace stentor::core {

namespace {

/// Rates that are this close are even.
constexpr double even = 1e-6;

class spreading {
public:
  spreading(const std::vector<living_node>& nodes, const std::vector<placed_number>& numbers) {
    for (const auto& node : nodes) {
      load_[node.id] = 0;
      for (const auto number : node.numbers)
        able_[number].insert(node.id);
    }
    // The fast ones first, so that the slow ones fill up what is uneven.
    ordered_ = numbers;
    std::sort(ordered_.begin(), ordered_.end(), [](const auto& a, const auto& b) {
      return a.per_second != b.per_second ? a.per_second > b.per_second : a.number < b.number;
    });
  }

  void place() {
    for (const auto& number : ordered_)
      if (!number.holder.empty() && able(number.number, number.holder))
        put(number, number.holder);
    for (const auto& number : ordered_)
      if (number.holder.empty())
        if (const auto* const node = least_loaded(number.number))
          put(number, *node);
  }

  /// Each move makes the rates more even, so there is a last one.
  void balance() {
    while (move_one()) {
    }
  }

  [[nodiscard]] std::vector<number_no> of(const std::string& node) const {
    std::vector<number_no> all;
    for (const auto& [number, at] : at_)
      if (at == node)
        all.push_back(number);
    return all;
  }

private:
  [[nodiscard]] bool able(number_no number, const std::string& node) const {
    const auto found = able_.find(number);
    return found != able_.end() && found->second.contains(node);
  }

  void put(const placed_number& number, const std::string& node) {
    load_[node] += number.per_second;
    at_[number.number] = node;
  }

  [[nodiscard]] const std::string* least_loaded(number_no number) const {
    const auto found = able_.find(number);
    const std::string* best = nullptr;
    if (found != able_.end())
      for (const auto& node : found->second)
        if (best == nullptr || load_.at(node) < load_.at(*best) - even)
          best = &node;
    return best;
  }

  bool move_one() {
    for (const auto& number : ordered_) {
      const auto at = at_.find(number.number);
      if (at == at_.end() || number.per_second <= 0)
        continue;
      const auto* const to = least_loaded(number.number);
      if (to == nullptr || load_[*to] + number.per_second >= load_[at->second] - even)
        continue;
      load_[at->second] -= number.per_second;
      put(number, *to);
      return true;
    }
    return false;
  }

  std::map<std::string, double> load_;
  std::map<number_no, std::set<std::string>> able_;
  std::vector<placed_number> ordered_;
  std::map<number_no, std::string> at_;
};

} // namespace

std::string node_of(const std::string& owner) {
  return owner.substr(0, owner.find('#'));
}

std::vector<number_no> numbers_of(const std::string& node, const std::vector<living_node>& nodes,
                                  const std::vector<placed_number>& numbers) {
  spreading all{nodes, numbers};
  all.place();
  all.balance();
  return all.of(node);
}

} // namespace stentor::core
