# Files that travel inside the binary: migrations and named queries become stentor_sql (sql/embedded.hpp).
file(GLOB migrations CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/adapters/postgres/migrations/*.sql)
file(GLOB queries CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/adapters/postgres/queries/*.sql)
set(embedded ${CMAKE_BINARY_DIR}/generated/sql_embedded.cpp)
add_custom_command(
  OUTPUT ${embedded}
  COMMAND ${CMAKE_COMMAND} -DOUT=${embedded} "-DMIGRATIONS=${migrations}" "-DQUERIES=${queries}"
          -P ${CMAKE_SOURCE_DIR}/scripts/cmake/embed_sql.cmake
  DEPENDS ${migrations} ${queries} ${CMAKE_SOURCE_DIR}/scripts/cmake/embed_sql.cmake
  VERBATIM)
add_library(stentor_sql STATIC ${embedded})
