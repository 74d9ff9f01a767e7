#include "lerl/base/config_text.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "lerl/base/config.h"

namespace lerl {
namespace {

using ::testing::HasSubstr;

struct ConfigTextTestInner {
  double clip = 0.2;
  std::vector<int64_t> sizes = {64};
  void VisitFields(FieldVisitor& visit) {
    visit("clip", clip, "epsilon of the surrogate", Range{0, 1});
    visit("sizes", sizes, "layer widths", Range{1, 1024});
  }
};

struct ConfigTextTestSample {
  bool on = false;
  int64_t steps = 10;
  std::string rule = "lerl";
  std::vector<double> rates = {0.5};
  std::vector<std::string> names = {};
  ConfigTextTestInner ppo = {};
  void VisitFields(FieldVisitor& visit) {
    visit("on", on, "a switch");
    visit("steps", steps, "steps", Range{.low = 1});
    visit("rule", rule, "leave rule", {"lerl", "temper"});
    visit("rates", rates, "rates", Range{});
    visit("names", names, "free names");
    visit.Section("ppo", ppo);
  }
};

TEST(ConfigText, JsonHoldsEveryFieldWithItsKeysSorted) {
  EXPECT_EQ(ConfigToJson(ConfigTextTestSample{}).dump(),
            R"({"names":[],"on":false,"ppo":{"clip":0.2,"sizes":[64]},"rates":[0.5],)"
            R"("rule":"lerl","steps":10})");
}

TEST(ConfigText, HashFollowsTheValues) {
  const std::string hash = ConfigHash(ConfigToJson(ConfigTextTestSample{}));
  EXPECT_EQ(hash.size(), 16u);
  EXPECT_EQ(hash, ConfigHash(ConfigToJson(ConfigTextTestSample{.steps = 10})));
  EXPECT_NE(hash, ConfigHash(ConfigToJson(ConfigTextTestSample{.steps = 11})));
  EXPECT_NE(hash, ConfigHash(ConfigToJson(ConfigTextTestSample{.ppo = {.clip = 0.3}})));
}

TEST(ConfigText, DescriptionNamesValueMeaningAndLimitsOfEachField) {
  const std::string text = DescribeConfig(ConfigTextTestSample{});
  EXPECT_THAT(text, HasSubstr("  steps = 10 "));
  EXPECT_THAT(text, HasSubstr("# steps (at least 1)\n"));
  EXPECT_THAT(text, HasSubstr("# leave rule (lerl, temper)\n"));
  EXPECT_THAT(text, HasSubstr("  ppo.clip = 0.2 "));
  EXPECT_THAT(text, HasSubstr("# epsilon of the surrogate ([0, 1])\n"));
}

TEST(ConfigText, DescriptionIsTomlThatIsReadBack) {
  ConfigTextTestSample sample{.on = true, .rates = {0.1, 1.0 / 3, 1e-7}, .names = {"a \"b\" \\"}};
  sample.ppo.clip = 0.12345678901234567;
  ConfigTextTestSample read;
  ConfigSource::FromText(DescribeConfig(sample), "shown.toml").Read(read);
  EXPECT_EQ(ConfigToJson(read), ConfigToJson(sample));
}

TEST(ConfigText, ChangesAreTheFieldsThatDifferFromTheDefaults) {
  ConfigTextTestSample sample{.steps = 11};
  sample.ppo.sizes = {64, 32};
  EXPECT_EQ(DescribeChanges(sample),
            "  steps = 11                                # steps (at least 1)\n"
            "  ppo.sizes = [64,32]                       # layer widths ([1, 1024])\n");
  EXPECT_EQ(DescribeChanges(ConfigTextTestSample{}), "");
}

}  // namespace
}  // namespace lerl
