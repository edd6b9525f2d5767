# Third-party libraries, all from Debian, as targets stentor::<name>. CAF ships no package file in Debian, so it is found by hand.
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(spdlog REQUIRED)
find_package(prometheus-cpp REQUIRED)
find_package(date REQUIRED)
pkg_check_modules(nghttp2 REQUIRED IMPORTED_TARGET libnghttp2)
pkg_check_modules(libpq REQUIRED IMPORTED_TARGET libpq)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(simdjson REQUIRED IMPORTED_TARGET simdjson)
pkg_check_modules(httplib REQUIRED IMPORTED_TARGET cpp-httplib)

function(stentor_dependency name)
  add_library(stentor_dependency_${name} INTERFACE)
  target_link_libraries(stentor_dependency_${name} INTERFACE ${ARGN})
  add_library(stentor::${name} ALIAS stentor_dependency_${name})
endfunction()

find_library(CAF_CORE_LIBRARY caf_core REQUIRED)
find_path(CAF_INCLUDE_DIR caf/typed_actor.hpp REQUIRED)
stentor_dependency(caf ${CAF_CORE_LIBRARY} Threads::Threads)
target_include_directories(stentor_dependency_caf SYSTEM INTERFACE ${CAF_INCLUDE_DIR})
target_compile_definitions(stentor_dependency_caf INTERFACE CAF_ENABLE_TYPE_ID_CHECKS)

stentor_dependency(asio Threads::Threads)
target_compile_definitions(stentor_dependency_asio INTERFACE BOOST_ASIO_NO_DEPRECATED BOOST_ERROR_CODE_HEADER_ONLY)
stentor_dependency(openssl OpenSSL::SSL OpenSSL::Crypto)
stentor_dependency(nghttp2 PkgConfig::nghttp2)
stentor_dependency(libpq PkgConfig::libpq)
stentor_dependency(sodium PkgConfig::sodium)
stentor_dependency(simdjson PkgConfig::simdjson)
stentor_dependency(httplib PkgConfig::httplib)
stentor_dependency(yaml yaml-cpp)
stentor_dependency(spdlog spdlog::spdlog)
stentor_dependency(prometheus prometheus-cpp::core)
stentor_dependency(date date::date-tz)
stentor_dependency(json)  # nlohmann-json3-dev: headers only
stentor_dependency(cli11) # libcli11-dev: headers only

find_library(PHONENUMBER_LIBRARY phonenumber REQUIRED)
find_library(PROTOBUF_LIBRARY protobuf REQUIRED) # in which libphonenumber keeps its metadata
stentor_dependency(phonenumber ${PHONENUMBER_LIBRARY} ${PROTOBUF_LIBRARY} ${CMAKE_DL_LIBS})

if(STENTOR_MIMALLOC)
  find_library(MIMALLOC_LIBRARY mimalloc REQUIRED)
endif()
