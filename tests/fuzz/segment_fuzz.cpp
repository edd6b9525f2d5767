/// Segment queries: names and values from outside travel as parameters, never as SQL text.

#include "tests/fuzz/targets.hpp"

#include "adapters/postgres/audience/segment_sql.hpp"

#include <algorithm>
#include <string>

namespace stentor::fuzz {

void segment(std::string_view bytes) {
  postgres::params arguments;
  const auto sql = postgres::segment_to_sql(bytes, arguments);
  if (!sql)
    return;
  const auto last = "$" + std::to_string(arguments.count());
  require(arguments.count() == 0 || sql->find(last) != std::string::npos,
          "the SQL numbers every argument");
  require(sql->find("$" + std::to_string(arguments.count() + 1)) == std::string::npos,
          "the SQL names no argument that isn't there");
  require(std::count(sql->begin(), sql->end(), '(') == std::count(sql->begin(), sql->end(), ')'),
          "the brackets match");
  // The translator's own texts hold these characters only, so that a foreign one shows.
  require(sql->find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                 " ()[]$.,:_'{}#<>=\"") == std::string::npos &&
              sql->find("--") == std::string::npos,
          "the SQL holds no text from outside");
}

} // namespace stentor::fuzz
