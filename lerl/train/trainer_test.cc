#include "lerl/train/trainer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <sstream>

#include "lerl/base/file.h"
#include "lerl/base/stop.h"
#include "lerl/testing/small_world.h"
#include "lerl/train/run_folder.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

void Quiet(int64_t, const std::string&) {}

RunConfig FiveIterations() {
  RunConfig config = TinyRun();
  config.train.iterations = 5;
  return config;
}

class Trainer : public ::testing::Test {
 protected:
  TrainResult Run(const fs::path& out, Resume resume = Resume::kNever,
                  const OnIteration& on_iteration = Quiet) const {
    return Train(*world_, config_, 1, out, resume, on_iteration);
  }

  // Trains in a process of its own that gets `signal` after `iteration`. Returns how it ended.
  int RunUntilSignal(const fs::path& out, int signal, int64_t iteration) const {
    const pid_t child = ::fork();
    if (child == 0) {
      if (signal != SIGKILL) InstallStopHandler();
      const TrainResult result = Run(out, Resume::kContinue, [&](int64_t now, const std::string&) {
        if (now == iteration) std::raise(signal);
      });
      ::_exit(result.finished ? 1 : 0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return status;
  }

  static std::string Checkpoint(const fs::path& out) {
    return ReadFile(out / "checkpoint.safetensors");
  }
  static std::string Metrics(const fs::path& out) { return ReadFile(out / "metrics.jsonl"); }
  static nlohmann::json RunFile(const fs::path& out) { return *ReadRunFile(out); }

  void ExpectSameResult(const fs::path& a, const fs::path& b) const {
    EXPECT_EQ(Checkpoint(a), Checkpoint(b));
    EXPECT_EQ(Metrics(a), Metrics(b));
  }

  // A folder whose run stopped at the checkpoint of iteration 2.
  fs::path Unfinished() const {
    const fs::path out = folder_.path() / "unfinished";
    RunUntilSignal(out, SIGKILL, 3);
    return out;
  }

  RunConfig config_ = FiveIterations();
  const std::unique_ptr<World> world_ = TinyWorld(config_);
  const TestFolder folder_;
};

TEST_F(Trainer, WritesMetricsCheckpointAndRunFile) {
  const fs::path out = folder_.path() / "run";
  std::vector<int64_t> iterations;
  const TrainResult result = Run(out, Resume::kNever, [&](int64_t iteration, const std::string&) {
    iterations.push_back(iteration);
  });
  EXPECT_TRUE(result.finished);
  EXPECT_EQ(result.iterations, 5);
  EXPECT_EQ(iterations, (std::vector<int64_t>{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(RunFile(out).at("status"), "finished");
  EXPECT_EQ(RunFile(out).at("user_steps"), result.user_steps);
  std::istringstream lines(Metrics(out));
  int64_t iteration = 0;
  for (std::string text; std::getline(lines, text); ++iteration) {
    const nlohmann::json line = nlohmann::json::parse(text);
    EXPECT_EQ(line.at("iteration"), iteration);
    EXPECT_TRUE(line.contains("valid_R_cum"));
    // The warm start's, and 2 passes over 8 sessions in minibatches of 4 in each iteration.
    if (iteration > 0) {
      EXPECT_EQ(line.at("gradient_steps"), config_.agent.learner.warm_start.steps + 4 * iteration);
      EXPECT_EQ(line.at("updates"), 4);
      for (const char* figure :
           {"explained_variance", "kl", "kl_epoch_1", "kl_epoch_2", "clipped", "gradient_norm",
            "gradient_norm_clipped", "sigma_min", "sigma_max"})
        EXPECT_TRUE(line.at(figure).is_number()) << figure;
    }
  }
  EXPECT_EQ(iteration, 6);
  EXPECT_EQ(RunFile(out).at("gradient_steps"), config_.agent.learner.warm_start.steps + 4 * 5);
  // Each step of training has a plan; those of validation are not among them.
  int64_t plans = 0;
  const nlohmann::json by_origin = RunFile(out).at("training_plans");
  for (const auto& [origin, count] : by_origin.items()) plans += count.get<int64_t>();
  EXPECT_EQ(plans, result.user_steps);
}

TEST_F(Trainer, GivesTheSameBytesTwiceAndOthersForAnotherSeed) {
  const fs::path a = folder_.path() / "a", b = folder_.path() / "b", c = folder_.path() / "c";
  Run(a);
  Run(b);
  ExpectSameResult(a, b);
  Train(*world_, config_, 2, c, Resume::kNever, Quiet);
  EXPECT_NE(Metrics(a), Metrics(c));
}

TEST_F(Trainer, GivesTheSameBytesAtAnyNumberOfThreads) {
  const fs::path one = folder_.path() / "one", two = folder_.path() / "two";
  Run(one);
  config_.train.threads = 2;
  Run(two);
  ExpectSameResult(one, two);
}

TEST_F(Trainer, KilledAfterAnyIterationEndsWithTheSameBytes) {
  const fs::path whole = folder_.path() / "whole";
  Run(whole);
  for (const int64_t iteration : {0, 1, 2, 3, 4, 5}) {
    const fs::path out = folder_.path() / ("killed-" + std::to_string(iteration));
    EXPECT_TRUE(WIFSIGNALED(RunUntilSignal(out, SIGKILL, iteration))) << iteration;
    EXPECT_EQ(RunFile(out).at("status"), "running");
    EXPECT_TRUE(Run(out, Resume::kContinue).finished);
    ExpectSameResult(out, whole);
  }
}

TEST_F(Trainer, KilledTwiceEndsWithTheSameBytes) {
  const fs::path whole = folder_.path() / "whole", out = folder_.path() / "out";
  Run(whole);
  RunUntilSignal(out, SIGKILL, 1);
  RunUntilSignal(out, SIGKILL, 4);
  Run(out, Resume::kContinue);
  ExpectSameResult(out, whole);
}

TEST_F(Trainer, StopsAtCtrlCWithACheckpointOfThatIteration) {
  const fs::path out = folder_.path() / "out";
  config_.train.checkpoint_every = 100;
  const fs::path rare = folder_.path() / "rare";
  Run(rare);
  const int status = RunUntilSignal(out, SIGINT, 2);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_EQ(RunFile(out).at("status"), "running");
  Run(out, Resume::kContinue);
  ExpectSameResult(out, rare);
}

TEST_F(Trainer, KilledBeforeItsFirstCheckpointStartsAnew) {
  const fs::path whole = folder_.path() / "whole", out = folder_.path() / "out";
  Run(whole);
  WriteRunFile(out, {{"status", "running"}});
  WriteFileWhole(out / "metrics.jsonl", "{\"iteration\":0,\"user_steps\":7}\n{\"iter");
  Run(out);
  ExpectSameResult(out, whole);
}

TEST_F(Trainer, StopsWithACheckpointWhereItsPlannerHasSpentItsBudget) {
  config_.planner.name = "llm";
  config_.planner.llm.endpoint.urls = {"http://localhost:1/v1"};  // the budget lets nobody ask it
  config_.planner.llm.endpoint.budget_tokens = 1;
  const fs::path out = folder_.path() / "run";
  const TrainResult result = Run(out);
  EXPECT_FALSE(result.finished);
  EXPECT_THAT(result.stop_reason, HasSubstr("the budget of 1 tokens is used up"));
  EXPECT_EQ(result.iterations, 0);  // the first point of the learning curve asks already
  EXPECT_EQ(RunFile(out).at("status"), "running");
  EXPECT_TRUE(fs::exists(out / "checkpoint.safetensors"));
  EXPECT_FALSE(StopRequested());
}

TEST_F(Trainer, StopsWithACheckpointWhereItIsTold) {
  config_.train.checkpoint_every = 5;
  const fs::path out = folder_.path() / "run", whole = folder_.path() / "whole";
  int64_t last = 0;
  const TrainResult result = Train(
      *world_, config_, 1, out, Resume::kNever,
      [&](int64_t iteration, const std::string&) { last = iteration; }, [&] { return last == 3; });
  EXPECT_FALSE(result.finished);
  EXPECT_EQ(result.iterations, 3);
  EXPECT_TRUE(Run(out, Resume::kContinue).finished);
  Run(whole);
  ExpectSameResult(out, whole);
}

TEST_F(Trainer, EndsWithTheSameBytesWhenAnExceptionStoppedIt) {
  const fs::path whole = folder_.path() / "whole", out = folder_.path() / "out";
  Run(whole);
  EXPECT_THROW(Run(out, Resume::kNever,
                   [](int64_t iteration, const std::string&) {
                     if (iteration == 3) throw std::runtime_error("no more");
                   }),
               std::runtime_error);
  Run(out, Resume::kContinue);
  ExpectSameResult(out, whole);
}

TEST_F(Trainer, RefusesAnUnfinishedRunUnlessToldToResume) {
  const fs::path out = Unfinished();
  const std::string before = Checkpoint(out) + Metrics(out);
  EXPECT_THAT(ErrorOf(ErrorKind::kCheckpoint, [&] { Run(out); }),
              AllOf(HasSubstr(out.string()), HasSubstr("--resume")));
  EXPECT_EQ(Checkpoint(out) + Metrics(out), before);
}

TEST_F(Trainer, LeavesAFinishedRunAsItIs) {
  const fs::path out = folder_.path() / "run";
  const TrainResult first = Run(out);
  const std::string before = Checkpoint(out) + Metrics(out) + RunFile(out).dump();
  const auto written = fs::last_write_time(out / "run.json");
  for (const Resume resume : {Resume::kNever, Resume::kContinue}) {
    const TrainResult again = Run(out, resume, [](int64_t, const std::string&) { FAIL(); });
    EXPECT_TRUE(again.finished);
    EXPECT_EQ(again.iterations, first.iterations);
    EXPECT_EQ(again.user_steps, first.user_steps);
  }
  EXPECT_EQ(Checkpoint(out) + Metrics(out) + RunFile(out).dump(), before);
  EXPECT_EQ(fs::last_write_time(out / "run.json"), written);
}

TEST_F(Trainer, RefusesAFinishedRunWhoseCheckpointIsGoneOrDamaged) {
  const fs::path out = folder_.path() / "run";
  Run(out);
  fs::resize_file(out / "checkpoint.safetensors", 100);
  for (int round = 0; round < 2; ++round) {
    EXPECT_THAT(ErrorOf(ErrorKind::kCheckpoint, [&] { Run(out, Resume::kContinue); }),
                AllOf(HasSubstr(out.string()), HasSubstr("delete the folder")));
    fs::remove(out / "checkpoint.safetensors");
  }
}

TEST_F(Trainer, TakesNoFinishedRunOfOthersForItsOwn) {
  const fs::path out = folder_.path() / "run";
  Run(out);
  const auto other_data = TinyWorld(config_, /*data_seed=*/2);
  EXPECT_THAT(ErrorOf(ErrorKind::kCheckpoint,
                      [&] { Train(*other_data, config_, 1, out, Resume::kContinue, Quiet); }),
              AllOf(HasSubstr(out.string()), HasSubstr("another data set")));
  EXPECT_THAT(ErrorOf(ErrorKind::kCheckpoint,
                      [&] { Train(*world_, config_, 2, out, Resume::kContinue, Quiet); }),
              AllOf(HasSubstr(out.string()), HasSubstr("another configuration or seed")));
  config_.agent.ppo.clip = 0.1;
  EXPECT_THAT(ErrorOf(ErrorKind::kCheckpoint, [&] { Run(out, Resume::kContinue); }),
              AllOf(HasSubstr(out.string()), HasSubstr("another configuration or seed")));
}

TEST_F(Trainer, FinishesAnAgentThatDoesNotLearnAtOnce) {
  config_.agent.name = "popularity";
  const fs::path out = folder_.path() / "run";
  const TrainResult result = Run(out);
  EXPECT_TRUE(result.finished);
  EXPECT_EQ(result.iterations, 0);
  EXPECT_EQ(LoadRun(*world_, config_, 1, out).agent->name(), "popularity");
}

TEST_F(Trainer, RefusesAFolderThatAnotherRunWrites) {
  const fs::path out = folder_.path() / "run";
  const FolderLock lock(out);
  EXPECT_THAT(ErrorOf(ErrorKind::kBusy, [&] { Run(out); }), HasSubstr(out.string()));
  EXPECT_FALSE(fs::exists(out / "run.json"));
}

TEST_F(Trainer, LoadsTheActorsOfARun) {
  const fs::path out = folder_.path() / "run";
  Run(out);
  const Actors actors = LoadRun(*world_, config_, 1, out);
  TensorFile saved;
  actors.agent->Save(saved);
  const TensorFile checkpoint = ReadTensorFile(out / "checkpoint.safetensors", "checkpoint");
  for (const auto& [name, array] : saved.arrays)
    EXPECT_EQ(array.bytes, checkpoint.at(name).bytes) << name;
}

TEST_F(Trainer, RefusesACheckpointOfAnotherDataSetConfigurationOrSeed) {
  const fs::path out = Unfinished();
  const std::string path = (out / "checkpoint.safetensors").string();
  const std::string before = Checkpoint(out) + Metrics(out) + RunFile(out).dump();
  const auto refusal = [&](const World& world, const RunConfig& config, int64_t seed) {
    const std::string loaded =
        ErrorOf(ErrorKind::kCheckpoint, [&] { LoadRun(world, config, seed, out); });
    EXPECT_EQ(loaded, ErrorOf(ErrorKind::kCheckpoint,
                              [&] { Train(world, config, seed, out, Resume::kContinue, Quiet); }));
    EXPECT_THAT(loaded, HasSubstr(path));
    return loaded;
  };
  const auto other_data = TinyWorld(config_, /*data_seed=*/2);
  EXPECT_THAT(refusal(*other_data, config_, 1), HasSubstr("another data set"));
  EXPECT_THAT(refusal(*world_, config_, 2), HasSubstr("another configuration or seed"));
  RunConfig other = config_;
  other.agent.learner.policy.hidden = 16;
  EXPECT_THAT(refusal(*world_, other, 1), HasSubstr("another configuration or seed"));
  EXPECT_EQ(Checkpoint(out) + Metrics(out) + RunFile(out).dump(), before);
}

TEST_F(Trainer, RefusesACheckpointThatIsDamagedAnywhere) {
  const fs::path out = Unfinished();
  const fs::path path = out / "checkpoint.safetensors";
  const std::string whole = Checkpoint(out);
  std::vector<std::string> damaged = {"", "no checkpoint", whole + "more"};
  for (const size_t part : {1, 7, 8, 100})
    damaged.push_back(whole.substr(0, std::min(whole.size() - 1, part)));
  for (size_t i = 0; i < 40; ++i) {
    const size_t at = i * (whole.size() - 1) / 39;
    damaged.push_back(whole);
    damaged.back()[at] = static_cast<char>(damaged.back()[at] ^ 0x10);
    damaged.push_back(whole.substr(0, at));
  }
  for (const std::string& bytes : damaged) {
    WriteFileWhole(path, bytes);
    EXPECT_THAT(ErrorOf(ErrorKind::kCheckpoint, [&] { LoadRun(*world_, config_, 1, out); }),
                HasSubstr(path.string()))
        << bytes.size();
  }
  EXPECT_THAT(ErrorOf(ErrorKind::kCheckpoint, [&] { Run(out, Resume::kContinue); }),
              HasSubstr(path.string()));
  WriteFileWhole(path, whole);
  EXPECT_TRUE(Run(out, Resume::kContinue).finished);
}

TEST_F(Trainer, RefusesFilesOfAnotherKindAndCheckpointsThatLackSomething) {
  const fs::path out = Unfinished();
  const fs::path path = out / "checkpoint.safetensors";
  const TensorFile checkpoint = ReadTensorFile(path, "checkpoint");
  TensorFile foreign = checkpoint;
  foreign.kind = "response-model";
  WriteTensorFile(path, foreign);
  const auto refusal = [&] {
    return ErrorOf(ErrorKind::kCheckpoint, [&] { LoadRun(*world_, config_, 1, out); });
  };
  EXPECT_THAT(refusal(), HasSubstr(path.string()));
  for (const auto& [name, array] : checkpoint.arrays) {
    TensorFile lacking = checkpoint;
    lacking.arrays.erase(name);
    WriteTensorFile(path, lacking);
    EXPECT_THAT(refusal(), HasSubstr(path.string())) << name;
  }
  for (const char* description : {"[]", "{}", "3"}) {
    TensorFile strange = checkpoint;
    strange.description = description;
    WriteTensorFile(path, strange);
    EXPECT_THAT(refusal(), HasSubstr(path.string())) << description;
  }
  fs::remove(path);
  EXPECT_THAT(refusal(), HasSubstr(path.string()));
}

TEST_F(Trainer, LearnsAcrossVisitsAndSaysWhenUsersComeBack) {
  config_.train.iterations = 1;
  SetFields(config_, {"env.task=cross_session", "env.cross_session.visits=2",
                      "env.cross_session.learn_from=both"});
  for (const char* kind : {"virtual_item", "items"}) {
    config_.agent.learner.policy.kind = kind;
    const fs::path out = folder_.path() / kind;
    EXPECT_TRUE(Run(out).finished);
    std::istringstream lines(Metrics(out));
    for (std::string line; std::getline(lines, line);)
      EXPECT_GT(nlohmann::json::parse(line).at("valid_return_days"), 1);
  }
}

}  // namespace
}  // namespace lerl
