#pragma once
/// What reads bytes from outside, each as one function for libFuzzer and for the replay in the
/// normal tests. A function takes any bytes; besides not crashing, it holds what its reader
/// promises. One thread.

#include <cstdio>
#include <cstdlib>
#include <span>
#include <string_view>

namespace stentor::fuzz {

void answer(std::string_view bytes);
void callback(std::string_view bytes);
void cell(std::string_view bytes);
void condition(std::string_view bytes);
void csv(std::string_view bytes);
void target(std::string_view bytes);
void url(std::string_view bytes);
void webhook(std::string_view bytes);
void yaml(std::string_view bytes);

/// Ends the program as a crash does, so that the fuzzer keeps the input.
inline void require(bool held, const char* promise) {
  if (held)
    return;
  std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}

} // namespace stentor::fuzz
