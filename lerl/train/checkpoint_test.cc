#include "lerl/train/checkpoint.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "lerl/base/error.h"
#include "lerl/base/tensor_file.h"
#include "lerl/testing/small_world.h"

namespace lerl {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

class Checkpoint : public ::testing::Test {
 protected:
  Actors Fresh() const { return MakeActors(*world_, config_, /*seed=*/1); }

  const RunConfig config_ = TinyRun();
  const std::unique_ptr<World> world_ = TinyWorld(config_);
  const RunOwner owner_{*world_, config_, 1};
  const TestFolder folder_;
};

TEST_F(Checkpoint, GivesBackWhatTheRunHadDone) {
  EXPECT_FALSE(HasCheckpoint(folder_.path()));
  WriteCheckpoint(owner_, {.iterations = 7, .user_steps = 123}, Fresh(), folder_.path());
  EXPECT_TRUE(HasCheckpoint(folder_.path()));
  Actors actors = Fresh();
  const RunProgress progress = LoadCheckpoint(owner_, folder_.path(), actors);
  EXPECT_EQ(progress.iterations, 7);
  EXPECT_EQ(progress.user_steps, 123);
}

TEST_F(Checkpoint, GivesBackTheRecordOfItsLearningCurve) {
  const ValidationRecord record{.best_iteration = 5, .best = 1.0 / 3, .since_best = 2};
  WriteCheckpoint(owner_, {.iterations = 7, .validation = record}, Fresh(), folder_.path());
  Actors actors = Fresh();
  const RunProgress progress = LoadCheckpoint(owner_, folder_.path(), actors);
  ASSERT_TRUE(progress.validation);
  EXPECT_EQ(progress.validation->best_iteration, 5);
  EXPECT_EQ(progress.validation->best, 1.0 / 3);
  EXPECT_EQ(progress.validation->since_best, 2);
}

TEST_F(Checkpoint, IsReplacedByTheBest) {
  const auto iteration = [this] {
    Actors actors = Fresh();
    return LoadCheckpoint(owner_, folder_.path(), actors).iterations;
  };
  WriteCheckpoint(owner_, {.iterations = 4}, Fresh(), folder_.path());
  KeepAsBest(folder_.path());
  WriteCheckpoint(owner_, {.iterations = 7}, Fresh(), folder_.path());
  EXPECT_EQ(iteration(), 7);
  RestoreBest(folder_.path());
  EXPECT_EQ(iteration(), 4);
  RemoveBest(folder_.path());
  EXPECT_THROW(RestoreBest(folder_.path()), Error);
}

TEST_F(Checkpoint, OfAnotherRunIsRefused) {
  WriteCheckpoint(owner_, {}, Fresh(), folder_.path());
  const auto load = [&](const RunOwner& owner) {
    Actors actors = Fresh();
    LoadCheckpoint(owner, folder_.path(), actors);
  };
  EXPECT_THAT(
      [&] {
        load({*world_, config_, 2});
      },
      ThrowsMessage<Error>(HasSubstr("another configuration or seed")));
  RunConfig other = config_;
  other.train.sessions += 1;
  EXPECT_THAT(
      [&] {
        load({*world_, other, 1});
      },
      ThrowsMessage<Error>(HasSubstr("another configuration or seed")));
  const std::unique_ptr<World> elsewhere = TinyWorld(config_, /*data_seed=*/2);
  EXPECT_THAT(
      [&] {
        load({*elsewhere, config_, 1});
      },
      ThrowsMessage<Error>(HasSubstr("another data set")));
}

// A file whose checksum is right and whose description is not.
TEST_F(Checkpoint, WithADescriptionOfOtherTypesIsDamaged) {
  const std::string deep = std::string(100000, '[') + std::string(100000, ']');
  const nlohmann::json right = {{"train_hash", TrainHash(config_)},
                                {"dataset", world_->fingerprint},
                                {"seed", 1},
                                {"iteration", 1},
                                {"user_steps", 1}};
  std::vector<std::string> descriptions = {"", "{", "[]", "null", deep};
  for (const auto& [name, value] : right.items()) {
    for (const nlohmann::json& wrong :
         {nlohmann::json(), nlohmann::json("x"), nlohmann::json::array({1})}) {
      nlohmann::json about = right;
      about[name] = wrong;
      descriptions.push_back(about.dump());
    }
  }
  WriteCheckpoint(owner_, {}, Fresh(), folder_.path());
  const std::filesystem::path path = folder_.path() / "checkpoint.safetensors";
  for (const std::string& description : descriptions) {
    TensorFile file = ReadTensorFile(path, "checkpoint");
    file.description = description;
    const TestFolder forged;
    WriteTensorFile(forged.path() / "checkpoint.safetensors", file);
    Actors actors = Fresh();
    EXPECT_THAT(
        ErrorOf(ErrorKind::kCheckpoint, [&] { LoadCheckpoint(owner_, forged.path(), actors); }),
        HasSubstr("checkpoint.safetensors"))
        << description.substr(0, 200);
  }
}

TEST_F(Checkpoint, NeedsADescription) {
  EXPECT_THAT([&] { RequireOwner(nlohmann::json(), owner_, "run.json"); },
              ThrowsMessage<Error>(HasSubstr("run.json: damaged description")));
}

TEST_F(Checkpoint, IsTheResultOfAFinishedRun) {
  EXPECT_THAT([&] { RequireCheckpoint(folder_.path()); },
              ThrowsMessage<Error>(HasSubstr("a finished run without its checkpoint")));
  WriteCheckpoint(owner_, {}, Fresh(), folder_.path());
  EXPECT_NO_THROW(RequireCheckpoint(folder_.path()));
}

}  // namespace
}  // namespace lerl
