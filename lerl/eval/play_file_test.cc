#include "lerl/eval/play_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "lerl/base/file.h"
#include "lerl/base/tensor_file.h"
#include "lerl/testing/small_world.h"
#include "lerl/testing/written_sessions.h"

namespace lerl {
namespace {

using ::testing::HasSubstr;

HeldOutPlay SamplePlay() {
  const Dataset dataset = DatasetOf({{0}, {1}, {0, 1}, {2}, {1, 2}, {0}, {2}, {3}}, 4, 5);
  HeldOutPlay play;
  play.log = RandomLog(dataset, {.users = 5, .slate = 3, .shortest = 1, .longest = 4, .origin = 3},
                       /*seed=*/7);
  play.log.seed[1] = std::numeric_limits<uint64_t>::max();
  play.log.responses[0] = std::numeric_limits<uint32_t>::max();
  play.log.truncated[2] = 1;
  play.log.budget[0] = 0.25f;
  play.log.widened[0] = 255;
  play.log.return_days[3] = 10;
  play.log.never_shown = {0, 0, 0, 0, 0, 0, 0, 1};
  play.log.AddTruth();
  play.log.truth.interest[1] = -0.5f;
  play.log.truth.fatigue_cost[2] = 3;
  play.log.truth.worth[0] = 0.25f;
  play.log.truth.latent[3] = 1;
  play.plans.pairs = 17;
  play.plans.same_first_3 = 4;
  play.plans.unlisted_labels = 6;
  play.commit = "abc";
  return play;
}

TEST(PlayFile, BringsBackEveryColumn) {
  const TestFolder folder;
  const HeldOutPlay play = SamplePlay();
  WritePlay(folder.path() / "play", play, "key");
  const std::optional<HeldOutPlay> back = ReadPlay(folder.path() / "play", "key");
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(ColumnsOf(back->log), ColumnsOf(play.log));
  EXPECT_EQ(back->commit, "abc");
  EXPECT_EQ(back->plans.pairs, 17);
  EXPECT_EQ(back->plans.same_first_3, 4);
  EXPECT_EQ(back->plans.unlisted_labels, 6);
}

TEST(PlayFile, IsOfNoUseUnderAnotherKey) {
  const TestFolder folder;
  WritePlay(folder.path() / "play", SamplePlay(), "key");
  EXPECT_FALSE(ReadPlay(folder.path() / "play", "other key").has_value());
}

TEST(PlayFile, ThatIsDamagedIsNamed) {
  const TestFolder folder;
  const auto path = folder.path() / "play";
  WritePlay(path, SamplePlay(), "key");
  const std::string whole = ReadFile(path);
  for (size_t part = 0; part < 8; ++part) {
    std::string bytes = whole;
    bytes[part * (whole.size() - 1) / 7] ^= 0x20;
    for (const std::string& damaged : {bytes, whole.substr(0, part * (whole.size() - 1) / 7)}) {
      WriteFileWhole(path, damaged);
      EXPECT_THAT(ErrorOf(ErrorKind::kCheckpoint, [&] { ReadPlay(path, "key"); }),
                  HasSubstr(path.string()));
    }
  }
}

TEST(PlayFile, WithColumnsOfAnotherSizeIsRefused) {
  const TestFolder folder;
  const auto path = folder.path() / "play";
  WritePlay(path, SamplePlay(), "key");
  TensorFile file = ReadTensorFile(path, "sessions");
  file.arrays["reward"] = Array::Of(std::vector<float>{1, 2});
  WriteTensorFile(path, file);
  EXPECT_THAT(ErrorOf(ErrorKind::kCheckpoint, [&] { ReadPlay(path, "key"); }), HasSubstr("reward"));
}

}  // namespace
}  // namespace lerl
