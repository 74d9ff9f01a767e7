#include "lerl/eval/evaluator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "lerl/base/file.h"
#include "lerl/base/hash.h"
#include "lerl/base/version.h"
#include "lerl/testing/small_world.h"
#include "lerl/train/held_out.h"
#include "lerl/train/run_folder.h"
#include "lerl/train/trainer.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;

class Evaluator : public ::testing::Test {
 protected:
  // Ends at `iteration`, as a killed run does.
  void TrainUntil(int64_t iteration) const {
    const auto stop = [&](int64_t now, const std::string&) {
      if (now == iteration) throw std::runtime_error("stopped");
    };
    try {
      Train(*world_, config_, 1, out_, Resume::kContinue, stop);
    } catch (const std::runtime_error&) {
    }
  }
  HeldOutPlay Evaluated() const { return EvaluateRun(*world_, config_, 1, out_); }

  // The one file of sessions; written whole, so that a new one has a new number.
  fs::path SessionsFile() const {
    fs::path found;
    for (const auto& entry : fs::directory_iterator(out_))
      if (entry.path().filename().string().starts_with("sessions-")) {
        EXPECT_TRUE(found.empty());
        found = entry.path();
      }
    return found;
  }
  static ino_t NumberOf(const fs::path& path) {
    struct stat about {};
    EXPECT_EQ(::stat(path.c_str(), &about), 0);
    return about.st_ino;
  }

  RunConfig config_ = TinyRun();
  const std::unique_ptr<World> world_ = TinyWorld(config_);
  const TestFolder folder_;
  const fs::path out_ = folder_.path() / "run";
};

TEST_F(Evaluator, PlaysEachTestUserOnceAndSaysWhereThePlansCameFrom) {
  TrainUntil(3);
  Actors actors = LoadRun(*world_, config_, 1, out_);
  const HeldOutPlay play = PlayHeldOut(*world_, config_, 1, actors);
  EXPECT_EQ(play.log.user, world_->split.test_users);
  int64_t steps = 0;
  for (const int32_t length : play.log.length) steps += length;
  EXPECT_EQ(play.plans.plans, steps);  // none of training's
  config_.evaluation.users = 2;
  EXPECT_EQ(PlayHeldOut(*world_, config_, 1, actors).log.sessions, 2);
}

TEST_F(Evaluator, PlaysWhomTheWorldJudgesAndKeepsTheirSessionsApart) {
  TrainUntil(3);
  Evaluated();
  world_->judged = HeldOut::kValidation;
  EXPECT_EQ(Evaluated().log.user, world_->split.valid_users);
  EXPECT_EQ(std::distance(fs::directory_iterator(out_), fs::directory_iterator()), 6);
  world_->judged = HeldOut::kSealed;
  EXPECT_THAT(ErrorOf(ErrorKind::kConfig, [&] { Evaluated(); }),
              ::testing::HasSubstr("no sealed users"));
}

TEST_F(Evaluator, PlaysTheSameSessionsAtAnyNumberOfSlots) {
  Actors some = MakeActors(*world_, config_, 1);
  config_.train.slots = 1;
  Actors one = MakeActors(*world_, config_, 1);
  const HeldOutPlay a = PlayHeldOut(*world_, config_, 1, some);
  const HeldOutPlay b = PlayHeldOut(*world_, config_, 1, one);
  EXPECT_TRUE(SameSessions(a.log, b.log));
}

TEST_F(Evaluator, ReadsSessionsThatItHasPlayed) {
  TrainUntil(3);
  const HeldOutPlay first = Evaluated();
  const ino_t number = NumberOf(SessionsFile());
  const HeldOutPlay second = Evaluated();
  EXPECT_EQ(ColumnsOf(first.log), ColumnsOf(second.log));
  EXPECT_EQ(first.plans.pairs, second.plans.pairs);
  EXPECT_EQ(NumberOf(SessionsFile()), number);
}

TEST_F(Evaluator, PlaysAnewWhereTheFileIsDamaged) {
  TrainUntil(3);
  const HeldOutPlay first = Evaluated();
  const std::string whole = ReadFile(SessionsFile());
  WriteFileWhole(SessionsFile(), whole.substr(0, whole.size() / 2));
  const HeldOutPlay second = Evaluated();
  EXPECT_EQ(ColumnsOf(first.log), ColumnsOf(second.log));
  EXPECT_EQ(ReadFile(SessionsFile()), whole);
}

TEST_F(Evaluator, PlaysAnewWhenTheRunHasLearnedMore) {
  TrainUntil(2);
  const HeldOutPlay early = Evaluated();
  TrainUntil(-1);
  const HeldOutPlay late = Evaluated();
  EXPECT_NE(early.log.action, late.log.action);
}

TEST_F(Evaluator, PlaysTheCheckpointThatTheRunKeptAndSaysItsIteration) {
  TrainUntil(-1);
  config_.train.seeds = {1};
  EXPECT_TRUE(EvaluateRow("last", *world_, config_, {Evaluated()}).result.kept_iterations.empty());
  fs::remove_all(out_);
  config_.train.patience = 1;
  config_.agent.ppo.common.learning_rate = 0;  // no point is better than the first
  config_.planner.name = "none";
  TrainUntil(-1);
  EXPECT_EQ(EvaluateRow("patient", *world_, config_, {Evaluated()}).result.kept_iterations,
            std::vector<int64_t>{1});
  fs::remove_all(out_);
  config_.train.keep = "best";
  TrainUntil(-1);
  for (int round = 0; round < 2; ++round)  // played, and read from the file
    EXPECT_EQ(EvaluateRow("best", *world_, config_, {Evaluated()}).result.kept_iterations,
              std::vector<int64_t>{0});
}

TEST_F(Evaluator, SaysWhatIsOfAnotherProgramAndPlaysItsSessionsAnew) {
  TrainUntil(3);
  EXPECT_EQ(Evaluated().stale, "");
  // Sessions that another program has played.
  const std::string key = RowHash(config_) + HashText(ReadFile(out_ / "checkpoint.safetensors"));
  HeldOutPlay play = ReadPlay(SessionsFile(), key).value();
  play.commit = "abc";
  WritePlay(SessionsFile(), play, key);
  EXPECT_EQ(EvaluateRun(*world_, config_, 1, out_, {.reuse_stale = true}).stale, "played at abc");
  EXPECT_EQ(Evaluated().stale, "");
  EXPECT_EQ(ReadPlay(SessionsFile(), key).value().commit, Commit());
  // A run that another program has trained.
  nlohmann::json run = ReadRunFile(out_).value();
  run["commits"] = {"def"};
  run["behaviour"] = BehaviourHash(config_, world_->fingerprint, 1, {"def"});
  WriteRunFile(out_, run);
  const HeldOutPlay of_other = Evaluated();
  EXPECT_EQ(of_other.stale, "trained at def");
  config_.train.seeds = {1};
  EXPECT_EQ(EvaluateRow("tiny", *world_, config_, {of_other}).result.stale, "trained at def");
}

TEST_F(Evaluator, KeepsTheSessionsOfRowsThatShareARunApart) {
  TrainUntil(3);
  Evaluated();
  const fs::path plain = SessionsFile();
  const ino_t number = NumberOf(plain);
  config_.evaluation.reorder = true;
  Evaluated();
  EXPECT_EQ(std::distance(fs::directory_iterator(out_), fs::directory_iterator()), 6)
      << "lock, run file, metrics, checkpoint and two files of sessions";
  EXPECT_EQ(NumberOf(plain), number);
}

TEST_F(Evaluator, JudgesASeedsByUsersTable) {
  std::vector<HeldOutPlay> plays;
  for (const int64_t seed : config_.train.seeds) {
    Actors actors = MakeActors(*world_, config_, static_cast<uint64_t>(seed));
    plays.push_back(PlayHeldOut(*world_, config_, seed, actors));
  }
  const EvaluationResult row = EvaluateRow("tiny", *world_, config_, plays).result;
  EXPECT_EQ(row.policy, "tiny");
  EXPECT_EQ(row.users, std::ssize(world_->split.test_users));
  EXPECT_EQ(row.seeds, config_.train.seeds);
  EXPECT_EQ(row.config_hash, RowHash(config_));
  EXPECT_EQ(row.commit, Commit());
  EXPECT_GT(row.plans.rule, 0);
  const Interval& steps = row.metric("T_int");
  EXPECT_LE(steps.low, steps.mean);
  EXPECT_GE(steps.high, steps.mean);
}

}  // namespace
}  // namespace lerl
