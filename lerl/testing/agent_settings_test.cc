// Every setting of every agent changes what is played, or is listed with the reason why it does not
// (testing/every_setting.h).

#include "lerl/testing/agent_settings.h"

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include "lerl/base/registry.h"
#include "lerl/testing/small_sessions.h"

namespace lerl {
namespace {

class AgentSettings : public ::testing::TestWithParam<std::string> {};

// The settings of an agent: those that agents share, and its own section. The sections of others
// are in the same table, so that a comparison can name any of them.
bool IsOf(const std::string& agent, const std::string& path) {
  const std::string section = path.substr(0, path.find('.'));
  for (const AgentRow& row : AgentRows())
    if (section == row.name) return section == agent;
  return path != "name";
}

TEST_P(AgentSettings, EachCountsOrIsListedWithTheReason) {
  const SmallSessions world;
  EverySetting<AgentConfig> settings(
      SmallAgent(GetParam()), AgentSettingNotes(FindAgentRow(GetParam())),
      [&](const AgentConfig& config) {
        const ItemFactors factors = FitItemFactors(world.dataset, world.split, config.factors);
        const auto agent = MakeAgent(config, world.Context(factors));
        return world.Learned(*agent);
      });
  settings.Check("agent " + GetParam(),
                 [&](const std::string& path) { return IsOf(GetParam(), path); });
}

INSTANTIATE_TEST_SUITE_P(Registry, AgentSettings, ::testing::ValuesIn(RowNames(AgentRows())),
                         [](const auto& info) { return info.param; });

// The check itself: it must find a setting that nothing reads, and one that is listed wrongly.
struct TwoSettings {
  double read = 1, unread = 1;
  std::string way = "a";
  void VisitFields(FieldVisitor& visit) {
    visit("read", read, "", Range{0, 10});
    visit("unread", unread, "", Range{0, 10});
    visit("way", way, "", {"a", "b", "c"});
  }
};

int Failures(const std::vector<SettingNote>& notes, const std::string& setting) {
  ::testing::TestPartResultArray failures;
  {
    const ::testing::ScopedFakeTestPartResultReporter reporter(
        ::testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &failures);
    EverySetting<TwoSettings> settings({}, notes, [](const TwoSettings& config) {
      return std::to_string(config.read) + (config.way == "a" ? "a" : "other");
    });
    settings.Check("two", [&](const std::string& path) { return path == setting; });
  }
  return failures.size();
}

TEST(EverySetting, FindsWhatNothingReadsAndWhatIsListedWrongly) {
  EXPECT_EQ(Failures({}, "read"), 0);
  EXPECT_EQ(Failures({}, "unread"), 1);
  EXPECT_EQ(Failures({}, "way"), 1);  // b and c are alike
  EXPECT_EQ(Failures({{.path = "unread", .inert = "for the test"}}, "unread"), 0);
  EXPECT_EQ(Failures({{.path = "read", .inert = "for the test"}}, "read"), 1);
  EXPECT_EQ(Failures({{.path = "gone", .inert = "for the test"}}, "read"), 1);
}

}  // namespace
}  // namespace lerl
