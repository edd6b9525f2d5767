# Writes the example configuration as a C++ string.
file(READ ${IN} text)
file(WRITE ${OUT} "#include \"app/example_configuration.hpp\"\nnamespace stentor::app {
std::string_view example_configuration() noexcept {\n  return R\"example(${text})example\";\n}\n} // namespace stentor::app\n")
