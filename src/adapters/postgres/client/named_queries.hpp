#pragma once
/// The named queries of the features' *.sql files. A file consists of blocks that begin with a line
/// `-- name: x` (one statement), `-- fragment: x` (a piece of one) or `-- script: x` (what can't be
/// prepared: COPY, settings, the making of a database) and end at the next such line; `{{x}}` in a
/// block stands for the fragment x of any file. Read once from the embedded files;
/// afterwards constant and usable from any thread.

#include "stentor/core/base/embedded_file.hpp"
#include "stentor/core/base/ids.hpp"

#include <map>
#include <span>
#include <string>
#include <string_view>

namespace stentor::postgres {

struct query_catalog {
  std::map<std::string, std::string> queries;   ///< name to statement, fragments filled in
  std::map<std::string, std::string> fragments; ///< filled in as well
  std::map<std::string, std::string> scripts;   ///< filled in as well
  std::string problem;                          ///< a sentence; empty when all is well
};

/// A catalog of these files. A block without name or text, a name used twice, a fragment that is
/// missing, stands in itself, or is used nowhere (but one with {campaign}, {list} or {condition}):
/// each is a problem.
[[nodiscard]] query_catalog catalog_of(std::span<const core::embedded_file> files);

/// Name to statement. A catalog with a problem is a bug and ends the program at start with its
/// sentence.
[[nodiscard]] const std::map<std::string, std::string>& all_queries();

/// nullptr when there is none of this name.
[[nodiscard]] const std::string* find_query(const std::string& name);

/// A script by name. It must be there: a wrong name ends the program.
[[nodiscard]] const std::string& sql_script(const std::string& name);

/// A fragment for the few statements that can't be prepared. It must be there: a wrong name ends
/// the program.
[[nodiscard]] const std::string& sql_fragment(const std::string& name);

/// A fragment that is a statement on a campaign's own table, with the campaign's number in the
/// places of {campaign}, and in those of {list} the table that holds the list.
/// @param list a table's name, of this program; empty: the campaign's own
[[nodiscard]] std::string campaign_statement(const std::string& name, core::campaign_no campaign,
                                             std::string_view list = {});

} // namespace stentor::postgres
