#include "lerl/agents/playing/trained_agent.h"

#include <gtest/gtest.h>

#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/testing/small_sessions.h"

namespace lerl {
namespace {

// Arrays of a head whose output is its last bias, whatever the state.
void PutConstantHead(Arrays& arrays, const std::string& prefix, int64_t in, int64_t hidden,
                     const std::vector<float>& out) {
  const auto layer = [&](const char* name, int64_t rows, int64_t columns) {
    const std::vector<float> zeros(At(rows * columns));
    arrays[prefix + name + ".weight"] = Array::Of<float>({rows, columns}, zeros.data());
    arrays[prefix + name + ".bias"] = Array::Of(std::vector<float>(At(rows)));
  };
  layer("0", hidden, in);
  layer("2", hidden, hidden);
  layer("4", std::ssize(out), hidden);
  arrays[prefix + "4.bias"] = Array::Of(out);
}

// scores = E f + v + b, with f, v and b given.
TEST(TrainedAgent, AddsValueAndBiasToTheProducts) {
  const SmallSessions small;
  const int64_t items = small.dataset.num_items(), width = small.factors.width;
  LearnerConfig learner;
  learner.state.encoder = "average";
  learner.state.width = 2;
  learner.policy.hidden = 3;
  const int64_t token =
      (1 + small.dataset.num_behaviours()) * (width + small.dataset.num_categories() + 1);
  TensorFile file;
  file.arrays["agent.items"] = Array::Of<float>({items, width}, small.factors.vectors.data());
  const std::vector<float> zeros(At(2 * token));
  file.arrays["agent.encoder.embed.weight"] = Array::Of<float>({2, token}, zeros.data());
  file.arrays["agent.encoder.embed.bias"] = Array::Of(std::vector<float>{0, 0});
  std::vector<float> out(At(width) + 1);
  out[0] = 2;       // f
  out.back() = 10;  // v
  PutConstantHead(file.arrays, "agent.values.head.", 2 + 2 * small.dataset.num_categories() + 1, 3,
                  out);
  std::vector<float> bias(At(items));
  bias[7] = 5;
  file.arrays["agent.values.bias"] = Array::Of(bias);
  TrainedAgent agent("dqn", small.Context(small.factors), learner,
                     {.head = "agent.values.head.",
                      .has_value = true,
                      .bias = "agent.values.bias",
                      .acts = false});
  agent.Load(file);
  agent.Prepare(1);
  agent.Start(0, 3);
  const std::vector<uint8_t> plan(At(small.dataset.num_categories()), 1);
  const Observation seen{.user = 3, .plan = plan, .dominant = plan};
  std::vector<float> scores(At(items));
  agent.Act({&seen, 1}, /*explore=*/false, scores, {});
  for (size_t i = 0; i < scores.size(); ++i)
    EXPECT_NEAR(scores[i], 2 * small.factors.vectors[i * At(width)] + 10 + bias[i], 1e-5f);
}

TEST(TrainedAgent, RefusesItemsOfAnotherDataSet) {
  const SmallSessions small;
  TrainedAgent agent("ppo", small.Context(small.factors), {}, {.head = "agent.actor.actor."});
  TensorFile file;
  const std::vector<float> many(1000 * At(small.factors.width));
  file.arrays["agent.items"] = Array::Of<float>({1000, small.factors.width}, many.data());
  EXPECT_THROW(agent.Load(file), Error);
}

}  // namespace
}  // namespace lerl
