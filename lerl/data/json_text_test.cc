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

TEST(JsonText, ReadsTuplesWithACommaAtTheirEnd) {
  EXPECT_EQ(ParseJsonText("('a',)").dump(), "[\"a\"]");
  EXPECT_EQ(ParseJsonText("['a', 'b, ', ]").dump(), "[\"a\",\"b, \"]");
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

TEST(JsonText, SaysWhyAFileHoldsNoObjectsOnLines) {
  EXPECT_EQ(FaultOfJsonLines("{\"a\": 1}\n{\"a\": 2}\n"), "");
  EXPECT_EQ(FaultOfJsonLines("{\"a\": 1, \"votes\": {\"x\": 1, \"y\": 2}}\n"), "");
  const auto begins = [](const char* text, const std::string& fault) {
    EXPECT_EQ(FaultOfJsonLines(text).substr(0, fault.size()), fault) << text;
  };
  begins("[{\"a\": 1}]", "one list of JSON");
  begins("{\n  \"a\": 1\n}\n", "an object of JSON over several lines");
  begins("{\"a\": {\"0\": 1, \"1\": 2}, \"b\": {\"0\": 1, \"1\": 2}}\n",
         "one object of JSON that holds a whole table");
  begins("{\"data\": [[1, 2], [3, 4]]}", "one object of JSON that holds a whole table");
  begins("a,b\n1,2\n", "no object of JSON");
}

}  // namespace
}  // namespace lerl
