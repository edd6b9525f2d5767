#include "adapters/phone/numbering_plan.hpp"

#include "stentor/core/base/embedded_file.hpp"

#include <algorithm>
#include <charconv>
#include <span>
#include <stdexcept>
#include <string>

namespace stentor::phone::embedded {
std::span<const core::embedded_file> numbering_plans(); // made by scripts/cmake/embed.cmake
} // namespace stentor::phone::embedded

namespace stentor::phone {

/// Views into the embedded file.
struct numbering_plan::region_plan {
  struct description {
    std::string_view kind; ///< all, fixed, mobile, other
    std::vector<int> lengths;
    std::string_view pattern;
  };
  std::string_view name;
  int calling_code = 0;
  std::string_view dials_abroad;
  std::vector<description> descriptions;
  std::string_view leading_digits;
  std::string_view national_prefix;
};

namespace {

constexpr std::string_view no_country = "001";

std::string_view next_field(std::string_view& text, char until) noexcept {
  const auto end = std::min(text.find(until), text.size());
  const auto field = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return field;
}

int number_of(std::string_view text) {
  int n = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (problem != std::errc{} || end != text.data() + text.size())
    throw std::runtime_error{"numbering_plans.txt: expected a number instead of \"" +
                             std::string{text} + '"'};
  return n;
}

std::vector<int> numbers_of(std::string_view text) {
  std::vector<int> numbers;
  while (!text.empty())
    numbers.push_back(number_of(next_field(text, ',')));
  return numbers;
}

} // namespace

numbering_plan::numbering_plan() {
  const auto files = embedded::numbering_plans();
  auto text = files.empty() ? std::string_view{} : files.front().text;
  while (!text.empty()) {
    auto line = next_field(text, '\n');
    if (line.empty() || line.front() == '#')
      continue;
    const auto what = next_field(line, '\t');
    const auto second = next_field(line, '\t');
    const auto third = next_field(line, '\t');
    if (what == "region") {
      region_plan plan{second, number_of(third), line, {}, {}, {}};
      by_calling_code_.at(static_cast<std::size_t>(plan.calling_code)).push_back(plans_.size());
      by_name_.emplace(plan.name, plans_.size());
      plans_.push_back(std::move(plan));
    } else if (plans_.empty()) {
      throw std::runtime_error{"numbering_plans.txt: the first line has to name a region"};
    } else if (what == "leading") {
      plans_.back().leading_digits = third;
    } else if (what == "prefix") {
      plans_.back().national_prefix = third;
    } else {
      plans_.back().descriptions.push_back({what, numbers_of(second), third});
    }
  }
  if (plans_.empty())
    throw std::runtime_error{"numbering_plans.txt is empty"};
}

numbering_plan::~numbering_plan() = default;

int numbering_plan::calling_code(std::string_view region) const noexcept {
  const auto at = by_name_.find(region);
  return at == by_name_.end() ? 0 : plans_[at->second].calling_code;
}

bool numbering_plan::dials_double_zero(std::string_view region) const noexcept {
  const auto at = by_name_.find(region);
  return at != by_name_.end() && plans_[at->second].dials_abroad == "00";
}

std::string_view numbering_plan::region_named(std::string_view region) const noexcept {
  const auto at = by_name_.find(region);
  return at == by_name_.end() || at->first == no_country ? std::string_view{} : at->first;
}

std::vector<std::string_view> numbering_plan::regions() const {
  std::vector<std::string_view> all;
  for (const auto& [name, at] : by_name_)
    if (name != no_country)
      all.push_back(name);
  return all;
}

bool is_united_states(std::string_view region) noexcept {
  return region == "US" || region == "PR" || region == "VI" || region == "GU" || region == "AS" ||
         region == "MP";
}

namespace {

constexpr std::uint16_t bit_valid = 1;
constexpr std::uint16_t bit_mobile = 2;
constexpr std::uint16_t bit_united_states = 4;
constexpr std::uint16_t bit_prefix = 8;
constexpr unsigned region_shift = 8; ///< above: which of the calling code's regions, from 0 on

/// Which patterns of the automaton are whose. Ids are given out in this order.
struct region_rules {
  struct description {
    std::uint16_t id = 0;
    const std::vector<int>* lengths = nullptr;
    bool general = false;
    bool mobile = false;
  };
  std::vector<description> descriptions;
  int leading_digits = -1;
  bool united_states = false;
};

struct compiled {
  digit_patterns patterns;
  std::vector<region_rules> regions;
  int national_prefix = -1;
  std::uint16_t ids = 0;
  bool good = true;

  std::uint16_t add(std::string_view pattern, bool prefix) {
    good = good && patterns.add(pattern, ids, prefix);
    return ids++;
  }
};

/// What PhoneNumberUtil::IsValidNumber, GetRegionCodeForNumber and GetNumberType decide, from the
/// patterns that match.
std::uint16_t judge(const compiled& rules, const std::vector<std::uint16_t>& matching, int length) {
  const auto matches = [&](int id) {
    return std::find(matching.begin(), matching.end(), static_cast<std::uint16_t>(id)) !=
           matching.end();
  };
  const auto judge_in = [&](const region_rules& r) -> std::uint16_t {
    bool possible = false;
    bool assigned = false;
    bool mobile = false;
    for (const auto& d : r.descriptions) {
      const bool fits = matches(d.id) &&
                        std::find(d.lengths->begin(), d.lengths->end(), length) != d.lengths->end();
      possible = possible || (fits && d.general);
      assigned = assigned || (fits && !d.general);
      mobile = mobile || (fits && d.mobile);
    }
    if (!possible || !assigned)
      return 0;
    return static_cast<std::uint16_t>(
        bit_valid | (mobile ? bit_mobile : 0) | (r.united_states ? bit_united_states : 0) |
        static_cast<unsigned>(&r - rules.regions.data()) << region_shift);
  };
  std::uint16_t verdict = 0;
  for (const auto& r : rules.regions) {
    const bool only_one = rules.regions.size() == 1;
    if (!only_one && r.leading_digits >= 0 && !matches(r.leading_digits))
      continue;
    verdict = judge_in(r);
    if (verdict != 0 || r.leading_digits >= 0)
      break;
  }
  if (length > 0 && rules.national_prefix >= 0 && matches(rules.national_prefix))
    verdict |= bit_prefix;
  return verdict;
}

} // namespace

void numbering_plan::build(std::size_t calling_code) const {
  compiled rules;
  for (const auto at : by_calling_code_[calling_code]) {
    const auto& plan = plans_[at];
    region_rules r;
    r.united_states = is_united_states(plan.name);
    for (const auto& d : plan.descriptions)
      r.descriptions.push_back(
          {rules.add(d.pattern, false), &d.lengths, d.kind == "all", d.kind == "mobile"});
    if (!plan.leading_digits.empty())
      r.leading_digits = rules.add(plan.leading_digits, true);
    rules.regions.push_back(std::move(r));
  }
  if (rules.regions.empty())
    return;
  // Prefixes are those of the main region, which comes first. An end of the text is left out: then
  // the library is asked more often than it has to be.
  std::string prefix{plans_[by_calling_code_[calling_code].front()].national_prefix};
  prefix.erase(std::remove(prefix.begin(), prefix.end(), '$'), prefix.end());
  if (!prefix.empty())
    rules.national_prefix = rules.add(prefix, false);
  if (!rules.good)
    return;
  countries_[calling_code].automaton = std::make_unique<digit_automaton>(
      rules.patterns, [&rules](const std::vector<std::uint16_t>& matching, int length) {
        return judge(rules, matching, length);
      });
}

plan_verdict numbering_plan::check(std::string_view digits) const {
  // Calling codes are prefix-free, so the shortest that exists is the one.
  std::size_t calling_code = 0;
  for (std::size_t used = 1; used <= 3 && used < digits.size(); ++used) {
    calling_code = calling_code * 10 + static_cast<std::size_t>(digits[used - 1] - '0');
    if (calling_code == 0)
      return {};
    if (by_calling_code_[calling_code].empty())
      continue;
    auto& one = countries_[calling_code];
    std::call_once(one.built, [&] { build(calling_code); });
    if (!one.automaton)
      return {};
    bool prefix = false;
    const auto* state = &one.automaton->start();
    for (const char c : digits.substr(used)) {
      const auto next = state->next[static_cast<std::size_t>(c - '0')];
      if (next == 0)
        return {.has_prefix = prefix};
      state = &one.automaton->at(next);
      prefix = prefix || (state->verdict & bit_prefix) != 0;
    }
    const auto verdict = state->verdict;
    plan_verdict found{(verdict & bit_valid) != 0,
                       (verdict & bit_mobile) != 0,
                       (verdict & bit_united_states) != 0,
                       {},
                       prefix};
    if (found.valid)
      found.region =
          region_named(plans_[by_calling_code_[calling_code].at(verdict >> region_shift)].name);
    return found;
  }
  return {};
}

} // namespace stentor::phone
