/// Commands about the files of template headers.

#include "tests/app/cli/support/fake_daemon.hpp"

namespace {

TEST_F(command_line, media_have_commands) {
  const auto file = (own.path() / "Sale.JPEG").string();
  std::ofstream{file} << "bytes";
  daemon.answers = {{201, R"({"id":"0a1b2c3d-0000-4000-8000-00000000000f","name":"Sale.JPEG",
    "mime":"image/jpeg","bytes":5,"uploads":[{"number":"106","state":"failed","expiresAt":null,
    "problem":{"code":"x","text":"Too blue."}}]})"}};
  EXPECT_EQ(run({"media", "upload", file}), 0);
  EXPECT_EQ(daemon.asked.back(), "POST /api/whatsapp/media?name=Sale.JPEG");
  EXPECT_EQ(daemon.upload_type, "image/jpeg");
  EXPECT_EQ(daemon.uploaded, "bytes");
  EXPECT_THAT(out.str(), HasSubstr("media:0a1b2c3d-0000-4000-8000-00000000000f"));
  EXPECT_THAT(out.str(), HasSubstr("failed: Too blue."));
  EXPECT_EQ(run({"media", "upload", file, "--type", "image/png", "--name", "a b.png"}), 0);
  EXPECT_EQ(daemon.asked.back(), "POST /api/whatsapp/media?name=a%20b.png");
  EXPECT_EQ(daemon.upload_type, "image/png");
  EXPECT_EQ(run({"media", "upload", file + ".unknown"}), 2);
  EXPECT_EQ(run({"media", "upload", (own.path() / "none.png").string()}), 3);
  daemon.answers = {
      {200, R"({"data":[{"id":"0a1b2c3d-0000-4000-8000-00000000000f","name":"Sale.JPEG",
        "mime":"image/jpeg","bytes":2048}],"total":3})"}};
  EXPECT_EQ(run({"media", "list"}), 0);
  EXPECT_EQ(daemon.asked.back(), "GET /api/whatsapp/media?limit=100&page=1");
  EXPECT_THAT(out.str(), HasSubstr("… of 3"));
  daemon.answers = {{204, ""}};
  EXPECT_EQ(run({"media", "delete", "0a1b2c3d-0000-4000-8000-00000000000f"}), 0);
  EXPECT_THAT(out.str(), HasSubstr("Deleted."));
  EXPECT_EQ(run({"media", "delete", ""}), 2);
  EXPECT_EQ(run({"media", "show", "../templates"}), 2);
}

} // namespace
