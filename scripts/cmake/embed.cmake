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

# The example configuration, which `stentor config example` prints (src/app/example_configuration.hpp).
set(example ${CMAKE_BINARY_DIR}/generated/example_configuration.cpp)
add_custom_command(
  OUTPUT ${example}
  COMMAND ${CMAKE_COMMAND} -DOUT=${example} -DIN=${CMAKE_SOURCE_DIR}/config/stentor.example.yaml
          -P ${CMAKE_SOURCE_DIR}/scripts/cmake/embed_example.cmake
  DEPENDS ${CMAKE_SOURCE_DIR}/config/stentor.example.yaml ${CMAKE_SOURCE_DIR}/scripts/cmake/embed_example.cmake
  VERBATIM)
add_library(stentor_example STATIC ${example})
target_include_directories(stentor_example PRIVATE ${CMAKE_SOURCE_DIR}/src)

# The OpenAPI document becomes stentor_openapi (api/openapi.cpp).
set(embedded_openapi ${CMAKE_BINARY_DIR}/generated/openapi_embedded.cpp)
add_custom_command(
  OUTPUT ${embedded_openapi}
  COMMAND ${CMAKE_COMMAND} -DIN=${CMAKE_SOURCE_DIR}/src/api/openapi.json -DOUT=${embedded_openapi}
          -DNAMESPACE=stentor::api::embedded -DNAME=openapi -P ${CMAKE_SOURCE_DIR}/scripts/cmake/embed_text.cmake
  DEPENDS ${CMAKE_SOURCE_DIR}/src/api/openapi.json ${CMAKE_SOURCE_DIR}/scripts/cmake/embed_text.cmake
  VERBATIM)
add_library(stentor_openapi STATIC ${embedded_openapi})

# The configuration for nginx that stentor-load fills in (bench/load/nginx_server.cpp).
set(embedded_nginx ${CMAKE_BINARY_DIR}/generated/nginx_embedded.cpp)
add_custom_command(
  OUTPUT ${embedded_nginx}
  COMMAND ${CMAKE_COMMAND} -DIN=${CMAKE_SOURCE_DIR}/bench/load/nginx.conf -DOUT=${embedded_nginx}
          -DNAMESPACE=stentor::load::embedded -DNAME=nginx_conf -P ${CMAKE_SOURCE_DIR}/scripts/cmake/embed_text.cmake
  DEPENDS ${CMAKE_SOURCE_DIR}/bench/load/nginx.conf ${CMAKE_SOURCE_DIR}/scripts/cmake/embed_text.cmake
  VERBATIM)
add_library(stentor_nginx STATIC ${embedded_nginx})
