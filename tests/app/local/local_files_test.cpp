/// What a local stack writes: a configuration that the daemon understands, and secrets that only
/// this user may read.

#include "adapters/process/text_file.hpp"
#include "adapters/yaml/configuration_file.hpp"
#include "app/local/configuration_writer.hpp"
#include "app/local/local_folder.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace {

using namespace stentor;

TEST(local_configuration, is_one_that_the_daemon_understands) {
  auto folder = app::local_folder::make("stentor-local-test", {}, {});
  ASSERT_TRUE(folder.ok());
  process::write_private(folder->configuration(),
                         app::to_yaml({.organization = "Here",
                                       .number_ids = app::local_number_ids(2),
                                       .messages_per_second = 12.5,
                                       .meta_url = "https://127.0.0.1:1",
                                       .ca_file = "/tmp/authority.crt",
                                       .port = 8099,
                                       .more = "retry: {base_delay: 2s}\n"}));
  const auto loaded = yaml::load(folder->configuration().string());
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_EQ(loaded->organization, "Here");
  EXPECT_EQ(loaded->state_folder, folder->state().string());
  ASSERT_EQ(loaded->numbers.size(), 2U);
  EXPECT_EQ(loaded->numbers[1].phone_number_id, "106540352242901");
  EXPECT_DOUBLE_EQ(loaded->numbers[1].messages_per_second, 12.5);
  EXPECT_EQ(loaded->numbers[0].token.value, app::local_secrets{}.token);
  EXPECT_EQ(loaded->meta.ca_file, "/tmp/authority.crt");
  EXPECT_EQ(loaded->http.listen, "127.0.0.1:8099");
}

TEST(local_folder, keeps_secrets_from_others_and_goes) {
  std::filesystem::path path;
  {
    auto folder = app::local_folder::make("stentor-local-test", {}, {.token = "a secret"});
    ASSERT_TRUE(folder.ok());
    path = folder->path();
    EXPECT_EQ(process::text_of(folder->file("token")), "a secret\n");
    for (const auto* name : {"token", "app-secret", "verify-token"})
      EXPECT_EQ(std::filesystem::status(folder->file(name)).permissions(),
                std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(companion_program, that_is_missing_says_what_to_build) {
  const auto missing = app::companion_program("stentor-nothing");
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, core::errc::not_found);
  EXPECT_NE(missing.error().message.find("build the target stentor-nothing"), std::string::npos);
}

} // namespace
