#include "lerl/events/record_json.h"

#include <gmock/gmock.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "lerl/testing/event_store_conformance.h"

namespace lerl {
namespace {

using ::testing::HasSubstr;

StoredSession JsonExample() {
  StoredSession stored{SessionNamed("s"), {SlateOf("s", 0)}, {FeedbackOf("s", "e")}};
  stored.feedback[0].number = 1;
  return stored;
}

std::string FaultOf(const nlohmann::json& json) {
  return ErrorOf(ErrorKind::kUsage, [&] { StoredSessionOf(json); });
}

TEST(RecordJson, BringsBackTheSameBits) {
  StoredSession stored = JsonExample();
  stored.session.seed = std::numeric_limits<uint64_t>::max();
  stored.session.split = "1: a 0.9, b 0.1";
  stored.slates[0].log_probability = -0.1 - 0.2;
  stored.feedback[0].behaviours["\xF0\x9F\x8E\xAC \"quoted\"\n"] = 5e-324;
  EXPECT_EQ(StoredSessionOf(nlohmann::json::parse(ToJson(stored).dump())), stored);
  EXPECT_FALSE(ToJson(stored).contains("shadows"));
  stored.shadows = {{.session = "s",
                     .step = 0,
                     .policy = "q",
                     .version = "v2",
                     .chosen_us = 5,
                     .items = {"b"},
                     .probabilities = {0.1},
                     .shown_probabilities = {0, 1.0 / 3}}};
  EXPECT_EQ(StoredSessionOf(nlohmann::json::parse(ToJson(stored).dump())), stored);
}

TEST(RecordJson, RefusesFieldsThatAreMissingUnknownOrOfAnotherType) {
  const nlohmann::json good = ToJson(JsonExample());
  nlohmann::json bad = good;
  bad["slates"][0].erase("plan");
  EXPECT_THAT(FaultOf(bad), HasSubstr("slates[0].plan: missing"));
  bad = good;
  bad["feedback"][0]["likes"] = 1;
  EXPECT_THAT(FaultOf(bad), HasSubstr("feedback[0].likes: not a known field"));
  bad = good;
  bad["slates"][0]["items"][1] = 7;
  EXPECT_THAT(FaultOf(bad), HasSubstr("slates[0].items[1]: not a text"));
  bad = good;
  bad["seed"] = -1;
  EXPECT_THAT(FaultOf(bad), HasSubstr("seed: not a whole number from 0"));
  bad = good;
  bad["started_us"] = 1.5;
  EXPECT_THAT(FaultOf(bad), HasSubstr("started_us: not a whole number"));
  bad = good;
  bad["slates"][0]["step"] = 1LL << 40;
  EXPECT_THAT(FaultOf(bad), HasSubstr("slates[0].step: not a whole number"));
  bad = good;
  bad["feedback"][0]["number"] = 2;
  EXPECT_THAT(FaultOf(bad), HasSubstr("feedback[0].number: not in order from 1"));
  EXPECT_THAT(FaultOf(nlohmann::json::array()), HasSubstr("line: not an object"));
}

TEST(RecordJson, ReadsWhatWasWrittenBeforeThereWereSplits) {
  const nlohmann::json before = ToJson(JsonExample());
  EXPECT_FALSE(before.contains("split"));
  EXPECT_EQ(StoredSessionOf(before).session.split, "");
}

TEST(RecordJson, ItemsComeBackAsTheyWere) {
  ItemRecord item = ItemNamed("a");
  item.withdrawn_us = 5000;
  item.shown = 7;
  const nlohmann::json json = ToJson(item);
  EXPECT_TRUE(IsItem(json));
  EXPECT_FALSE(IsItem(ToJson(JsonExample())));
  EXPECT_EQ(ItemRecordOf(json), item);
  nlohmann::json bad = json;
  bad["item"].erase("title");
  EXPECT_THAT(ErrorOf(ErrorKind::kUsage, [&] { ItemRecordOf(bad); }),
              HasSubstr("item.title: missing"));
  bad = json;
  bad["id"] = "s";
  EXPECT_THAT(ErrorOf(ErrorKind::kUsage, [&] { ItemRecordOf(bad); }),
              HasSubstr("id: not a known field"));
}

TEST(RecordJson, CallsAColumnThatItCannotReadDamaged) {
  EXPECT_EQ(TextsOf(TextOfTexts({"a", "\"b\""})), (std::vector<std::string>{"a", "\"b\""}));
  EXPECT_EQ(NumbersOf(TextOfNumbers({0.1, 1e300})), (std::vector<double>{0.1, 1e300}));
  for (const char* column : {"", "[1", "{}", "[\"a\"]", "[1e999]"})
    EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { NumbersOf(column); }), HasSubstr("damaged"));
  ErrorOf(ErrorKind::kData, [] { BehavioursOf("[]"); });
}

}  // namespace
}  // namespace lerl
