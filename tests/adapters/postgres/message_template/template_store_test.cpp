/// Templates as Meta has them.

#include "tests/adapters/postgres/support/stores_fixture.hpp"

using namespace stentor;
using namespace stentor::postgres;
using namespace stentor::postgres::testing;

namespace {

class template_rows : public with_stores {};

TEST_F(template_rows, templates_follow_meta) {
  const std::string list =
      R"([{"id":"9","name":"sale","language":"de","status":"APPROVED","category":"MARKETING","components":[{"type":"BODY","text":"Hi"}]}])";
  ASSERT_TRUE(stores.templates->save(1, "w1", list).ok());
  EXPECT_EQ(base.text("SELECT status FROM template WHERE name = 'sale'"), "APPROVED");
  EXPECT_EQ(base.text("SELECT status FROM template WHERE name = 'hello'"), "DELETED");
  ASSERT_TRUE(stores.templates->set_status("w1", "sale", "de", "PAUSED").ok());
  EXPECT_EQ(base.text("SELECT status FROM template WHERE name = 'sale'"), "PAUSED");
  EXPECT_EQ(need(stores.campaigns->using_template("w1", "hello", "en_US")),
            std::vector<core::campaign_no>{1});
}

} // namespace
