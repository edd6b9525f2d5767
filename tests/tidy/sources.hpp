#pragma once
/// The project's sources as the tidy tests read them, once per run, and the ratchet by which an old
/// fault may stay until somebody mends it, but never grow. One thread.

#include "tests/tidy/scan.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tidy {

struct source {
  std::string path; ///< from the project's root, with /
  std::vector<std::string> lines;
  scanned parts;

  [[nodiscard]] bool header() const { return path.ends_with(".hpp"); }
  [[nodiscard]] bool in(std::string_view folder) const { return path.starts_with(folder); }
};

/// Every .cpp and .hpp of include, src, actors, bench and tests, sorted by path.
[[nodiscard]] const std::vector<source>& sources();

/// "src/x.cpp:12: " for the line with index 11.
[[nodiscard]] std::string at(const source& s, std::size_t line);

/// The file that a line includes: "x/y.hpp" or <x/y.hpp> without its quotes; empty when it includes
/// none.
[[nodiscard]] std::string included(const std::string& line);

/// core, ports, src/adapters, src/api, src/app, actors, bench or tests.
[[nodiscard]] std::string layer_of(const source& s);

/// What breaks a rule, by a name (a file, a file and a function, an arrow), and how much it does.
using amounts = std::map<std::string, std::size_t>;

/// Fails for what is found and not listed, for what grew beyond its listed amount, and for a listed
/// amount that is higher than what is found: the list only shrinks.
void hold_ratchet(const amounts& found, const amounts& listed, std::string_view remedy);

} // namespace tidy
