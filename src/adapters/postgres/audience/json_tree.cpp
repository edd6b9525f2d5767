#include "adapters/postgres/audience/json_tree.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace stentor::postgres {

namespace {

using core::json_value;
using kind = json_value::kind;
using nlohmann::json;

constexpr std::size_t depth_max = 64;

/// Told of one token after the other, it builds the tree; its names are the library's.
class tree_builder {
public:
  bool null() { return put({}); }
  bool boolean(bool value) { return put({kind::boolean, value ? "true" : "false", {}, {}}); }
  bool number_integer(json::number_integer_t value) {
    return put({kind::number, std::to_string(value), {}, {}});
  }
  bool number_unsigned(json::number_unsigned_t value) {
    return put({kind::number, std::to_string(value), {}, {}});
  }
  bool number_float(json::number_float_t /*rounded*/, const std::string& written) {
    return put({kind::number, written, {}, {}});
  }
  bool string(std::string& value) { return put({kind::text, std::move(value), {}, {}}); }
  bool binary(json::binary_t& /*value*/) { return false; }
  bool start_object(std::size_t /*size*/) { return open(kind::object); }
  bool start_array(std::size_t /*size*/) { return open(kind::list); }
  bool key(std::string& name) {
    name_ = std::move(name);
    return true;
  }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool parse_error(std::size_t /*at*/, const std::string& /*token*/,
                   const json::exception& problem) {
    constexpr int number_out_of_range = 406;
    problem_ = problem.id == number_out_of_range ? "holds a number that is too large to be compared"
                                                 : "is not valid JSON";
    return false;
  }

  core::result<json_value> take() {
    if (!problem_.empty())
      return core::error{core::errc::invalid, problem_};
    return std::move(root_);
  }

private:
  bool put(json_value value) {
    if (deeper_ > 0)
      return true;
    place() = std::move(value);
    return true;
  }

  bool open(kind is) {
    if (deeper_ > 0 || open_.size() >= depth_max) {
      ++deeper_;
      return true;
    }
    auto& opened = place();
    opened.is = is;
    open_.push_back(&opened);
    return true;
  }

  bool close() {
    if (deeper_ > 0)
      --deeper_;
    else
      open_.pop_back();
    return true;
  }

  /// Where the next value goes. What is open is the last child of its parent, so that nothing moves
  /// the open ones.
  json_value& place() {
    if (open_.empty())
      return root_;
    auto& parent = *open_.back();
    if (parent.is == kind::list)
      return parent.items.emplace_back();
    return parent.members.emplace_back(core::json_member{std::move(name_), {}}).value;
  }

  json_value root_;
  std::vector<json_value*> open_;
  std::string name_;
  std::size_t deeper_ = 0;
  std::string problem_;
};

} // namespace

core::result<json_value> read_json(std::string_view text) {
  tree_builder builder;
  static_cast<void>(json::sax_parse(text.begin(), text.end(), &builder));
  return builder.take();
}

} // namespace stentor::postgres
