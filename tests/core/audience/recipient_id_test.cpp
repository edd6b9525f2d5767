/// The public id of a recipient.

#include "stentor/core/audience/recipient_id.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace stentor::core {
namespace {

const std::string campaign = "0b5f3cb2-7d0e-4d4a-9c1e-0123456789ab";

TEST(recipient_ids, name_a_place_on_a_list) {
  EXPECT_EQ(recipient_id(campaign, 1), "0b5f3cb2-7d0e-4d4a-9c1e-012300000001");
  EXPECT_EQ(recipient_id(campaign, 3'000'000), "0b5f3cb2-7d0e-4d4a-9c1e-0123002dc6c0");
  for (const recipient_seq seq : {1, 255, 256, 65'536, std::numeric_limits<recipient_seq>::max()})
    EXPECT_EQ(seq_of_recipient(recipient_id(campaign, seq), campaign), seq);
  EXPECT_EQ(seq_of_recipient("0B5F3CB2-7D0E-4D4A-9C1E-01230000000A", campaign), 10);
}

TEST(recipient_ids, belong_to_one_campaign) {
  for (const char* wrong :
       {"", "1", "0b5f3cb2-7d0e-4d4a-9c1e-012300000000", "0b5f3cb2-7d0e-4d4a-9c1e-0123ffffffff",
        "0b5f3cb2-7d0e-4d4a-9c1e-0124000000ff", "0b5f3cb2-7d0e-4d4a-9c1e-01230000000g",
        "0b5f3cb2-7d0e-4d4a-9c1e-0123000000001"})
    EXPECT_EQ(seq_of_recipient(wrong, campaign), std::nullopt) << wrong;
  EXPECT_EQ(seq_of_recipient(recipient_id(campaign, 1), "short"), std::nullopt);
}

} // namespace
} // namespace stentor::core
