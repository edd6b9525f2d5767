#include "app/daemon/node_identity.hpp"

#include "adapters/process/temporary_folder.hpp"
#include "adapters/process/text_file.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include <filesystem>

using namespace stentor;

namespace {

class node_identity : public ::testing::Test {
protected:
  std::filesystem::path folder(const std::string& name) {
    const auto made = temporary_.path() / name;
    std::filesystem::create_directories(made);
    return made;
  }
  static std::string id_of(const std::filesystem::path& folder) {
    auto id = app::node_identity(folder);
    EXPECT_TRUE(id.ok());
    return id ? *id : std::string{};
  }

private:
  process::temporary_folder temporary_{"stentor-identity"};
};

TEST_F(node_identity, stays_with_its_folder) {
  const auto mine = folder("mine");
  const auto id = id_of(mine);
  EXPECT_EQ(id.size(), 36U);
  EXPECT_EQ(id_of(mine), id);
  EXPECT_NE(id_of(folder("another")), id);
}

TEST_F(node_identity, is_another_one_in_a_copy) {
  const auto mine = folder("mine");
  const auto id = id_of(mine);
  const auto copy = folder("copy");
  std::filesystem::copy(mine / "node.json", copy / "node.json");
  EXPECT_NE(id_of(copy), id);
  EXPECT_EQ(id_of(mine), id);
}

TEST_F(node_identity, is_another_one_on_another_host) {
  const auto mine = folder("mine");
  const auto id = id_of(mine);
  auto known = nlohmann::json::parse(process::text_of(mine / "node.json"));
  known["host"] = "somewhere-else";
  process::write_private(mine / "node.json", known.dump());
  EXPECT_NE(id_of(mine), id);
}

TEST_F(node_identity, is_made_anew_when_the_file_is_broken) {
  const auto mine = folder("mine");
  process::write_private(mine / "node.json", "{\"id\":");
  EXPECT_EQ(id_of(mine), id_of(mine));
}

TEST_F(node_identity, says_why_there_is_none) {
  EXPECT_FALSE(app::node_identity("/nowhere/at/all").ok());
}

} // namespace
