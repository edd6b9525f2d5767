/// Callback data and webhook signatures.
#include "tests/adapters/meta/support/samples.hpp"

#include "adapters/meta/webhooks/signature.hpp"

#include <gtest/gtest.h>
#include <limits>
#include <random>

namespace {

using namespace stentor::meta;

TEST(callback_data, comes_back_as_it_went) {
  std::mt19937 random{1};
  constexpr auto int_max = std::numeric_limits<std::int32_t>::max();
  for (int i = 0; i < 5000; ++i) {
    const callback_data data{core::campaign_no{static_cast<std::int32_t>(random() >> 1)},
                             static_cast<std::int32_t>(random() >> 1),
                             static_cast<std::int16_t>(random() % 32768),
                             static_cast<std::int16_t>(random() % 32768)};
    std::string text = "before";
    samples::codec.encode(data, text);
    ASSERT_TRUE(text.starts_with("beforev1:"));
    ASSERT_EQ(samples::codec.decode(std::string_view{text}.substr(6)), data);
  }
  constexpr auto short_max = std::numeric_limits<std::int16_t>::max();
  const callback_data largest{int_max, int_max, short_max, short_max};
  const auto text = samples::callback(int_max, int_max, short_max, short_max);
  EXPECT_LE(text.size(), 64U);
  EXPECT_EQ(samples::codec.decode(text), largest);
  EXPECT_EQ(samples::codec.decode(samples::callback(0, 0, 0)), callback_data{});
}

TEST(callback_data, of_others_is_not_ours) {
  const auto text = samples::callback(17, 991, 0);
  for (std::size_t i = 0; i < text.size(); ++i) { // any other character anywhere
    auto forged = text;
    forged[i] = forged[i] == '1' ? '2' : '1';
    EXPECT_EQ(samples::codec.decode(forged), std::nullopt) << i;
    EXPECT_EQ(samples::codec.decode(text.substr(0, i)), std::nullopt) << i;
  }
  for (const auto* other :
       {"", "v1:", "c=17;u=991", "v1:::::0123456789abcdef", "v2:h:rj:0:0:0123456789abcdef"})
    EXPECT_EQ(samples::codec.decode(other), std::nullopt) << other;
  const callback_codec another{callback_key_from("another secret")};
  EXPECT_EQ(another.decode(text), std::nullopt);
  EXPECT_NE(callback_key_from("a"), callback_key_from("b"));
}

constexpr auto body = R"({"object":"whatsapp_business_account","entry":[]})";
constexpr auto header = "sha256=dec6a680679a968e7e0319355b23599cbfc54502c0784668e9618baa0c633756";

TEST(signature, fits_metas_vectors) {
  const signature_checker checker{{"test_app_secret"}};
  EXPECT_TRUE(checker.check(header, body));
  EXPECT_TRUE(
      checker.check("sha256=56cbbaf4961c6cfdae48b7f116c047e5eb513d2c931baae63a2bc1afd26f803a",
                    R"({"object": "whatsapp_business_account", "entry": []})"));
  EXPECT_EQ(checker.sign(body), header);
  EXPECT_FALSE(checker.check(header, R"({"object": "whatsapp_business_account","entry":[]})"));
}

TEST(signature, accepts_any_of_several_secrets) {
  const signature_checker checker{{"", "new_secret", "test_app_secret"}};
  EXPECT_TRUE(checker.check(header, body));
  EXPECT_FALSE(signature_checker{{"new_secret"}}.check(header, body));
  EXPECT_FALSE(signature_checker{{}}.check(header, body));
  EXPECT_FALSE(signature_checker{{""}}.check(header, body));
  const std::string longer(200, 'k'); // RFC 2104: keys longer than a block are hashed first
  const signature_checker long_key{{longer}};
  EXPECT_TRUE(long_key.check(long_key.sign(body), body));
}

TEST(signature, takes_no_other_header) {
  const signature_checker checker{{"test_app_secret"}};
  const std::string good{header};
  for (const auto& bad :
       {std::string{}, std::string{"sha256="}, good.substr(7), good + "0", good.substr(0, 70),
        " " + good, "SHA256=" + good.substr(7), "sha1=" + good.substr(7), good.substr(0, 70) + "g"})
    EXPECT_FALSE(checker.check(bad, body)) << bad;
  for (std::size_t i = 7; i < good.size(); ++i) {
    auto flipped = good;
    flipped[i] = flipped[i] == '0' ? '1' : '0';
    EXPECT_FALSE(checker.check(flipped, body));
  }
}

} // namespace
