#pragma once
/// Saved segments, and how many people a condition is about. Ids are UUIDs; a segment of another
/// organization is not found. Every call blocks; a preview for up to half a minute. Thread-safe.

#include "stentor/core/audience/condition.hpp"
#include "stentor/core/base/json_text.hpp"
#include "stentor/core/base/page.hpp"
#include "stentor/core/base/result.hpp"
#include "stentor/ports/access/principal.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::ports {

/// What a request says of a segment; what is absent is left as it is.
struct segment_input {
  std::optional<std::string> name;
  std::optional<std::string> description; ///< an empty text clears it
  std::optional<core::json_text> query;   ///< docs/conditions.md
};

struct saved_segment {
  std::string id;
  core::json_text segment; ///< as get() shows it
  /// What is wrong with the query. When there is any, nothing was written.
  std::vector<core::condition_problem> problems;
};

struct segment_preview {
  core::json_text answer;
  std::vector<core::condition_problem> problems; ///< when there are any, there is no answer
};

class segment_store {
public:
  virtual ~segment_store() = default;

  /// conflict when there is one of this name.
  [[nodiscard]] virtual core::result<saved_segment> create(const principal& who,
                                                           const segment_input& wanted) = 0;
  /// A page of JSON, the newest first.
  [[nodiscard]] virtual core::result<std::string> list(const principal& who, core::page wanted) = 0;
  [[nodiscard]] virtual core::result<std::string> get(const principal& who,
                                                      std::string_view id) = 0;
  [[nodiscard]] virtual core::result<saved_segment>
  update(const principal& who, std::string_view id, const segment_input& wanted) = 0;
  /// conflict, naming them, while a campaign that is not over or another segment names it.
  [[nodiscard]] virtual core::status remove(const principal& who, std::string_view id) = 0;
  /// {"people", "reachable", "exact", "marginOfError", "millis", "sample", "plan"}. What would cost
  /// too much is estimated from a sample. unavailable while two others of the organization run.
  /// @param segment the id of the saved one that it is, whose count is kept; empty: none
  [[nodiscard]] virtual core::result<segment_preview>
  preview(const principal& who, const core::json_text& query, std::string_view segment) = 0;
  /// {"fields": […], "operators": {type: […]}}: what can be asked.
  [[nodiscard]] virtual core::result<std::string> fields(const principal& who) = 0;
};

} // namespace stentor::ports
