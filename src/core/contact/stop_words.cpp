#include "stentor/core/contact/stop_words.hpp"

#include "stentor/core/contact/stop_vocabulary.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace stentor::core {

namespace {

/// Longer texts are sentences: the longest listed phrase has fewer bytes, and configured ones are
/// as short.
constexpr std::size_t text_size_max = 200;
/// And so are texts of more different words.
constexpr std::size_t words_max = 40;

/// What parts words beside ASCII: spaces, commas and full stops of other scripts, in UTF-8.
constexpr std::array<std::string_view, 20> separators{
    "\u00A0", "\u2002", "\u2003", "\u2009", "\u200B", "\u2013", "\u2014",
    "\u2026", "\u202F", "\u3000", "\u3001", "\u3002", "\uFF0C", "\uFF0E",
    "\uFF01", "\uFF1F", "\u060C", "\u061B", "\u061F", "\u0964"};

bool is_ascii_word(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '\'';
}

/// How many bytes at the beginning are no part of a word.
std::size_t separator_size(std::string_view text) noexcept {
  if (static_cast<unsigned char>(text.front()) < 0x80)
    return is_ascii_word(text.front()) ? 0 : 1;
  const auto* const found =
      std::find_if(separators.begin(), separators.end(),
                   [&](std::string_view one) { return text.starts_with(one); });
  return found == separators.end() ? 0 : found->size();
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  std::size_t begin = 0;
  const auto end_word = [&](std::size_t end) {
    if (end > begin)
      words.push_back(text.substr(begin, end - begin));
  };
  for (std::size_t at = 0; at < text.size();) {
    const auto gap = separator_size(text.substr(at));
    if (gap > 0) {
      end_word(at);
      begin = at + gap;
    }
    at += std::max<std::size_t>(gap, 1);
  }
  end_word(text.size());
  return words;
}

bool is_ascii(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

} // namespace

template <class Words>
void stop_words::add_phrases(std::set<std::string>& to, const Words& phrases) {
  for (const auto& phrase : phrases) {
    auto key = key_of_(phrase);
    if (key.empty())
      continue;
    const auto words = words_of(phrase);
    phrase_words_max_ = std::max(phrase_words_max_, words.size());
    for (const auto word : words)
      parts_.insert(key_of_(word));
    to.insert(std::move(key));
  }
}

stop_words::stop_words(key_function key_of, std::span<const std::string> extra_stop,
                       std::span<const std::string> extra_start, key_function accented_key_of)
    : key_of_{std::move(key_of)}, accented_key_of_{std::move(accented_key_of)} {
  add_phrases(toned_, vocabulary::stop_with_tones);
  if (accented_key_of_)
    for (const auto word : vocabulary::stop_with_tones)
      accented_.insert(accented_key_of_(word));
  add_phrases(stop_, vocabulary::stop);
  add_phrases(stop_, extra_stop);
  add_phrases(beside_, vocabulary::beside_stop);
  const auto add = [&](std::set<std::string>& to, const auto& words) {
    for (const auto& word : words)
      if (auto key = key_of_(word); !key.empty())
        to.insert(std::move(key));
  };
  add(start_, vocabulary::start);
  add(start_, extra_start);
  add(payload_, vocabulary::payload);
}

bool stop_words::has(const std::set<std::string>& words, std::string_view text) const {
  return !text.empty() && text.size() <= text_size_max && words.contains(key_of_(text));
}

stop_words::role stop_words::role_of(std::string_view phrase) const {
  const auto key = key_of_(phrase);
  if (stop_.contains(key))
    return role::stop;
  if (toned_.contains(key) &&
      (!accented_key_of_ || is_ascii(phrase) || accented_.contains(accented_key_of_(phrase))))
    return role::stop;
  return beside_.contains(key) ? role::beside : role::unknown;
}

/// Whether the words can be cut into phrases of which at least one is a stop and none is anything
/// else than a stop or what may stand beside it.
bool stop_words::says_stop(const std::vector<std::string_view>& words) const {
  struct reached {
    bool at_all = false, with_stop = false;
  };
  std::vector<reached> upto(words.size() + 1);
  upto[0].at_all = true;
  for (std::size_t from = 0; from < words.size(); ++from) {
    if (!upto[from].at_all)
      continue;
    for (std::size_t n = 1; n <= phrase_words_max_ && from + n <= words.size(); ++n) {
      const auto& last = words[from + n - 1];
      const auto* const begin = words[from].data();
      const auto what =
          role_of({begin, static_cast<std::size_t>(last.data() + last.size() - begin)});
      if (what == role::unknown)
        continue;
      auto& to = upto[from + n];
      to.at_all = true;
      to.with_stop = to.with_stop || upto[from].with_stop || what == role::stop;
    }
  }
  return upto.back().with_stop;
}

bool stop_words::is_stop(std::string_view text) const {
  if (text.empty() || text.size() > text_size_max)
    return false;
  if (role_of(text) == role::stop)
    return true;
  const auto words = words_of(text);
  if (words.size() < 2 || words.size() > words_max)
    return false;
  // Nearly every message of people holds a word that no phrase has, and most at once.
  for (const auto word : words)
    if (const auto key = key_of_(word); !key.empty() && !parts_.contains(key))
      return false;
  return says_stop(words);
}

bool stop_words::is_start(std::string_view text) const {
  return has(start_, text);
}

bool stop_words::is_stop_payload(std::string_view payload) const {
  const auto end = payload.find_first_of("_-:.");
  return (!payload.empty() && payload.size() <= text_size_max && role_of(payload) == role::stop) ||
         (end != std::string_view::npos && has(payload_, payload.substr(0, end)));
}

} // namespace stentor::core
