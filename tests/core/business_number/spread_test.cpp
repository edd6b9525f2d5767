#include "stentor/core/business_number/spread.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

using namespace stentor::core;

namespace {

std::vector<placed_number> numbers(int count, const std::string& holder = {}) {
  std::vector<placed_number> all;
  for (int i = 1; i <= count; ++i)
    all.push_back({number_no{i}, 80, holder});
  return all;
}

std::vector<number_no> upto(int count) {
  std::vector<number_no> all;
  for (int i = 1; i <= count; ++i)
    all.emplace_back(i);
  return all;
}

TEST(spread, gives_a_daemon_alone_everything_that_it_can_send_from) {
  EXPECT_EQ(numbers_of("a", {{"a", upto(3)}}, numbers(3)), upto(3));
  EXPECT_EQ(numbers_of("a", {{"a", {number_no{2}}}}, numbers(3)),
            std::vector<number_no>{number_no{2}});
  EXPECT_TRUE(numbers_of("b", {{"a", upto(3)}}, numbers(3)).empty()) << "it is not alive";
}

TEST(spread, moves_half_to_a_daemon_that_joins_and_nothing_more_then) {
  const std::vector<living_node> two{{"a", upto(10)}, {"b", upto(10)}};
  const auto first = numbers_of("a", two, numbers(10, "a"));
  const auto second = numbers_of("b", two, numbers(10, "a"));
  EXPECT_EQ(first.size(), 5U);
  EXPECT_EQ(second.size(), 5U);
  auto then = numbers(10);
  for (auto& number : then)
    number.holder = std::count(first.begin(), first.end(), number.number) > 0 ? "a" : "b";
  EXPECT_EQ(numbers_of("a", two, then), first);
  EXPECT_EQ(numbers_of("b", two, then), second);
}

TEST(spread, gives_what_a_dead_daemon_had_to_those_that_are_left) {
  auto all = numbers(9);
  for (std::size_t i = 0; i < 6; ++i)
    all[i].holder = i < 3 ? "a" : "b";
  const std::vector<living_node> two{{"a", upto(9)}, {"b", upto(9)}};
  const auto a = numbers_of("a", two, all);
  const auto b = numbers_of("b", two, all);
  EXPECT_EQ(a.size() + b.size(), 9U);
  EXPECT_GE(a.size(), 4U);
  EXPECT_GE(b.size(), 4U);
}

TEST(spread, goes_by_rates_and_not_by_counts) {
  std::vector<placed_number> all{{number_no{1}, 1000, ""}};
  for (int i = 2; i <= 6; ++i)
    all.push_back({number_no{i}, 80, ""});
  const std::vector<living_node> two{{"a", upto(6)}, {"b", upto(6)}};
  EXPECT_EQ(numbers_of("a", two, all), std::vector<number_no>{number_no{1}});
  EXPECT_EQ(numbers_of("b", two, all).size(), 5U);
}

TEST(spread, leaves_alone_what_somebody_else_holds) {
  EXPECT_TRUE(numbers_of("a", {{"a", upto(2)}}, numbers(2, "a daemon that is not alive")).empty());
}

TEST(spread, gives_every_number_to_exactly_one_and_comes_to_rest) {
  std::mt19937 random{7};
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  for (int round = 0; round < 300; ++round) {
    std::vector<living_node> nodes;
    for (int i = 0; i < 1 + below(5); ++i)
      nodes.push_back({std::string(1, static_cast<char>('a' + i)), {}});
    std::vector<placed_number> all;
    for (int i = 1; i <= below(40); ++i) {
      placed_number number{number_no{i}, 80.0 * (1 + below(4)), ""};
      for (auto& node : nodes)
        if (below(4) != 0)
          node.numbers.push_back(number.number);
      if (below(2) == 0)
        number.holder = nodes[static_cast<std::size_t>(below(static_cast<int>(nodes.size())))].id;
      all.push_back(number);
    }
    const auto assign = [&] {
      std::map<number_no, std::string> at;
      for (const auto& node : nodes)
        for (const auto number : numbers_of(node.id, nodes, all)) {
          EXPECT_TRUE(at.emplace(number, node.id).second) << "two have it";
          EXPECT_TRUE(std::count(node.numbers.begin(), node.numbers.end(), number) > 0);
        }
      return at;
    };
    const auto once = assign();
    for (auto& number : all) {
      const auto found = once.find(number.number);
      const bool somebody = std::any_of(nodes.begin(), nodes.end(), [&](const auto& node) {
        return std::count(node.numbers.begin(), node.numbers.end(), number.number) > 0;
      });
      EXPECT_TRUE(found != once.end() || !somebody || !number.holder.empty());
      if (found != once.end())
        number.holder = found->second;
    }
    EXPECT_EQ(assign(), once) << "it moves on although everybody has what it wanted";
  }
}

} // namespace
