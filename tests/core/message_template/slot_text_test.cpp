/// The texts of slots: what is read, and what is refused.

#include "stentor/core/message_template/slot_text.hpp"

#include <gtest/gtest.h>

namespace stentor::core {
namespace {

std::string code_of(std::string_view text) {
  const auto read = read_slot_text("body.1", text);
  return read.problem ? read.problem->code : "";
}

TEST(slot_text, is_literals_and_variables) {
  const auto read = read_slot_text("body.1", "Dear {{ name : first:title |friend}}!");
  ASSERT_FALSE(read.problem);
  ASSERT_EQ(read.pieces.size(), 3U);
  EXPECT_EQ(read.pieces[0].literal, "Dear ");
  const auto& variable = read.pieces[1].variable.value();
  EXPECT_EQ(variable.name, "name");
  EXPECT_EQ(variable.otherwise, "friend");
  EXPECT_EQ(variable.filters,
            (std::vector<slot_filter>{{filter_kind::first, ""}, {filter_kind::title, ""}}));
  EXPECT_EQ(read.pieces[2].literal, "!");
}

TEST(slot_text, gives_filters_their_arguments) {
  const auto read =
      read_slot_text("body.1", "{{saleDetails.last.at:date(%H:%M | %d)|soon | later}}");
  ASSERT_FALSE(read.problem) << read.problem->text;
  const auto& variable = read.pieces.at(0).variable.value();
  EXPECT_EQ(variable.name, "saleDetails.last.at");
  EXPECT_EQ(variable.filters, (std::vector<slot_filter>{{filter_kind::date, "%H:%M | %d"}}));
  EXPECT_EQ(variable.otherwise, "soon | later");
}

TEST(slot_text, takes_defaults_as_they_are) {
  EXPECT_EQ(read_slot_text("s", "{{a|b:c(d)}}").pieces.at(0).variable->otherwise, "b:c(d)");
  EXPECT_EQ(read_slot_text("s", "{{a|}}").pieces.at(0).variable->otherwise, "");
  EXPECT_TRUE(read_slot_text("s", "").pieces.empty());
}

TEST(slot_text, refuses_what_it_can_not_read) {
  EXPECT_EQ(code_of("{{name"), "slot_not_closed");
  EXPECT_EQ(code_of("{{}}"), "slot_without_column");
  EXPECT_EQ(code_of("{{:upper}}"), "slot_without_column");
  EXPECT_EQ(code_of("{{ |friend}}"), "slot_without_column");
  EXPECT_EQ(code_of("{{name:shout}}"), "slot_filter_unknown");
  EXPECT_EQ(code_of("{{name:}}"), "slot_filter_unknown");
  EXPECT_EQ(code_of("{{name:UPPER}}"), "slot_filter_unknown");
  EXPECT_EQ(code_of("{{x:date(%d}}"), "slot_filter_wrong");
  EXPECT_EQ(code_of("{{x:date(%d)y}}"), "slot_filter_wrong");
  EXPECT_EQ(code_of("{{x:date}}"), "slot_filter_wrong");
  EXPECT_EQ(code_of("{{x:money(rupees)}}"), "slot_filter_wrong");
  EXPECT_EQ(code_of("{{x:upper(1)}}"), "slot_filter_wrong");
}

TEST(slot_text, says_in_which_slot) {
  const auto problem = read_slot_text("button.0", "{{name:shout|x}}").problem;
  ASSERT_TRUE(problem);
  EXPECT_EQ(problem->text, "templateVariables: the slot \"button.0\" has the filter \"shout\", and "
                           "there is none but upper, lower, title, first, date, money.");
}

} // namespace
} // namespace stentor::core
