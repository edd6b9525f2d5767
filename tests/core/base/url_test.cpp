#include "stentor/core/base/url.hpp"

#include <gtest/gtest.h>

namespace stentor::core {

struct url_case {
  const char* text;
  const char* scheme;
  const char* host;
  std::uint16_t port;
  const char* path;
  const char* authority;
};

class good_url : public ::testing::TestWithParam<url_case> {};

TEST_P(good_url, falls_into_its_parts) {
  const auto& wanted = GetParam();
  const auto got = parse_url(wanted.text);
  ASSERT_TRUE(got.ok()) << got.error().message;
  EXPECT_EQ(got->scheme, wanted.scheme);
  EXPECT_EQ(got->host, wanted.host);
  EXPECT_EQ(got->port, wanted.port);
  EXPECT_EQ(got->path, wanted.path);
  EXPECT_EQ(got->authority(), wanted.authority);
}

INSTANTIATE_TEST_SUITE_P(
    url, good_url,
    ::testing::Values(url_case{"https://graph.facebook.com", "https", "graph.facebook.com", 443, "",
                               "graph.facebook.com"},
                      url_case{"HTTPS://Graph.Facebook.com/", "https", "graph.facebook.com", 443,
                               "", "graph.facebook.com"},
                      url_case{"http://127.0.0.1:8080/a/b/", "http", "127.0.0.1", 8080, "/a/b",
                               "127.0.0.1:8080"},
                      url_case{"https://[::1]:9443", "https", "::1", 9443, "", "[::1]:9443"},
                      url_case{"http://[fe80::1]", "http", "fe80::1", 80, "", "[fe80::1]"},
                      url_case{"http://localhost:80", "http", "localhost", 80, "", "localhost"}));

class bad_url : public ::testing::TestWithParam<const char*> {};

TEST_P(bad_url, is_refused_without_being_repeated) {
  const auto got = parse_url(GetParam());
  ASSERT_FALSE(got.ok());
  EXPECT_EQ(got.error().code, errc::invalid);
  EXPECT_EQ(got.error().message.find("hunter2"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(url, bad_url,
                         ::testing::Values("", "graph.facebook.com", "ftp://a", "https://",
                                           "https://:443", "https://a:0", "https://a:65536",
                                           "https://a:4x", "https://[::1", "https://[::1]x",
                                           "https://me:hunter2@a", "https://a/?q=1", "https://a b",
                                           "https://a/b#c"));

TEST(host_and_port, falls_into_its_parts) {
  const auto v4 = parse_host_and_port("127.0.0.1:8080");
  ASSERT_TRUE(v4.ok());
  EXPECT_EQ(v4->host, "127.0.0.1");
  EXPECT_EQ(v4->port, 8080);
  const auto v6 = parse_host_and_port("[::1]:0");
  ASSERT_TRUE(v6.ok());
  EXPECT_EQ(v6->host, "::1");
  EXPECT_EQ(v6->port, 0);
  EXPECT_EQ(parse_host_and_port("LocalHost:65535")->host, "localhost");
}

TEST(host_and_port, needs_both) {
  for (const auto* text : {"", "localhost", ":80", "a:", "a:65536", "a:-1", "a:8x", "::1:80",
                           "[::1]", "[::1:80", "[]:80", "a b:80", "http://a:80", "a/b:80"})
    EXPECT_FALSE(parse_host_and_port(text).ok()) << text;
}

} // namespace stentor::core
