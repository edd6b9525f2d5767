#pragma once
/// What breaks a rule today. A line may leave, an amount may sink; none may come or grow.
/// Constants; any thread.

#include "tests/tidy/sources.hpp"

namespace tidy::exceptions {

/// Includes that point up the table of features: file -> feature, how many.
inline const amounts arrows = {
    {"include/stentor/ports/delivery/renderer.hpp -> campaign", 1},
    {"src/api/http/api.hpp -> delivery", 1},
    {"src/api/http/api.hpp -> inbox", 1},
};
/// Files over their limit.
inline const amounts file_lines = {};
/// Functions over 60 lines.
inline const amounts function_lines = {
    {"tests/adapters/postgres/delivery/projection_test.cpp TEST_F(projecting, "
     "agrees_with_core_on_random_events_in_any_order)",
     63},
};
/// Ports with more than eight methods.
inline const amounts port_methods = {
    {"include/stentor/ports/delivery/message_gateway.hpp gateway", 12},
};
/// Statements of SQL in C++.
inline const amounts sql_statements = {
    {"src/adapters/postgres/audience/segment_sql.cpp", 2},
    {"src/adapters/postgres/campaign/campaign_admin.cpp", 1},
    {"src/adapters/postgres/campaign/launch.cpp", 1},
    {"src/adapters/postgres/client/connection.cpp", 2},
    {"src/adapters/postgres/cluster/embedded_cluster.cpp", 2},
    {"src/adapters/postgres/delivery/delivery_rows.cpp", 1},
    {"src/adapters/postgres/delivery/projection.cpp", 1},
    {"src/adapters/postgres/schema/migrations.cpp", 7},
    {"src/app/daemon/daemon.cpp", 1},
};
/// Functions that a header declares and nobody names.
inline const amounts unused_functions = {
    {"src/adapters/postgres/client/params.hpp bool_array", 1},
};

} // namespace tidy::exceptions
