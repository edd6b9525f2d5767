/// The scanner itself: if it miscounts, every rule that stands on it is worth nothing.

#include "tests/tidy/scan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace {

using ::testing::ElementsAre;

tidy::scanned scan_text(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);)
    lines.push_back(line);
  return tidy::scan(lines);
}

std::vector<std::string> functions_in(const std::string& text) {
  std::vector<std::string> found;
  for (const auto& f : scan_text(text).functions)
    found.push_back(f.name + " " + std::to_string(f.line) + "+" + std::to_string(f.length));
  return found;
}

TEST(scan, counts_a_function_from_its_signature_to_its_brace) {
  EXPECT_THAT(functions_in(R"(namespace a {
int one() { return 1; }

std::map<int, std::function<void(int)>>
two(int x,
    int y) {
  if (x) {
    y();
  }
}
} // namespace a
int three() {
}
)"),
              ElementsAre("one 1+1", "two 3+7", "three 11+2"));
}

TEST(scan, knows_members_constructors_and_tests) {
  EXPECT_THAT(functions_in(R"(class a final : public b<c> {
public:
  explicit a(int x) : b{x}, list_{1, 2}, f_([] { return 1; }) {
    go();
  }
  [[nodiscard]] bool operator()(int) const override { return true; }

private:
  struct inner {
    void deep() {
    }
  };
  std::vector<int> list_{1, 2, 3};
  int y_ = 0;
};
a::a(settings s, std::vector<int> more = {})
    : s_{std::move(s)}, more_{more} {
}
template <class T, class = std::enable_if_t<x<T>>>
void for_all(T&& then) {
}
MAKE_MESSAGE(a)
TEST_P(good, works) {
}
)"),
              ElementsAre("a 2+3", "operator 5+1", "deep 9+2", "a::a 15+3", "for_all 18+3",
                          "TEST_P(good, works) 22+2"));
}

TEST(scan, tables_are_no_functions) {
  EXPECT_THAT(functions_in(R"(const std::map<int, int> table = {
    {1, f(2)},
};
constexpr rule rules[] = {
    {"x", [](int a) { return a; }},
};
enum class e { a, b };
const auto f = [](int x) {
  return x;
};
int g() { return 0; }
)"),
              ElementsAre("g 10+1"));
}

TEST(scan, braces_in_texts_and_comments_do_not_count) {
  EXPECT_THAT(functions_in("void a() { // {\n  b(\"{\\\"{\", '{', '\\'', 1'000); /* { */\n"
                           "  c(R\"x({{{ \" )\" )x\");\n#define X {\n}\nvoid d() {}\n"),
              ElementsAre("a 0+5", "d 5+1"));
}

TEST(scan, counts_virtual_methods) {
  const auto found = scan_text(R"(class port {
public:
  virtual ~port() = default;
  [[nodiscard]] virtual core::result<std::vector<int>>
  list(int) = 0;
  virtual void set(const std::function<void(int)>& then) = 0;
  virtual int with_body() { return 1; }
  int plain();
};
struct other {
  int x = 0;
};
)");
  ASSERT_EQ(found.classes.size(), 2U);
  EXPECT_EQ(found.classes[0].name, "port");
  EXPECT_EQ(found.classes[0].virtual_methods, 3U);
  EXPECT_EQ(found.classes[1].virtual_methods, 0U);
}

TEST(scan, finds_declarations_and_literals) {
  const auto found = scan_text(R"x(/// "not this"
int f(int);
void a::g() { h("one"
                // between
                " two", R"(three
)"); }
std::function<void(int)> value;
int k = f(1);
#include "no.hpp"
)x");
  ASSERT_EQ(found.declarations.size(), 1U);
  EXPECT_EQ(found.declarations[0].name, "f");
  EXPECT_EQ(found.declarations[0].line, 1U);
  ASSERT_EQ(found.literals.size(), 2U);
  EXPECT_EQ(found.literals[0].text, "one two");
  EXPECT_EQ(found.literals[1].text, "three\n");
  EXPECT_EQ(found.literals[1].line, 4U);
}

} // namespace
