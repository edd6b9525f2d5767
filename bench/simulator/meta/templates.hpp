#pragma once
/// The templates of the simulated account: what sends are checked against and what `GET
/// /{waba}/message_templates` lists.

#include "stentor/core/base/result.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::load {

/// One translation of a template. Parameter counts come from its components.
struct message_template {
  std::string id;
  std::string name;
  std::string language;
  std::string category; ///< MARKETING, UTILITY or AUTHENTICATION
  std::string pricing;  ///< the category as statuses spell it
  std::string status;   ///< APPROVED, PAUSED, …
  std::string json;     ///< as listed
  bool named = false;
  std::vector<std::string> body_names; ///< of a named template
  std::uint32_t header_parameters = 0;
  std::uint32_t body_parameters = 0;
  std::uint32_t button_parameters = 0;
  bool media_header = false;
  std::int64_t decided_at_ms = 0; ///< when a review that is under way ends; 0: there was none
};

/// What became of a change: an answer, or Meta's refusal.
struct template_change {
  std::string answer;
  int code = 0; ///< of the refusal
  int subcode = 0;
  std::string title; ///< for people
  std::string words; ///< likewise
};

class template_catalog {
public:
  /// The built-in templates, or those of a file with a JSON array in the shape that Meta lists them
  /// in.
  static core::result<template_catalog> load(const std::string& file);

  [[nodiscard]] const message_template* find(std::string_view name,
                                             std::string_view language) const;
  [[nodiscard]] const message_template& at(std::size_t index) const { return *all_[index]; }
  [[nodiscard]] std::size_t size() const noexcept { return all_.size(); }
  [[nodiscard]] std::size_t index_of(const message_template& which) const;

  /// The answer to a listing. @param query what stands behind the question mark: name, status,
  /// language, category, limit, after
  [[nodiscard]] std::string list(std::string_view path, std::string_view query) const;

  /// Changes a template's status, for pauses while a campaign runs. @return false when there is
  /// none of that name
  bool set_status(std::string_view name, std::string_view status);

  /// A review takes so long.
  static constexpr std::int64_t review_ms = 1'500;

  /// nullptr when it was deleted or never was.
  [[nodiscard]] message_template* find_id(std::string_view id);
  /// A new one, which waits for its review. UTILITY that speaks of an offer becomes MARKETING.
  template_change create(std::string_view body, std::int64_t now_ms);
  /// Back to review.
  template_change edit(message_template& which, std::string_view body, std::int64_t now_ms);
  /// @param id empty: all languages
  template_change remove(std::string_view name, std::string_view id);
  static template_change unpause(message_template& which);
  /// Ends the reviews that are due: whoever says "forbidden" is rejected.
  void review(std::int64_t now_ms);

private:
  static void set_status(message_template& which, std::string_view status);

  std::vector<std::unique_ptr<message_template>> all_;
  mutable const message_template* last_ =
      nullptr; ///< campaigns ask for the same one again and again
};

/// The value of a key in a query string, decoded; empty when it is not there.
[[nodiscard]] std::string query_value(std::string_view query, std::string_view key);

} // namespace stentor::load
