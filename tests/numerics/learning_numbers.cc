// Prints, as JSON, inputs and outputs of GAE, the PPO loss and the metrics of the response model;
// check_learning.py computes the same with numpy and scikit-learn.

#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "lerl/agents/learning/gae.h"
#include "lerl/agents/learning/ppo_loss.h"
#include "lerl/base/rng.h"
#include "lerl/nn/torch.h"
#include "lerl/sim/response/response_metrics.h"

namespace lerl {
namespace {

using nlohmann::json;

std::vector<float> Normals(Rng& rng, size_t count, double scale = 1) {
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(scale * rng.Normal());
  return values;
}

json GaeCase(uint64_t stream, size_t steps, bool terminated, const GaeConfig& config) {
  Rng rng(stream, "gae");
  const std::vector<float> rewards = Normals(rng, steps), values = Normals(rng, steps + 1);
  std::vector<float> advantages(steps), returns(steps);
  std::vector<float> goes_on(steps, 1.0f);
  if (terminated) goes_on.back() = 0;
  Gae(rewards, values, goes_on, config, advantages, returns);
  return {{"rewards", rewards},    {"values", values},        {"terminated", terminated},
          {"gamma", config.gamma}, {"lambda", config.lambda}, {"advantages", advantages},
          {"returns", returns}};
}

json LossCase(uint64_t stream, size_t entries, double valid_share) {
  Rng rng(stream, "loss");
  json inputs;
  PpoLossInput input;
  const auto draw = [&](const char* name, double scale) {
    const std::vector<float> values = Normals(rng, entries, scale);
    inputs[name] = values;
    return torch::tensor(values);
  };
  input.log_density = draw("log_density", 0.3).requires_grad_();
  input.old_log_density = draw("old_log_density", 0.3);
  input.advantage = draw("advantage", 2);
  input.value = draw("value", 1).requires_grad_();
  input.target = draw("target", 1);
  input.entropy = draw("entropy", 1).requires_grad_();
  std::vector<float> valid(entries, 1.0f);
  for (size_t n = 1; n < entries; ++n) valid[n] = rng.Bernoulli(valid_share) ? 1.0f : 0.0f;
  inputs["valid"] = valid;
  input.valid = torch::tensor(valid);

  const PpoLoss loss =
      ComputePpoLoss(input, {.clip = 0.2, .value_weight = 0.5, .entropy_weight = 0.01});
  loss.total.backward();
  const auto gradient = [](const torch::Tensor& tensor) {
    const torch::Tensor grad = tensor.grad().contiguous();
    return std::vector<float>(grad.data_ptr<float>(), grad.data_ptr<float>() + grad.numel());
  };
  return {{"inputs", inputs},
          {"clip", 0.2},
          {"value_weight", 0.5},
          {"entropy_weight", 0.01},
          {"total", loss.total.item<double>()},
          {"policy", loss.policy},
          {"value", loss.value},
          {"entropy", loss.entropy},
          {"clipped", loss.clipped},
          {"kl", loss.kl},
          {"log_density_gradient", gradient(input.log_density)},
          {"value_gradient", gradient(input.value)}};
}

// Coarse probabilities make many ties; `skew` makes the predictions wrong on purpose.
json MetricsCase(uint64_t stream, size_t rows, double steps, double skew) {
  Rng rng(stream, "metrics");
  std::vector<float> probabilities(rows);
  std::vector<uint8_t> targets(rows);
  for (size_t n = 0; n < rows; ++n) {
    const double p = std::round(rng.Uniform() * steps) / steps;
    probabilities[n] = static_cast<float>(p);
    targets[n] = rng.Bernoulli(std::pow(p, skew)) ? 1 : 0;
  }
  const std::vector<ReliabilityBin> bins = Reliability(probabilities, targets, 10);
  json described = json::array();
  for (const ReliabilityBin& bin : bins)
    described.push_back({bin.rows, bin.predicted, bin.observed});
  return {{"probabilities", probabilities},
          {"targets", targets},
          {"auc", AreaUnderCurve(probabilities, targets)},
          {"log_loss", LogLoss(probabilities, targets)},
          {"bins", described},
          {"calibration_error", CalibrationError(bins)}};
}

json Numbers() {
  json out = {{"gae", json::array()}, {"loss", json::array()}, {"metrics", json::array()}};
  uint64_t stream = 1;
  for (const size_t steps : {1, 2, 7, 20}) {
    for (const bool terminated : {false, true}) {
      for (const double lambda : {0.0, 0.95, 1.0})
        out["gae"].push_back(
            GaeCase(++stream, steps, terminated, {.gamma = 0.9, .lambda = lambda}));
    }
  }
  for (const double valid_share : {1.0, 0.7, 0.2})
    out["loss"].push_back(LossCase(++stream, 60, valid_share));
  for (const double steps : {7.0, 40.0, 1e6}) {
    for (const double skew : {1.0, 2.5})
      out["metrics"].push_back(MetricsCase(++stream, 800, steps, skew));
  }
  return out;
}

}  // namespace
}  // namespace lerl

int main() { std::printf("%s\n", lerl::Numbers().dump().c_str()); }
