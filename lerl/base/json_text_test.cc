#include "lerl/base/json_text.h"

#include <gmock/gmock.h>

#include <limits>
#include <nlohmann/json.hpp>

namespace lerl {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

std::string FaultOf(const std::string& text) {
  try {
    ParseJson(text);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

std::string JsonNest(size_t depth, const std::string& open = "[", const std::string& close = "]") {
  std::string text;
  for (size_t i = 0; i < depth; ++i) text += open;
  for (size_t i = 0; i < depth; ++i) text += close;
  return text;
}

TEST(ParseJson, ReadsWhatIsNestedUpToALimit) {
  EXPECT_EQ(ParseJson(R"({"a": [1, {"b": "]]]]{{{{\"["}]})")["a"][1]["b"], "]]]]{{{{\"[");
  EXPECT_EQ(FaultOf(JsonNest(kDeepestJson)), "");
  EXPECT_THAT(FaultOf(JsonNest(kDeepestJson + 1)), HasSubstr("nested deeper than 64"));
  EXPECT_FALSE(TryParseJson(JsonNest(kDeepestJson)).is_discarded());
  EXPECT_EQ(FaultOf("[\"" + std::string(200, '[') + "\"]"), "");
}

TEST(ParseJson, RefusesAHundredThousandBracketsOfAnyKind) {
  for (const auto& text : {JsonNest(100000), JsonNest(100000, R"({"a":)", "}"),
                           JsonNest(100000, R"([{"a":)", "}]"), std::string(100000, '[')}) {
    EXPECT_TRUE(TryParseJson(text).is_discarded());
    EXPECT_THAT(FaultOf(text), HasSubstr("nested deeper"));
  }
}

TEST(ParseJson, ItsFaultIsOneShortPrintableLine) {
  for (const std::string& text :
       {std::string(), std::string("{"), std::string("\x1b[31m"), std::string("[1,\n\n 2"),
        "[" + std::string(5000, 'x'), std::string("\"\xFF\"")}) {
    const std::string fault = FaultOf(text);
    EXPECT_THAT(fault, ::testing::Not(::testing::IsEmpty())) << text;
    EXPECT_THAT(fault, SizeIs(::testing::Le(300U)));
    EXPECT_EQ(fault.find_first_of("\n\x1b"), std::string::npos) << fault;
    EXPECT_TRUE(TryParseJson(text).is_discarded());
  }
}

TEST(MembersOfJson, AreTakenForWhatTheyAreWhateverTheirType) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  const nlohmann::json json = ParseJson(
      R"({"text": "a", "null": null, "list": [1], "object": {}, "count": 3, "below": -3, "half": 2.5,
          "huge": 1e300, "beyond": 18446744073709551615, "far below": -1e300, "true": true})");
  EXPECT_EQ(TextOf(json, "text"), "a");
  for (const char* name : {"null", "list", "object", "count", "absent", "true"})
    EXPECT_EQ(TextOf(json, name), "") << name;
  EXPECT_EQ(CountOf(json, "count"), 3);
  EXPECT_EQ(CountOf(json, "half"), 2);
  EXPECT_EQ(CountOf(json, "huge"), kMost);
  EXPECT_EQ(CountOf(json, "beyond"), kMost);
  for (const char* name :
       {"below", "far below", "null", "list", "object", "text", "absent", "true"})
    EXPECT_EQ(CountOf(json, name), 0) << name;
  for (const char* text : {"null", "[1]", "3", "\"a\""})
    EXPECT_TRUE(MemberOf(ParseJson(text), "a").is_null());
  EXPECT_TRUE(MemberOf(TryParseJson("{"), "a").is_null());
}

TEST(ParseStrictJson, RefusesAMemberThatIsNamedTwice) {
  EXPECT_EQ(ParseStrictJson(R"({"a": {"b": 1}, "c": [{"b": 1}, {"b": 2}]})")["a"]["b"], 1);
  for (const char* text : {R"({"a": 1, "a": 1})", R"([{"b": {"a": 1, "\u0061": 2}}])"}) {
    try {
      ParseStrictJson(text);
      FAIL() << text;
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), R"(an object names "a" twice)");
    }
  }
  EXPECT_THROW(ParseStrictJson("{"), std::runtime_error);
}

}  // namespace
}  // namespace lerl
