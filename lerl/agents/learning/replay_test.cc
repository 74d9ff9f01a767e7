#include "lerl/agents/learning/replay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "lerl/base/error.h"
#include "lerl/base/index.h"

namespace lerl {
namespace {

// Sessions whose every column holds the session's number.
SessionLog Numbered(int32_t first, int64_t sessions) {
  SessionLog log;
  log.allow_repeats = true;
  log.never_shown = {0, 1, 0};
  log.reward_weights = {0.5, 2};
  log.price_factors = {0.5, 3};
  log.Resize(sessions, 3, 2, 4, 5);
  VisitColumns(log, [&](const char*, auto& column) {
    const size_t width = column.size() / At(sessions);
    for (size_t i = 0; i < column.size(); ++i)
      column[i] = static_cast<typename std::remove_cvref_t<decltype(column)>::value_type>(
          first + static_cast<int32_t>(i / width));
  });
  return log;
}

void ExpectWhole(const SessionLog& log) {
  VisitColumns(log, [&](const char* name, const auto& column) {
    const size_t width = column.size() / log.user.size();
    const bool kept = name != std::string_view("expected") && name != std::string_view("seed");
    for (size_t i = 0; i < column.size(); ++i)
      ASSERT_EQ(static_cast<int64_t>(column[i]), kept ? log.user[i / width] : 0) << name;
  });
}

std::set<int32_t> UsersOf(const Replay& replay) {
  Rng rng(1);
  const SessionLog log = replay.SessionsAt(replay.Draw(200, rng));
  ExpectWhole(log);
  EXPECT_TRUE(log.allow_repeats);
  EXPECT_EQ(log.never_shown, (std::vector<uint8_t>{0, 1, 0}));
  EXPECT_EQ(log.reward_weights, (std::vector<double>{0.5, 2}));
  EXPECT_EQ(log.price_factors, (std::vector<float>{0.5, 3}));
  return {log.user.begin(), log.user.end()};
}

TEST(Replay, KeepsWholeSessionsAndTheNewest) {
  Replay replay(4);
  replay.Add(Numbered(10, 3));
  EXPECT_EQ(replay.size(), 3);
  EXPECT_THAT(UsersOf(replay), testing::ElementsAre(10, 11, 12));
  replay.Add(Numbered(20, 2));
  EXPECT_EQ(replay.size(), 4);
  EXPECT_THAT(UsersOf(replay), testing::ElementsAre(11, 12, 20, 21));
}

TEST(Replay, DrawsByPriorityWhereSessionsHaveThem) {
  EXPECT_EQ(Replay(4).priorities(), nullptr);
  EXPECT_EQ(Replay(4, 0, 0.1).priorities(), nullptr);
  Replay replay(4, 1, 1e-6);
  replay.Add(Numbered(10, 3));
  EXPECT_THAT(UsersOf(replay), testing::ElementsAre(10, 11, 12));
  replay.priorities()->Set(0, 0);
  replay.priorities()->Set(2, 0);
  EXPECT_THAT(UsersOf(replay), testing::ElementsAre(11));
  // A session that takes the place of another has its own priority, and so has one that is loaded.
  replay.Add(Numbered(20, 2));
  EXPECT_THAT(UsersOf(replay), testing::ElementsAre(11, 20, 21));
  Arrays arrays;
  replay.Save("r.", arrays);
  Replay other(4, 1, 1e-6);
  other.Load("r.", arrays);
  EXPECT_EQ(UsersOf(other), UsersOf(replay));
}

TEST(Replay, LoadsWhatItSaved) {
  Replay replay(4), other(4);
  replay.Add(Numbered(10, 5));
  Arrays arrays;
  replay.Save("r.", arrays);
  other.Load("r.", arrays);
  EXPECT_EQ(UsersOf(other), UsersOf(replay));
  replay.Add(Numbered(30, 1));
  other.Add(Numbered(30, 1));
  EXPECT_EQ(UsersOf(other), UsersOf(replay));
  arrays.erase("r.items");
  EXPECT_THROW(other.Load("r.", arrays), Error);
}

}  // namespace
}  // namespace lerl
