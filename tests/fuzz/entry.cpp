/// libFuzzer's way into one target. CMake compiles it once per target in the fuzz preset; in the
/// normal tests it is empty.

#ifdef STENTOR_FUZZ_TARGET

#include "tests/fuzz/targets.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  stentor::fuzz::STENTOR_FUZZ_TARGET({reinterpret_cast<const char*>(bytes), size});
  return 0;
}

#endif
