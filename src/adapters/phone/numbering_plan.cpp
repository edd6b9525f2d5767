#include "adapters/phone/numbering_plan.hpp"

#include <dlfcn.h>

#include <phonenumbers/phonemetadata.pb.h>
#include <phonenumbers/phonenumberutil.h>

#include <algorithm>
#include <list>
#include <map>
#include <string>
#include <vector>

namespace stentor::phone {

namespace lib = i18n::phonenumbers;

/// The metadata sits in the library as a serialised protobuf behind two functions that every
/// release since 2011 exports, but no installed header declares. They are looked up at run time, so
/// that a release without them only costs speed.
struct numbering_plan::metadata {
  std::multimap<int, const lib::PhoneMetadata*> by_calling_code;
  lib::PhoneMetadataCollection all;
  bool usable = false;

  metadata() {
    const auto size =
        reinterpret_cast<int (*)()>(dlsym(RTLD_DEFAULT, "_ZN4i18n12phonenumbers13metadata_sizeEv"));
    const auto get = reinterpret_cast<const void* (*)()>(
        dlsym(RTLD_DEFAULT, "_ZN4i18n12phonenumbers12metadata_getEv"));
    usable = size != nullptr && get != nullptr && all.ParseFromArray(get(), size());
    for (const auto& one : all.metadata())
      by_calling_code.emplace(one.country_code(), &one);
  }

  /// The regions of a calling code in the order in which the library asks them.
  [[nodiscard]] std::vector<const lib::PhoneMetadata*> regions(int calling_code) const {
    std::list<std::string> names;
    lib::PhoneNumberUtil::GetInstance()->GetRegionCodesForCountryCallingCode(calling_code, &names);
    std::vector<const lib::PhoneMetadata*> found;
    const auto [first, last] = by_calling_code.equal_range(calling_code);
    for (const auto& name : names) {
      const auto it =
          std::find_if(first, last, [&](const auto& entry) { return entry.second->id() == name; });
      if (it == last)
        return {};
      found.push_back(it->second);
    }
    return found;
  }
};

bool is_united_states(std::string_view region) noexcept {
  return region == "US" || region == "PR" || region == "VI" || region == "GU" || region == "AS" ||
         region == "MP";
}

numbering_plan::numbering_plan() : metadata_{std::make_unique<metadata>()} {}
numbering_plan::~numbering_plan() = default;

bool numbering_plan::usable() const noexcept {
  return metadata_->usable;
}

namespace {

constexpr std::uint8_t verdict_prefix =
    0x80; ///< a national prefix can be read here: the library must decide what it means

/// Patterns of one region: general description, types, leading digits. Ids are given out in this
/// order.
struct region_rules {
  struct description {
    std::uint16_t id = 0;
    std::vector<int> lengths; ///< empty: any
  };
  description general;
  std::vector<description> types;
  int leading_digits = -1;
  bool united_states = false;
};

struct compiled {
  digit_patterns patterns;
  std::vector<region_rules> regions;
  int national_prefix = -1;
  std::uint16_t ids = 0;
  bool good = true;

  region_rules::description describe(const lib::PhoneNumberDesc& desc) {
    region_rules::description d{ids++,
                                {desc.possible_length().begin(), desc.possible_length().end()}};
    if (!desc.national_number_pattern().empty()) // an empty one matches nothing
      good = good && patterns.add(desc.national_number_pattern(), d.id, false);
    return d;
  }

  void add(const lib::PhoneMetadata& m) {
    region_rules r;
    r.united_states = is_united_states(m.id());
    r.general = describe(m.general_desc());
    for (const auto* desc :
         {&m.premium_rate(), &m.toll_free(), &m.shared_cost(), &m.voip(), &m.personal_number(),
          &m.pager(), &m.uan(), &m.voicemail(), &m.fixed_line(), &m.mobile()})
      r.types.push_back(describe(*desc));
    if (m.has_leading_digits() && !m.leading_digits().empty()) {
      r.leading_digits = ids;
      good = good && patterns.add(m.leading_digits(), ids++, true);
    }
    regions.push_back(std::move(r));
  }
};

/// What PhoneNumberUtil::IsValidNumber and GetRegionCodeForNumber decide, from the patterns that
/// match.
std::uint8_t judge(const compiled& rules, const std::vector<std::uint16_t>& matching, int length) {
  const auto matches = [&](int id) {
    return std::find(matching.begin(), matching.end(), static_cast<std::uint16_t>(id)) !=
           matching.end();
  };
  const auto fits = [&](const region_rules::description& d) {
    return matches(d.id) && (d.lengths.empty() || std::find(d.lengths.begin(), d.lengths.end(),
                                                            length) != d.lengths.end());
  };
  const auto valid_in = [&](const region_rules& r) {
    return fits(r.general) && std::any_of(r.types.begin(), r.types.end(), fits);
  };
  std::uint8_t verdict = 0;
  for (const auto& r : rules.regions) {
    const bool only_one = rules.regions.size() == 1;
    if (!only_one && !(r.leading_digits >= 0 ? matches(r.leading_digits) : valid_in(r)))
      continue;
    if (valid_in(r))
      verdict =
          static_cast<std::uint8_t>(r.united_states ? numbering_plan::verdict::valid_united_states
                                                    : numbering_plan::verdict::valid);
    break;
  }
  if (length > 0 && rules.national_prefix >= 0 && matches(rules.national_prefix))
    verdict |= verdict_prefix;
  return verdict;
}

} // namespace

void numbering_plan::build(int calling_code) const {
  const auto found = metadata_->regions(calling_code);
  if (found.empty())
    return;
  compiled rules;
  for (const auto* m : found)
    rules.add(*m);
  // The library strips national prefixes by the main region, which comes first.
  if (const auto& prefix = found.front()->national_prefix_for_parsing(); !prefix.empty()) {
    rules.national_prefix = rules.ids;
    rules.good = rules.good && rules.patterns.add(prefix, rules.ids++, false);
  }
  if (!rules.good)
    return;
  countries_[static_cast<std::size_t>(calling_code)].automaton = std::make_unique<digit_automaton>(
      rules.patterns, [&rules](const std::vector<std::uint16_t>& matching, int length) {
        return judge(rules, matching, length);
      });
}

numbering_plan::verdict numbering_plan::check(std::string_view digits) const {
  // Calling codes are prefix-free, so the shortest that exists is the one.
  int calling_code = 0;
  for (std::size_t used = 1; used <= 3 && used < digits.size(); ++used) {
    calling_code = calling_code * 10 + (digits[used - 1] - '0');
    if (calling_code == 0)
      return verdict::unknown;
    if (!metadata_->by_calling_code.contains(calling_code))
      continue;
    auto& one = countries_[static_cast<std::size_t>(calling_code)];
    std::call_once(one.built, [&] { build(calling_code); });
    if (!one.automaton)
      return verdict::unknown;
    const auto* state = &one.automaton->start();
    for (const char c : digits.substr(used)) {
      const auto next = state->next[static_cast<std::size_t>(c - '0')];
      if (next == 0)
        return verdict::unknown;
      state = &one.automaton->at(next);
      if ((state->verdict & verdict_prefix) != 0)
        return verdict::unknown;
    }
    return static_cast<verdict>(state->verdict);
  }
  return verdict::unknown;
}

} // namespace stentor::phone
