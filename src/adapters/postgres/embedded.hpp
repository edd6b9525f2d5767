#pragma once
/// The SQL files that travel inside the binary, as scripts/cmake/embed_sql.cmake writes them:
/// migrations by number and files of named queries. Constant data, usable from any thread.

#include <cstddef>

namespace stentor::postgres::embedded {

struct file {
  const char* name; ///< the file's name without its ending
  const char* text;
};

extern const file migrations[]; ///< in order
extern const std::size_t migrations_count;
extern const file queries[];
extern const std::size_t queries_count;

} // namespace stentor::postgres::embedded
