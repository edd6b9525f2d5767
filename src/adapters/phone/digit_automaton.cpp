#include "adapters/phone/digit_automaton.hpp"

#include <algorithm>
#include <utility>

namespace stentor::phone {

/// Recursive descent over a pattern, building Thompson's construction: every piece has one entry
/// and one exit.
class digit_patterns::compiler {
public:
  compiler(std::vector<node>& nodes, std::string_view text) : nodes_{nodes}, text_{text} {}

  struct piece {
    std::int32_t in = -1;
    std::int32_t out = -1;
  };

  [[nodiscard]] piece whole() {
    const auto p = alternatives();
    failed_ = failed_ || at_ != text_.size();
    return p;
  }
  [[nodiscard]] bool failed() const noexcept { return failed_; }

  std::int32_t make() {
    nodes_.emplace_back();
    return static_cast<std::int32_t>(nodes_.size() - 1);
  }
  void join(std::int32_t from, std::int32_t to) {
    nodes_[static_cast<std::size_t>(from)].free.push_back(to);
  }

private:
  [[nodiscard]] bool more() const noexcept { return at_ < text_.size(); }
  [[nodiscard]] bool eat(char c) noexcept {
    if (!more() || text_[at_] != c)
      return false;
    ++at_;
    return true;
  }

  piece alternatives() {
    const piece all{make(), make()};
    do {
      const auto one = sequence();
      join(all.in, one.in);
      join(one.out, all.out);
    } while (!failed_ && eat('|'));
    return all;
  }

  piece sequence() {
    piece all{make(), -1};
    all.out = all.in;
    while (!failed_ && more() && text_[at_] != '|' && text_[at_] != ')') {
      const auto begin = at_;
      auto one = atom();
      const auto end = at_;
      const auto [least, most] = repetition();
      all.out = repeat(all.out, one, begin, end, least, most);
    }
    return all;
  }

  /// Appends `least`..`most` copies after `tail`; a copy is made by parsing the atom's text again.
  std::int32_t repeat(std::int32_t tail, piece first, std::size_t begin, std::size_t end, int least,
                      int most) {
    const auto after = at_;
    const auto exit = make();
    for (int i = 0; i < most && !failed_; ++i) {
      auto copy = first;
      if (i > 0) {
        at_ = begin;
        copy = atom();
        failed_ = failed_ || at_ != end;
      }
      if (i >= least)
        join(tail, exit);
      join(tail, copy.in);
      tail = copy.out;
    }
    at_ = after;
    join(tail, exit);
    return exit;
  }

  std::pair<int, int> repetition() {
    if (eat('?'))
      return {0, 1};
    if (eat('*') || eat('+')) { // unbounded: the metadata has none of these
      failed_ = true;
      return {1, 1};
    }
    if (!eat('{'))
      return {1, 1};
    const int least = number();
    const int most = eat(',') ? number() : least;
    failed_ = failed_ || !eat('}') || most < least || most > 40;
    return {least, most};
  }

  int number() {
    int n = 0;
    const auto begin = at_;
    while (more() && text_[at_] >= '0' && text_[at_] <= '9' && n < 1000)
      n = n * 10 + (text_[at_++] - '0');
    failed_ = failed_ || at_ == begin;
    return n;
  }

  piece atom() {
    if (eat('(')) {
      if (eat('?') && !eat(':'))
        failed_ = true; // a look-around
      const auto inner = alternatives();
      failed_ = failed_ || !eat(')');
      return inner;
    }
    piece one{make(), make()};
    const auto digits = digit_set();
    failed_ = failed_ || digits == 0;
    nodes_[static_cast<std::size_t>(one.in)].digits = digits;
    nodes_[static_cast<std::size_t>(one.in)].next = one.out;
    return one;
  }

  std::uint16_t digit_set() {
    if (eat('\\'))
      return eat('d') ? 0x3FF : 0;
    if (!eat('['))
      return one_digit();
    std::uint16_t set = 0;
    while (more() && text_[at_] != ']' && !failed_) {
      if (eat('\\')) {
        failed_ = failed_ || !eat('d');
        set = 0x3FF;
        continue;
      }
      const auto low = one_digit();
      auto high = low;
      if (eat('-'))
        high = one_digit();
      failed_ = failed_ || low == 0 || high < low;
      for (auto bit = low; bit != 0 && bit <= high; bit = static_cast<std::uint16_t>(bit << 1U))
        set = static_cast<std::uint16_t>(set | bit);
    }
    failed_ = failed_ || !eat(']');
    return set;
  }

  std::uint16_t one_digit() {
    if (!more() || text_[at_] < '0' || text_[at_] > '9') {
      failed_ = true;
      return 0;
    }
    return static_cast<std::uint16_t>(1U << static_cast<unsigned>(text_[at_++] - '0'));
  }

  std::vector<node>& nodes_;
  std::string_view text_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

bool digit_patterns::add(std::string_view pattern, std::uint16_t id, bool prefix) {
  compiler c{nodes_, pattern};
  const auto p = c.whole();
  if (c.failed())
    return false;
  auto& last = nodes_[static_cast<std::size_t>(p.out)];
  last.accepts = id;
  if (prefix) {
    last.digits = 0x3FF;
    last.next = p.out;
  }
  starts_.push_back(p.in);
  return true;
}

namespace {

using node_set = std::vector<std::int32_t>;

} // namespace

digit_automaton::digit_automaton(const digit_patterns& patterns, const judge& verdict_of) {
  const auto& nodes = patterns.nodes_;
  const auto close = [&nodes](node_set set) {
    std::vector<bool> seen(nodes.size());
    node_set all;
    while (!set.empty()) {
      const auto n = set.back();
      set.pop_back();
      if (seen[static_cast<std::size_t>(n)])
        continue;
      seen[static_cast<std::size_t>(n)] = true;
      const auto& from = nodes[static_cast<std::size_t>(n)];
      if (from.digits != 0 || from.accepts >= 0) // only these tell two sets apart
        all.push_back(n);
      set.insert(set.end(), from.free.begin(), from.free.end());
    }
    std::sort(all.begin(), all.end());
    return all;
  };

  states_.resize(1);
  std::vector<node_set> level{close(patterns.starts_)};
  std::vector<std::uint32_t> numbers{1};
  states_.resize(2);
  // Level by level, so that a state implies the length of what was read.
  for (int length = 0; length <= length_max; ++length) {
    std::map<node_set, std::uint32_t> next_level;
    for (std::size_t i = 0; i < level.size(); ++i) {
      std::vector<std::uint16_t> matching;
      for (const auto n : level[i])
        if (nodes[static_cast<std::size_t>(n)].accepts >= 0)
          matching.push_back(
              static_cast<std::uint16_t>(nodes[static_cast<std::size_t>(n)].accepts));
      states_[numbers[i]].verdict = verdict_of(matching, length);
      for (unsigned digit = 0; digit < 10 && length < length_max; ++digit) {
        node_set moved;
        for (const auto n : level[i])
          if ((nodes[static_cast<std::size_t>(n)].digits >> digit & 1U) != 0)
            moved.push_back(nodes[static_cast<std::size_t>(n)].next);
        if (moved.empty())
          continue;
        const auto fresh = static_cast<std::uint32_t>(states_.size());
        const auto [at, added] = next_level.try_emplace(close(std::move(moved)), fresh);
        if (added)
          states_.emplace_back();
        states_[numbers[i]].next[digit] = at->second;
      }
    }
    level.clear();
    numbers.clear();
    for (auto& [set, number] : next_level) {
      level.push_back(set);
      numbers.push_back(number);
    }
  }
}

} // namespace stentor::phone
