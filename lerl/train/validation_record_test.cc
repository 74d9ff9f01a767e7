// What points of the learning curve decide: the record by itself, and runs that the trainer ends
// or keeps by it.

#include "lerl/train/validation_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "lerl/base/file.h"
#include "lerl/base/log.h"
#include "lerl/testing/small_world.h"
#include "lerl/train/run_folder.h"
#include "lerl/train/trainer.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

TEST(ValidationRecord, KeepsTheBestPointAndTheEarlierOfEqualOnes) {
  ValidationRecord record;
  EXPECT_EQ(record.best_iteration, -1);
  for (const auto& [iteration, reward] : {std::pair(0, -2.0), {5, 1.0}, {10, 1.0}, {15, 0.5}})
    record.Take(iteration, reward);
  EXPECT_EQ(record.best_iteration, 5);
  EXPECT_EQ(record.best, 1);
  EXPECT_EQ(record.since_best, 2);
  record.Take(20, 1.25);
  EXPECT_EQ(record.best_iteration, 20);
  EXPECT_EQ(record.since_best, 0);
}

TEST(ValidationRecord, IsOutOfPatienceAfterThatManyPointsInARow) {
  ValidationRecord record;
  for (const double reward : {3.0, 2.0, 4.0, 4.0, 1.0}) {
    EXPECT_FALSE(record.OutOf(2));
    record.Take(0, reward);
  }
  EXPECT_TRUE(record.OutOf(2));
  EXPECT_TRUE(record.OutOf(1));
  EXPECT_FALSE(record.OutOf(3));
  EXPECT_FALSE(record.OutOf(0));
}

class JudgedRun : public ::testing::Test {
 protected:
  JudgedRun() {
    SetLogQuiet(true);
    config_.train.iterations = 6;
    config_.agent.ppo.common.learning_rate = 0.05;  // so that the curve goes up and down
  }
  ~JudgedRun() override { SetLogQuiet(false); }

  TrainResult Run(const std::string& out, const RunConfig& config, int64_t stop = -1) const {
    const auto kill = [stop](int64_t iteration, const std::string&) {
      if (iteration == stop) throw std::runtime_error("killed");
    };
    return Train(*world_, config, 1, folder_.path() / out, Resume::kContinue, kill);
  }
  std::string Bytes(const std::string& out) const {
    return ReadFile(folder_.path() / out / "checkpoint.safetensors") +
           ReadFile(folder_.path() / out / "metrics.jsonl");
  }
  // R_cum of each point of a run, by iteration; one is played in each.
  std::vector<double> Curve(const std::string& out) const {
    std::vector<double> curve;
    std::istringstream lines(ReadFile(folder_.path() / out / "metrics.jsonl"));
    for (std::string line; std::getline(lines, line);)
      curve.push_back(nlohmann::json::parse(line).at("valid_R_cum"));
    return curve;
  }
  RunConfig With(const std::string& keep, int64_t patience) const {
    RunConfig config = config_;
    config.train.keep = keep;
    config.train.patience = patience;
    return config;
  }
  // What agent and planner of a run are, whatever the run was called.
  Arrays Result(const std::string& out) const {
    return ReadTensorFile(folder_.path() / out / "checkpoint.safetensors", "checkpoint").arrays;
  }
  void ExpectSameResult(const std::string& a, const std::string& b) const {
    const Arrays of_b = Result(b);
    for (const auto& [name, array] : Result(a)) EXPECT_EQ(array.bytes, of_b.at(name).bytes) << name;
  }

  RunConfig config_ = TinyRun();
  const std::unique_ptr<World> world_ = TinyWorld(config_);
  const TestFolder folder_;
};

TEST_F(JudgedRun, HasTheBestPointOfItsCurveAsItsResult) {
  const TrainResult result = Run("best", With("best", 0));
  EXPECT_TRUE(result.finished);
  EXPECT_EQ(result.iterations, 6);
  const std::vector<double> curve = Curve("best");
  ASSERT_EQ(curve.size(), 7);
  const auto best = std::max_element(curve.begin(), curve.end()) - curve.begin();
  ASSERT_LT(best, 6) << "choose settings under which the last point is not the best";
  EXPECT_EQ(result.kept_iteration, best);
  EXPECT_EQ(KeptIterationOf(folder_.path() / "best"), best);
  EXPECT_FALSE(fs::exists(folder_.path() / "best/best.safetensors"));
  // It is what a run of that many iterations ends with.
  RunConfig shorter = config_;
  shorter.train.iterations = best;
  Run("shorter", shorter);
  ExpectSameResult("best", "shorter");
  // A run that was finished before says the same.
  EXPECT_EQ(Run("best", With("best", 0)).kept_iteration, best);
}

TEST_F(JudgedRun, KeepsTheLastIterationAndSaysNothingByDefault) {
  EXPECT_EQ(Run("last", config_).kept_iteration, std::nullopt);
  EXPECT_FALSE(ReadRunFile(folder_.path() / "last")->contains("kept_iteration"));
  const TensorFile checkpoint =
      ReadTensorFile(folder_.path() / "last/checkpoint.safetensors", "checkpoint");
  EXPECT_EQ(checkpoint.description.find("validation"), std::string::npos);
}

TEST_F(JudgedRun, EndsWhereItsPatienceIsOut) {
  Run("whole", config_);
  for (const int64_t patience : {1, 2}) {
    ValidationRecord record;
    int64_t end = 0;
    const std::vector<double> curve = Curve("whole");
    for (; end < 6; ++end) {
      record.Take(end, curve[static_cast<size_t>(end)]);
      if (record.OutOf(patience)) break;
    }
    for (const std::string keep : {"last", "best"}) {
      const std::string out = keep + std::to_string(patience);
      const TrainResult result = Run(out, With(keep, patience));
      EXPECT_TRUE(result.finished);
      EXPECT_EQ(result.iterations, end);
      EXPECT_EQ(result.kept_iteration, keep == "best" ? record.best_iteration : end);
      EXPECT_EQ(ReadRunFile(folder_.path() / out)->at("iterations"), end);
      EXPECT_EQ(Curve(out), std::vector<double>(curve.begin(), curve.begin() + end + 1));
    }
    if (patience == 1) {
      EXPECT_LT(end, 6) << "choose settings under which a run ends early";
    }
  }
}

TEST_F(JudgedRun, KilledAfterAnyIterationEndsWithTheSameBytes) {
  const RunConfig config = With("best", 3);
  const TrainResult whole = Run("whole", config);
  for (int64_t iteration = 0; iteration <= whole.iterations; ++iteration) {
    const std::string out = "killed-" + std::to_string(iteration);
    EXPECT_THROW(Run(out, config, iteration), std::runtime_error);
    // Its best checkpoint was not copied any more.
    if (iteration == whole.kept_iteration) fs::remove(folder_.path() / out / "best.safetensors");
    const TrainResult result = Run(out, config);
    EXPECT_EQ(result.kept_iteration, whole.kept_iteration);
    EXPECT_EQ(Bytes(out), Bytes("whole"));
  }
}

TEST_F(JudgedRun, KilledWhileItFinishesEndsWithTheSameBytes) {
  const RunConfig config = With("best", 0);
  const TrainResult whole = Run("run", config);
  const std::string before = Bytes("run");
  nlohmann::json run = *ReadRunFile(folder_.path() / "run");
  run["status"] = "running";  // the best checkpoint is in its place, and nothing says so
  WriteRunFile(folder_.path() / "run", run);
  EXPECT_EQ(Run("run", config).kept_iteration, whole.kept_iteration);
  EXPECT_EQ(Bytes("run"), before);
}

TEST_F(JudgedRun, IsAnotherRunThanOneThatIsNot) {
  EXPECT_NE(TrainHash(With("best", 0)), TrainHash(config_));
  EXPECT_NE(TrainHash(With("last", 1)), TrainHash(config_));
  EXPECT_NE(BehaviourHash(With("best", 0), "data", 1, {}), BehaviourHash(config_, "data", 1, {}));
}

TEST_F(JudgedRun, OfAnAgentThatDoesNotLearnIsFinishedAtOnce) {
  RunConfig config = With("best", 1);
  config.agent.name = "popularity";
  const TrainResult result = Run("control", config);
  EXPECT_TRUE(result.finished);
  EXPECT_EQ(result.kept_iteration, 0);
}

TEST_F(JudgedRun, NeedsValidationUsers) {
  const std::unique_ptr<World> world = TinyWorld(config_);
  world->split.valid_users.clear();
  for (const RunConfig& config : {With("best", 0), With("last", 1)})
    EXPECT_THAT(ErrorOf(ErrorKind::kConfig,
                        [&] { Train(*world, config, 1, folder_.path() / "none", Resume::kNever); }),
                HasSubstr("train.keep"));
  EXPECT_FALSE(fs::exists(folder_.path() / "none"));
}

TEST_F(JudgedRun, GoesOnAtTheRightPlaceOfItsSchedules) {
  RunConfig config = config_;
  Run("constant", config);
  config.agent.ppo.common.learning_rate_schedule = config.agent.ppo.clip_schedule = "linear";
  Run("whole", config);
  EXPECT_NE(Bytes("whole"), Bytes("constant"));
  for (const int64_t iteration : {1, 3, 5}) {
    const std::string out = "killed-" + std::to_string(iteration);
    EXPECT_THROW(Run(out, config, iteration), std::runtime_error);
    Run(out, config);
    EXPECT_EQ(Bytes(out), Bytes("whole"));
  }
}

}  // namespace
}  // namespace lerl
