/// Feeds every target its corpus, and inputs made of it by a fixed seed, so that the fuzz targets
/// stay alive in builds without libFuzzer and a fault that was found once stays found.

#include "tests/fuzz/targets.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include <sys/resource.h>

namespace stentor::fuzz {
namespace {

namespace fs = std::filesystem;

struct named_target {
  const char* name;
  void (*run)(std::string_view);
};

constexpr named_target all_targets[] = {
    {"answer", answer}, {"callback", callback}, {"cell", cell}, {"condition", condition},
    {"csv", csv},       {"target", target},     {"url", url},   {"webhook", webhook},
    {"yaml", yaml}};

fs::path corpus_root() {
  return fs::path{STENTOR_SOURCE_DIR} / "tests/fuzz/corpus";
}

std::vector<std::string> corpus_of(const char* name) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator{corpus_root() / name})
    paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> corpus;
  for (const auto& path : paths) {
    std::ifstream file{path, std::ios::binary};
    corpus.emplace_back(std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{});
  }
  return corpus;
}

/// Some changes of the kinds that a fuzzer makes. The numbers come from the generator itself,
/// because distributions differ between standard libraries.
std::string mutated(std::string text, const std::string& other, std::mt19937& random) {
  const auto below = [&](std::size_t end) { return end == 0 ? 0 : random() % end; };
  for (auto changes = 1 + below(4); changes > 0; --changes) {
    const auto at = below(text.size() + 1);
    switch (below(5)) {
    case 0:
      if (at < text.size())
        text[at] = static_cast<char>(random() & 0xffU);
      break;
    case 1:
      text.erase(at, below(20));
      break;
    case 2:
      text.insert(at, text.substr(below(text.size() + 1), below(40)));
      break;
    case 3:
      text.replace(at, std::string::npos, other.substr(std::min(other.size(), at)));
      break;
    default:
      text.insert(at, 1, "\"\\{}[]:,;%\n\r\0\xff$'0-"[below(19)]);
    }
  }
  return text;
}

/// More than a reader may take for any input here; what sanitizers take themselves is left out.
class fuzz_target : public ::testing::TestWithParam<named_target> {
protected:
  void TearDown() override {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    constexpr long most_kb = 512 * 1024;
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    EXPECT_LT(used.ru_maxrss, most_kb);
#endif
  }
};

/// An input that takes everything ends this program and not the machine.
class memory_limit : public ::testing::Environment {
public:
  void SetUp() override {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    const rlimit most{.rlim_cur = 2UL << 30U, .rlim_max = 2UL << 30U};
    ASSERT_EQ(::setrlimit(RLIMIT_AS, &most), 0);
#endif
  }
};

[[maybe_unused]] const auto* const limited = ::testing::AddGlobalTestEnvironment(new memory_limit);

TEST_P(fuzz_target, takes_its_corpus_and_what_comes_of_it) {
  const auto corpus = corpus_of(GetParam().name);
  ASSERT_FALSE(corpus.empty());
  GetParam().run({});
  std::mt19937 random{20'260'701};
  constexpr int inputs = 1'500;
  for (const auto& text : corpus)
    GetParam().run(text);
  for (int i = 0; i < inputs; ++i)
    GetParam().run(
        mutated(corpus[random() % corpus.size()], corpus[random() % corpus.size()], random));
}

/// Recursion without a limit ends in a crash that short inputs never reach.
TEST_P(fuzz_target, takes_what_is_nested_deeply) {
  for (const std::string opening :
       {"[", "{\"a\":", "{\"entry\":[",
        "{\"conditions\":[{\"field\":\"a\",\"operator\":\"in\",\"value\":[", "- ", "{a: ", "\"",
        "/%41", "? "}) {
    std::string deep;
    for (int i = 0; i < 50'000; ++i)
      deep += opening;
    GetParam().run(deep);
  }
  const auto closed = std::string(50'000, '[') + std::string(50'000, ']');
  GetParam().run(closed);
  GetParam().run(R"({"conditions":[{"field":"a","operator":"eq","value":)" + closed + "}]}");
  GetParam().run(R"({"error":{"message":)" + closed + "}}");
}

INSTANTIATE_TEST_SUITE_P(every, fuzz_target, ::testing::ValuesIn(all_targets),
                         [](const auto& about) { return std::string{about.param.name}; });

TEST(fuzz_corpus, belongs_to_a_target) {
  for (const auto& entry : fs::directory_iterator{corpus_root()})
    EXPECT_TRUE(
        std::any_of(std::begin(all_targets), std::end(all_targets),
                    [&](const named_target& t) { return entry.path().filename() == t.name; }))
        << entry.path();
}

} // namespace
} // namespace stentor::fuzz
