#include "lerl/sim/response/transformer_training.h"

#include <gtest/gtest.h>

#include "lerl/base/index.h"
#include "lerl/base/progress.h"
#include "lerl/data/sources/synthetic.h"
#include "lerl/sim/env_config.h"
#include "lerl/sim/item_vectors.h"
#include "lerl/sim/response/response_report.h"
#include "lerl/sim/session_env.h"

namespace lerl {
namespace {

TransformerResponseConfig Small() {
  TransformerResponseConfig config;
  config.transformer = {.width = 16, .layers = 2, .heads = 2, .feed_forward = 16, .band = 40};
  config.embedding = 8;
  config.epochs = 12;
  config.rate = 1e-2;
  config.window = 40;
  config.dropout = 0.1;
  return config;
}

class TransformerTraining : public testing::Test {
 protected:
  void SetUp() override { Progress::SetQuiet(true); }
  const Dataset data_ = MakeSyntheticDataset({.users = 250, .rows_per_user = 90});
  const Split split_ = MakeSplit(data_, {});
};

TEST_F(TransformerTraining, LearnsPlantedTastes) {
  TransformerResponseConfig config = Small();
  config.epochs = 40;
  config.patience = 6;
  config.rate = 5e-3;
  const auto model = TrainTransformerResponse(data_, split_, config, 1);
  EnvConfig settings;
  settings.exclude_history = false;  // leaves the oracle a choice among 150 items
  const std::vector<float> vectors = FitUnitItemVectors(data_, split_);
  SessionEnv env(data_, split_, *model, vectors, settings, 1, 1);
  const auto report = MakeResponseReport(data_, split_, *model, env);
  EXPECT_GT(report.behaviours[0].auc, 0.65);
  EXPECT_LT(report.behaviours[0].ece, 0.15);
  EXPECT_GT(report.spread.ratio(), 1.2);
}

TEST_F(TransformerTraining, GivesTheSameBytesForOneSeed) {
  TransformerResponseConfig config = Small();
  config.epochs = 2;
  const auto one = TrainTransformerResponse(data_, split_, config, 1)->ToFile();
  const auto two = TrainTransformerResponse(data_, split_, config, 1)->ToFile();
  const auto other = TrainTransformerResponse(data_, split_, config, 2)->ToFile();
  for (const auto& [name, array] : one.arrays) EXPECT_EQ(array.bytes, two.at(name).bytes) << name;
  EXPECT_NE(one.at("items").bytes, other.at("items").bytes);
}

TEST_F(TransformerTraining, AnEpochReadsSoManyRowsAtMost) {
  TransformerResponseConfig config = Small();
  config.epochs = 1;
  const auto bytes = [&](int64_t rows) {
    config.epoch_rows = rows;
    return TrainTransformerResponse(data_, split_, config, 1)->ToFile().at("readout").bytes;
  };
  const std::vector<char> all = bytes(18'000);  // 80% of 250 times 90
  EXPECT_EQ(bytes(1'000'000), all);
  EXPECT_NE(bytes(2'000), all);
}

TEST_F(TransformerTraining, DoesNotSeeRowsAfterTheCut) {
  TransformerResponseConfig config = Small();
  config.epochs = 1;  // no choice between epochs, which the validation rows decide
  const auto one = TrainTransformerResponse(data_, split_, config, 1)->ToFile();
  Dataset changed = data_;
  std::vector<uint8_t> likes(data_.responses[0].begin(), data_.responses[0].end());
  for (int64_t user = 0; user < data_.num_users(); ++user) {
    for (auto row = split_.train_end[At(user)]; row < data_.RowsEnd(user); ++row)
      likes[At(row)] ^= 1;
  }
  changed.responses[0] = likes;
  const auto two = TrainTransformerResponse(changed, split_, config, 1)->ToFile();
  for (const auto& [name, array] : one.arrays) EXPECT_EQ(array.bytes, two.at(name).bytes) << name;
}

}  // namespace
}  // namespace lerl
