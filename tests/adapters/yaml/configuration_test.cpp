/// The configuration file: the example documents everything and equals the defaults; every kind of
/// mistake is found and named with its place; secrets come from outside only; a reload takes over
/// what may change.

#include "adapters/process/temporary_folder.hpp"
#include "adapters/process/text_file.hpp"
#include "adapters/yaml/configuration_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace {

using namespace stentor;
using yaml::known_keys;
using yaml::parse;
using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr yaml::load_options without_secrets{.read_secrets = false};

std::string example_text() {
  return process::text_of(STENTOR_SOURCE_DIR "/config/stentor.example.yaml");
}

std::string problem_of(std::string_view text) {
  const auto loaded = parse(text, "/etc/stentor/stentor.yaml", without_secrets);
  return loaded ? "no problem" : loaded.error().message;
}

ports::configuration good(std::string_view text) {
  auto loaded = parse(text, "/etc/stentor/stentor.yaml", without_secrets);
  EXPECT_TRUE(loaded.ok()) << (loaded ? "" : loaded.error().message);
  return loaded ? *loaded : ports::configuration{};
}

/// A folder of its own for one test, removed afterwards.
class secret_folder : public ::testing::Test {
protected:
  void write(const std::string& name, std::string_view text) const {
    std::ofstream{folder / name, std::ios::binary} << text;
  }
  [[nodiscard]] core::result<ports::configuration> load(std::string_view text) const {
    write("stentor.yaml", text);
    return yaml::load((folder / "stentor.yaml").string());
  }
  process::temporary_folder own{"stentor-yaml"};
  std::filesystem::path folder = own.path();
};

constexpr std::string_view one_number = R"(
numbers:
  - {phone_number_id: 1234, waba_id: 99, token_file: token}
meta: {app_secret_file: [one, two], verify_token_env: STENTOR_TEST_VERIFY}
)";

TEST(example, equals_the_defaults) {
  auto loaded = good(example_text());
  ASSERT_EQ(loaded.numbers.size(), 1U);
  const ports::number_settings number;
  EXPECT_EQ(loaded.numbers[0].messages_per_second, number.messages_per_second);
  EXPECT_EQ(loaded.numbers[0].concurrency, number.concurrency);
  // What a daemon can't have a default for: its numbers and its secrets.
  ports::configuration defaults;
  loaded.numbers.clear();
  loaded.meta.app_secrets.clear();
  loaded.meta.verify_token = {};
  EXPECT_EQ(loaded, defaults);
}

TEST(example, mentions_every_key_and_marks_what_reloads) {
  const auto text = example_text();
  std::vector<std::string> lines;
  std::istringstream stream{text};
  for (std::string line; std::getline(stream, line);)
    lines.push_back(line);
  for (const auto& key : known_keys()) {
    const auto word = key.path.substr(key.path.rfind('.') + 1) + ":";
    EXPECT_THAT(text, HasSubstr(word)) << key.path << " is missing in config/stentor.example.yaml";
  }
  EXPECT_GE(known_keys().size(), 55U);
}

TEST(defaults, hold_for_an_empty_file) {
  EXPECT_EQ(good(""), ports::configuration{});
  EXPECT_EQ(good("# nothing but a comment\n"), ports::configuration{});
  EXPECT_EQ(good("http:\ndispatch: {}\nnumbers: []\n"), ports::configuration{});
}

TEST(values, are_read) {
  const auto c = good("http: {listen: '[::1]:0', header_max: 32KiB, header_timeout: 250ms}\n"
                      "retry: {base_delay: 50ms}\nrecovery: {tries: 5, spacing: 7d}\n"
                      "log: {level: debug, format: json}\n"
                      "screening: {default_region: DE}\n"
                      "stop_words: {extra: [Genug, 'lass das']}\n"
                      "state_folder: state\nmeta: {base_url: 'http://127.0.0.1:4433'}\n");
  EXPECT_EQ(c.http.listen, "[::1]:0");
  EXPECT_EQ(c.http.header_max_bytes, 32U << 10);
  EXPECT_EQ(c.http.header_timeout, 250ms);
  EXPECT_EQ(c.retry.base_delay, 50ms);
  EXPECT_EQ(c.policy.recovery.spacing, 7 * 24h);
  EXPECT_EQ(c.policy.recovery.tries, 5);
  EXPECT_EQ(c.log.level, ports::log_level::debug);
  EXPECT_EQ(c.log.format, ports::log_format::json);
  EXPECT_THAT(c.stop_words.extra, ElementsAre("Genug", "lass das"));
  EXPECT_EQ(c.state_folder, "/etc/stentor/state");
  EXPECT_EQ(c.meta.base_url, "http://127.0.0.1:4433");
  EXPECT_TRUE(c.database.embedded());
}

struct mistake {
  const char* name;
  const char* text;
  const char* said;
};

class mistakes : public ::testing::TestWithParam<mistake> {};

TEST_P(mistakes, are_named_with_their_place) {
  EXPECT_THAT(problem_of(GetParam().text), HasSubstr(GetParam().said));
}

INSTANTIATE_TEST_SUITE_P(
    table, mistakes,
    ::testing::Values(
        mistake{"unknown_key", "http:\n  lissen: 127.0.0.1:80\n",
                "stentor.yaml:2:3: http.lissen: is no setting; did you mean http.listen?"},
        mistake{"unknown_section", "htpt: {threads: 3}\n",
                "1:8: htpt.threads: is no setting; did you mean http.threads?"},
        mistake{"far_from_every_key", "zzzzzzzzzzzzzzzz: 1\n",
                "'stentor config example' lists all"},
        mistake{"unknown_in_a_number",
                "numbers:\n  - {phone_number_id: 1, waba_id: 2, token_env: T, speed: 3}\n",
                "numbers[0].speed: is no setting"},
        mistake{"no_unit", "retry:\n  base_delay: 60\n",
                "2:15: retry.base_delay: expected a duration of 1ms to 1d with its unit"},
        mistake{"negative", "retry: {base_delay: -5s}", "found '-5s'"},
        mistake{"too_large", "http: {threads: 65}",
                "http.threads: expected a whole number of 1 to 64, found '65'"},
        mistake{"overflow", "http: {threads: 99999999999999999999999}", "expected a whole number"},
        mistake{"fraction", "http: {threads: 1.5}", "found '1.5'"},
        mistake{"rate_zero",
                "numbers:\n  - {phone_number_id: 1, waba_id: 2, token_env: T, messages_per_second: "
                "0}\n",
                "numbers[0].messages_per_second: expected a number of 0.01 to 1000"},
        mistake{"rate_not_a_number",
                "numbers:\n  - {phone_number_id: 1, waba_id: 2, token_env: T, messages_per_second: "
                "nan}\n",
                "found 'nan'"},
        mistake{"id_with_letters",
                "numbers:\n  - {phone_number_id: +4912, waba_id: 2, token_env: T}\n",
                "digits only, found '+4912'"},
        mistake{"id_missing", "numbers:\n  - {waba_id: 2, token_env: T}\n",
                "numbers[0].phone_number_id: is missing"},
        mistake{"token_missing", "numbers:\n  - {phone_number_id: 1, waba_id: 2}\n",
                "numbers[0]: has no token"},
        mistake{"number_twice",
                "numbers:\n  - {phone_number_id: 1, waba_id: 2, token_env: T}\n"
                "  - {phone_number_id: 1, waba_id: 2, token_env: T}\n",
                "numbers[1]: phone_number_id 1 stands in the list twice"},
        mistake{"numbers_no_list", "numbers: 12345\n", "numbers: expected a list"},
        mistake{"numbers_of_words", "numbers: [12345]\n",
                "numbers: expected a list of numbers, each a group"},
        mistake{"number_no_group",
                "numbers:\n  - {phone_number_id: 1, waba_id: 2, token_env: T}\n  - 12\n",
                "numbers[1]: expected a group"},
        mistake{"no_secret_for_webhooks",
                "numbers:\n  - {phone_number_id: 1, waba_id: 2, token_env: T}\n",
                "meta: app_secret_file (or app_secret_env) is missing"},
        mistake{"address_without_port", "http: {listen: localhost}", "expected address:port"},
        mistake{"address_bad_port", "http: {listen: 'localhost:70000'}", "expected address:port"},
        mistake{"base_url_with_path", "meta: {base_url: 'https://graph.facebook.com/v25.0'}",
                "without a path"},
        mistake{"base_url_scheme", "meta: {base_url: 'ftp://example.org'}",
                "expected https://host"},
        mistake{"version", "meta: {api_version: 25}", "such as v25.0"},
        mistake{"choice", "log: {level: loud}",
                "expected one of trace, debug, info, warning, error, found 'loud'"},
        mistake{"region", "screening: {default_region: germany}", "two capital letters"},
        mistake{"size", "http: {header_max: 4MB}",
                "expected a size of 1KiB to 256KiB, such as 16KiB, found '4MB'"},
        mistake{"list_for_a_value", "http: {threads: [1, 2]}", "found a list"},
        mistake{"group_for_a_value", "http:\n  listen:\n    address: localhost\n",
                "http.listen: takes one value, not a group"},
        mistake{"value_for_a_group", "http: 8080\n",
                "http: expected a group of settings, found '8080'"},
        mistake{"key_twice", "log: {level: info}\nlog: {level: debug}\n",
                "2:1: log: stands here twice (first in line 1)"},
        mistake{"certificate_alone", "http: {tls_certificate: a.pem}",
                "tls_certificate and tls_key go together"},
        mistake{"delay_order", "retry: {base_delay: 2h, delay_max: 1h}",
                "delay_max must be at least base_delay"},
        mistake{"both_kinds", "meta: {verify_token_file: a, verify_token_env: B}",
                "keep one of them"},
        mistake{"two_urls", "database: {url: 'host=db', url_env: B}", "exclude each other"},
        mistake{"only_a_list", "- 1\n- 2\n", "expected settings as 'key: value' lines"},
        mistake{"only_a_word", "hello", "expected settings as 'key: value' lines"},
        mistake{"two_documents", "log: {level: info}\n---\nlog: {level: info}\n",
                "a second document begins here"},
        mistake{"comma_first", ", log: {level: info}\n", "nothing may begin with this character"},
        mistake{"list_as_key", "? [a, b]\n: 1\n", "a key must be a word"}),
    [](const auto& instance) { return std::string{instance.param.name}; });

class broken_yaml : public ::testing::TestWithParam<mistake> {};

TEST_P(broken_yaml, is_an_error_with_line_and_column) {
  const auto said = problem_of(GetParam().text);
  EXPECT_THAT(said, HasSubstr("this is no YAML"));
  EXPECT_THAT(said, HasSubstr(GetParam().said));
}

INSTANTIATE_TEST_SUITE_P(
    table, broken_yaml,
    ::testing::Values(mistake{"open_list", "http: [1, 2\n", "stentor.yaml:"},
                      mistake{"open_group", "log: {level: info\n", "stentor.yaml:"},
                      mistake{"tab", "http:\n\tthreads: 2\n", ":2:"},
                      mistake{"indent", "http:\n  threads: 2\n listen: a\n", ":3:"},
                      mistake{"unknown_alias", "http: *nowhere\n", ":1:"}),
    [](const auto& instance) { return std::string{instance.param.name}; });

TEST(hostile_files, end_in_an_error) {
  EXPECT_THAT(problem_of(std::string((1 << 20) + 1, ' ')), HasSubstr("larger than 1 MiB"));
  EXPECT_THAT(problem_of(std::string_view{"\0\x01\x02\xff\xfe", 5}), Not(HasSubstr("no problem")));
  EXPECT_THAT(problem_of(std::string(100'000, '[')), Not(HasSubstr("no problem")));
  EXPECT_THAT(problem_of("http: &self\n  again: *self\n"), HasSubstr("nested too deeply"));
  // Each alias doubles what the one before holds: a kilobyte that would unfold to a million keys.
  std::string bomb = "a0: &a0 {x: 1}\n";
  for (int i = 1; i <= 6; ++i) {
    const auto before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " {";
    for (int j = 0; j < 10; ++j)
      bomb += "k" + std::to_string(j) + ": " + before + (j == 9 ? "}\n" : ", ");
  }
  EXPECT_THAT(problem_of(bomb), HasSubstr("too many keys"));
  EXPECT_THAT(problem_of(bomb), HasSubstr("\n  and ")) << "nobody reads twenty thousand problems";
  EXPECT_LT(problem_of(bomb).size(), 20'000U);
}

/// A key stands in the path of everything below it: with aliases, a file of 700 KB held gigabytes.
TEST(hostile_files, with_long_keys_are_refused) {
  const std::string key(20'000, 'k');
  std::string file = "a: &a {? " + key + " : x}\n";
  for (const auto* at : {"ab", "bc", "cd", "de"}) {
    file += std::string(1, at[1]) + ": &" + at[1] + " {";
    for (int i = 0; i < 8; ++i)
      file += "? " + key + std::to_string(i) + " : *" + at[0] + ", ";
    file += "}\n";
  }
  const auto said = problem_of(file);
  EXPECT_THAT(said, HasSubstr(":1:10: a: a key of 20000 characters is none"));
  EXPECT_LT(said.size(), 20'000U);
}

TEST(problems, are_all_reported_at_once_in_the_order_of_the_file) {
  const auto said = problem_of("http:\n  threads: many\n  lissen: x\nlog:\n  level: loud\n");
  EXPECT_THAT(said, HasSubstr("has 3 problems"));
  EXPECT_LT(said.find(":2:"), said.find(":3:"));
  EXPECT_LT(said.find(":3:"), said.find(":5:"));
}

TEST(secrets, inline_ones_are_refused_and_never_repeated) {
  for (const auto* text :
       {"numbers:\n  - {phone_number_id: 1, waba_id: 2, token: EAAtopsecret}\n",
        "meta: {app_secret: EAAtopsecret}\n", "meta: {verify_token: EAAtopsecret}\n",
        "database: {url: 'postgresql://me:EAAtopsecret@host/db'}\n",
        "database: {url: 'host=db user=me password = EAAtopsecret'}\n"}) {
    const auto said = problem_of(text);
    EXPECT_THAT(said, HasSubstr("_file")) << text;
    EXPECT_THAT(said, Not(HasSubstr("EAAtopsecret"))) << text;
  }
  EXPECT_EQ(good("database: {url: 'host=db passfile=/etc/pgpass'}").database.url,
            "host=db passfile=/etc/pgpass");
}

TEST_F(secret_folder, come_from_files_and_the_environment) {
  write("token", "EAAtoken\n");
  write("one", "first\r\n");
  write("two", "second");
  ::setenv("STENTOR_TEST_VERIFY", "please", 1);
  const auto loaded = load(one_number);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_EQ(loaded->numbers[0].token.value, "EAAtoken");
  EXPECT_EQ(loaded->numbers[0].token.file, (folder / "token").string());
  ASSERT_EQ(loaded->meta.app_secrets.size(), 2U);
  EXPECT_EQ(loaded->meta.app_secrets[0].value, "first");
  EXPECT_EQ(loaded->meta.app_secrets[1].value, "second");
  EXPECT_EQ(loaded->meta.verify_token.value, "please");
}

TEST_F(secret_folder, that_cannot_be_read_are_named) {
  write("one", "");
  write("two", "line one\nline two\n");
  ::unsetenv("STENTOR_TEST_VERIFY");
  const auto loaded = load(one_number);
  ASSERT_FALSE(loaded.ok());
  const auto& said = loaded.error().message;
  EXPECT_THAT(said, HasSubstr("can't read " + (folder / "token").string()));
  EXPECT_THAT(said, HasSubstr("one must hold the secret in one line"));
  EXPECT_THAT(said, HasSubstr("two must hold the secret in one line"));
  EXPECT_THAT(said, HasSubstr("'STENTOR_TEST_VERIFY' is not set"));
  EXPECT_THAT(said, Not(HasSubstr("line two")));
}

TEST_F(secret_folder, database_url_from_a_file) {
  write("url", "postgresql://me:secret@host/db\n");
  const auto loaded = load("database: {url_file: url}\n");
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_EQ(loaded->database.url, "postgresql://me:secret@host/db");
  EXPECT_FALSE(loaded->database.embedded());
}

TEST_F(secret_folder, a_missing_file_and_a_folder_are_told_apart) {
  const auto missing = yaml::load((folder / "nothing.yaml").string());
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, core::errc::not_found);
  EXPECT_THAT(missing.error().message, HasSubstr("stentor config example"));
  const auto a_folder = yaml::load(folder.string());
  ASSERT_FALSE(a_folder.ok());
  EXPECT_THAT(a_folder.error().message, HasSubstr("is a folder"));
}

TEST(reload, takes_over_what_may_change_and_names_the_rest) {
  ports::configuration running;
  running.numbers.push_back({"1", "9", {"t", "", "old"}, 80, 0});
  auto next = running;
  EXPECT_TRUE(yaml::reload(running, next).change.reloadable.empty());
  next.log.level = ports::log_level::debug;
  next.numbers[0].token.value = "new";
  next.numbers[0].messages_per_second = 500;
  next.http.listen = "127.0.0.1:9";
  next.numbers.push_back({"2", "9", {"t", "", "x"}, 80, 0});
  const auto result = yaml::reload(running, next);
  EXPECT_THAT(result.change.reloadable,
              ElementsAre("log.level", "numbers[1].token", "numbers[1].messages_per_second"));
  EXPECT_THAT(result.change.restart, ElementsAre("http.listen", "numbers"));
  EXPECT_EQ(result.now.log.level, ports::log_level::debug);
  EXPECT_EQ(result.now.http.listen, running.http.listen);
  ASSERT_EQ(result.now.numbers.size(), 1U);
  EXPECT_EQ(result.now.numbers[0].token.value, "new");
  EXPECT_EQ(result.now.numbers[0].messages_per_second, 500);
}

TEST(reload, adding_a_number_needs_a_restart) {
  ports::configuration running;
  auto next = running;
  next.numbers.push_back({"2", "9", {"t", "", "x"}, 80, 0});
  const auto result = yaml::reload(running, next);
  EXPECT_THAT(result.change.restart, Contains("numbers"));
  EXPECT_TRUE(result.now.numbers.empty());
}

} // namespace
