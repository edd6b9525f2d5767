# Files that travel inside a binary. The assembler's .incbin takes them as they are, text or not, of any size.
#
#   stentor_embed(<library> NAMESPACE <ns> TABLE <function> FILES <file>...)
#
# makes a library that defines `std::span<const core::embedded_file> ns::function()` (stentor/core/base/embedded_file.hpp), sorted by
# name. A file's name in the table is its own without its ending.
function(stentor_embed library)
  cmake_parse_arguments(E "" "NAMESPACE;TABLE" "FILES" ${ARGN})
  list(SORT E_FILES)
  set(prefix ${library}_${E_TABLE})
  set(assembler "")
  set(symbols "")
  set(rows "")
  set(at 0)
  foreach(file IN LISTS E_FILES)
    get_filename_component(name ${file} NAME_WE)
    set(symbol ${prefix}_${at})
    string(APPEND assembler "    \".balign 16\\n${symbol}:\\n.incbin \\\"${file}\\\"\\n${symbol}_end:\\n.byte 0\\n\"\n")
    string(APPEND symbols "extern const char ${symbol}[];\nextern const char ${symbol}_end[];\n")
    string(APPEND rows "    {\"${name}\", {${symbol}, ${symbol}_end}},\n")
    math(EXPR at "${at} + 1")
  endforeach()
  set(source ${CMAKE_BINARY_DIR}/generated/${prefix}.cpp)
  file(CONFIGURE OUTPUT ${source} @ONLY CONTENT
"// Written by scripts/cmake/embed.cmake.
#include \"stentor/core/base/embedded_file.hpp\"

__asm__(\".section .rodata\\n\"
@assembler@    \".previous\\n\");

extern \"C\" {
@symbols@}

namespace @E_NAMESPACE@ {

std::span<const stentor::core::embedded_file> @E_TABLE@() {
  static const stentor::core::embedded_file files[] = {
@rows@  };
  return files;
}

} // namespace @E_NAMESPACE@
")
  # By itself, because a unity file would not know of the dependency.
  set_source_files_properties(${source} PROPERTIES OBJECT_DEPENDS "${E_FILES}" SKIP_UNITY_BUILD_INCLUSION ON)
  if(NOT TARGET ${library})
    add_library(${library} STATIC)
    target_include_directories(${library} PRIVATE ${CMAKE_SOURCE_DIR}/include)
  endif()
  target_sources(${library} PRIVATE ${source})
endfunction()
