#include "lerl/data/json_text.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace lerl {
namespace {

TEST(JsonText, ReadsALineOfJson) {
  const auto row = ParseJsonText(R"({"user": "u1", "stars": 4.0, "open": true, "none": null})");
  EXPECT_EQ(FieldOfJson(row.at("user")), "u1");
  EXPECT_EQ(FieldOfJson(row.at("stars")), "4.0");
  EXPECT_EQ(FieldOfJson(row.at("open")), "true");
  EXPECT_EQ(FieldOfJson(row.at("none")), "");
}

TEST(JsonText, ReadsADictionaryOfPython) {
  const auto row = ParseJsonText(
      R"({u'user': u'Zo\xeb \u2665', "title": u"Children's", 'early': False, 'at': (1, None)})");
  EXPECT_EQ(FieldOfJson(row.at("user")), "Zo\xC3\xAB \xE2\x99\xA5");
  EXPECT_EQ(FieldOfJson(row.at("title")), "Children's");
  EXPECT_EQ(FieldOfJson(row.at("early")), "false");
  EXPECT_EQ(FieldOfJson(row.at("at")), "[1,null]");
}

TEST(JsonText, RefusesWhatIsNeitherAndWhatIsNestedTooDeep) {
  EXPECT_TRUE(ParseJsonText("user,item").is_discarded());
  EXPECT_TRUE(ParseJsonText("{'a': 'b").is_discarded());
  EXPECT_TRUE(ParseJsonText("").is_discarded());
  EXPECT_TRUE(ParseJsonText(std::string(100'000, '[') + std::string(100'000, ']')).is_discarded());
  EXPECT_FALSE(ParseJsonText("{\"a\": \"" + std::string(100, '[') + "\"}").is_discarded());
}

}  // namespace
}  // namespace lerl
