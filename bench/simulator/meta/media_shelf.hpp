#pragma once
/// Media at the simulated Meta: ids that are good for one number and 30 days, and samples of new
/// templates' headers by the resumable upload. Thread contract: the loop's thread.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace stentor::load {

/// What became of an upload: an answer, or why Meta refuses it.
struct media_answer {
  std::string text;
  std::string refusal; ///< empty: it was taken
};

class media_shelf {
public:
  /// POST /{number}/media. @param type the request's Content-Type
  media_answer upload(std::string_view number, std::string_view type, std::string_view body,
                      std::int64_t now_ms);
  /// POST /{app}/uploads?file_length=&file_type=&file_name=
  media_answer open_session(std::string_view query);
  /// POST /upload:… with the bytes. @param offset the head field file_offset
  media_answer take_sample(std::string_view session, std::string_view offset,
                           std::string_view body);

  /// Whether this number may send it now.
  [[nodiscard]] bool knows(std::string_view id, std::string_view number, std::int64_t now_ms) const;
  /// Of a new template: a handle that nobody was given; empty: there is none in it.
  [[nodiscard]] std::string unknown_handle(std::string_view new_template) const;
  void sent(std::string_view id, const std::string& number);
  /// As if their time was over.
  void forget() { media_.clear(); }

  /// {"uploads", "samples", "sent": {number: {id: messages}}}
  [[nodiscard]] std::string figures() const;

private:
  struct medium {
    std::string number;
    std::int64_t until_ms;
  };
  struct session {
    std::string type;
    std::uint64_t length;
  };
  static std::string problem_of_file(std::string_view type, std::string_view bytes);

  std::map<std::string, medium, std::less<>> media_;
  std::map<std::string, session, std::less<>> sessions_;
  std::map<std::string, std::string, std::less<>> handles_; ///< and their types
  std::map<std::string, std::map<std::string, std::uint64_t>> sent_;
  std::uint64_t uploads_ = 0;
};

} // namespace stentor::load
