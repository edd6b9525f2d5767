#pragma once
/// Reads the configuration file. Every problem in it is found in one go and reported with file,
/// line, column, key and what was expected. Functions are pure except that they read the file and
/// the secrets it names; any thread may call them.

#include "stentor/core/base/result.hpp"
#include "stentor/ports/system/configuration.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace stentor::yaml {

struct load_options {
  /// Whether to read the files and environment variables that secrets name. `config check
  /// --without-secrets` says no, so that a file can be checked on a machine that doesn't have them.
  bool read_secrets = true;
};

/// Errors: not_found when there is no such file, invalid with one line per problem otherwise.
[[nodiscard]] core::result<ports::configuration> load(const std::string& path,
                                                      load_options options = {});

/// The same for text that is already here; `path` is used in messages, and its folder for relative
/// paths.
[[nodiscard]] core::result<ports::configuration>
parse(std::string_view text, const std::string& path, load_options options = {});

/// What a running daemon goes on with when `next` was read while `running` is in force.
[[nodiscard]] ports::reloaded_configuration reload(const ports::configuration& running,
                                                   const ports::configuration& next);

/// A key of the file, as `http.listen` or `numbers[].token_file`.
struct known_key {
  std::string path;
  bool reloadable = false;
};

/// Every key that a file may hold, in the order of the documentation.
[[nodiscard]] std::vector<known_key> known_keys();

} // namespace stentor::yaml
