#include "lerl/bench/session_check.h"

#include <gtest/gtest.h>

#include "lerl/base/check.h"
#include "lerl/data/sources/synthetic.h"
#include "lerl/nn/incremental_transformer.h"
#include "lerl/sim/item_vectors.h"
#include "lerl/sim/response/transformer_response.h"
#include "lerl/sim/session_env.h"
#include "lerl/testing/given_responses.h"
#include "lerl/train/run_config.h"

namespace lerl {
namespace {

TEST(CheckSessions, PassesWhatTheEnvironmentPlayedAndNothingElse) {
  const Dataset data = MakeSyntheticDataset({.users = 2, .items = 60});
  const Split split = AllIsTraining(data);
  const auto model = RandomTransformerResponse(
      {.width = 8, .layers = 1, .heads = 2, .feed_forward = 8, .band = 10}, 2, 60, 1, 1);
  const std::vector<float> vectors = FitUnitItemVectors(data, split);
  RunConfig config;
  SetFields(config, {"env.slate_size=2", "env.exclude_history=false"});
  SessionEnv env(data, split, *model, vectors, *config.env, 1, 1);
  SessionLog log;
  log.Resize(1, env.longest_session(), 2, data.num_categories(), 0);
  log.user[0] = 1;
  log.seed[0] = 5;
  env.Start(0, 1, 5);
  StepResult result;
  for (int32_t t = 0; env.Observe(0).active; ++t) {
    const size_t cell = log.Cell(0, t);
    for (size_t k = 0; k < 2; ++k) log.items[cell * 2 + k] = 2 * t + static_cast<int32_t>(k);
    env.Step(std::span(log.items).subspan(cell * 2, 2), result);
    for (size_t k = 0; k < 2; ++k) log.responses[cell * 2 + k] = result.responses[k];
    log.reward[cell] = result.rewards[0];
    log.expected[cell] = result.expected[0];
    ++log.length[0];
  }
  const auto check = [&] { CheckSessions(data, split, *model, vectors, *config.env, log, 1); };
  EXPECT_NO_THROW(check());
  log.reward[3] += 0.5f;
  EXPECT_THROW(check(), CheckFailure);
  log.reward[3] -= 0.5f;
  --log.length[0];
  EXPECT_THROW(check(), CheckFailure);
}

}  // namespace
}  // namespace lerl
