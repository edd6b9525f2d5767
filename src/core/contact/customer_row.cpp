#include "stentor/core/contact/customer_row.hpp"

#include <algorithm>

namespace stentor::core {

namespace {

template <class T>
void replace(std::optional<T>& earlier, std::optional<T>&& later) {
  if (later)
    earlier = std::move(later);
}

/// The later one of two words of one kind; without a time it is said now, after all that has one.
void replace_word(std::optional<said_word>& earlier, const std::optional<said_word>& later) {
  if (!later)
    return;
  const bool keeps = earlier && (!earlier->at || (later->at && *earlier->at > *later->at));
  if (!keeps)
    earlier = later;
}

void replace_words(customer_row& earlier, const customer_row& later) {
  // Of two words that are said now the later row's counts.
  if (later.yes && !later.yes->at && earlier.no && !earlier.no->at)
    earlier.no.reset();
  if (later.no && !later.no->at && earlier.yes && !earlier.yes->at)
    earlier.yes.reset();
  replace_word(earlier.yes, later.yes);
  replace_word(earlier.no, later.no);
}

} // namespace

void follow(customer_row& earlier, customer_row&& later) {
  earlier.line = later.line;
  if (later.phone != 0) {
    earlier.phone = later.phone;
    earlier.region = std::move(later.region);
  }
  if (!later.user_id.empty())
    earlier.user_id = std::move(later.user_id);
  if (!later.met || !earlier.name || earlier.name->empty())
    replace(earlier.name, std::move(later.name));
  replace(earlier.language, std::move(later.language));
  replace(earlier.time_zone, std::move(later.time_zone));
  replace(earlier.tags, std::move(later.tags));
  for (auto& [name, value] : later.attributes) {
    const auto same = std::find_if(earlier.attributes.begin(), earlier.attributes.end(),
                                   [&name = name](const auto& a) { return a.first == name; });
    if (same == earlier.attributes.end())
      earlier.attributes.emplace_back(std::move(name), std::move(value));
    else
      same->second = std::move(value);
  }
  replace_words(earlier, later);
  earlier.met = earlier.met && later.met;
}

} // namespace stentor::core
