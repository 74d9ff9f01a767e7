// Training of the response model, KuaiSim's size: one causal pass over a user's window trains every
// position of it. One epoch over generated rows; what it learned must predict the planted tastes.

#include <chrono>
#include <cmath>
#include <cstdio>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/bench/bench.h"
#include "lerl/data/sources/synthetic.h"
#include "lerl/sim/response/response_report.h"
#include "lerl/sim/response/transformer_training.h"

namespace lerl {
namespace {

constexpr double kKuaiSimResponse = 97, kResponseBar = 50 * kKuaiSimResponse;
constexpr SyntheticConfig kResponseData{
    .users = 150, .items = 9000, .categories = 30, .behaviours = 7, .rows_per_user = 160};

}  // namespace

std::vector<BenchRow> BenchResponseModel(const BenchOptions& options) {
  const Dataset dataset = MakeSyntheticDataset(kResponseData);
  const Split split = MakeSplit(dataset, {});
  int64_t rows = 0;
  for (int64_t user = 0; user < dataset.num_users(); ++user)
    rows += std::ranges::ssize(PastRows(dataset, split, user));
  TransformerResponseConfig config;
  config.epochs = 1;
  config.valid_users = 1;
  std::shared_ptr<ResponseModel> model;
  BenchRow row = Measure("response-model/train", "samples/s", kResponseBar, options.repeats, [&] {
    const auto begin = std::chrono::steady_clock::now();
    model = TrainTransformerResponse(dataset, split, config, 1);
    return static_cast<double>(rows) /
           std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  });
  const Predictions held_out = PredictPart(*model, dataset, split, Part::kTest);
  const double loss = LogLoss(held_out.probabilities, held_out.targets);
  LERL_CHECK(std::isfinite(loss));
  LERL_CHECK_LT(loss, std::log(2.0));  // better than a coin
  char note[96];
  std::snprintf(note, sizeof(note), "2 layers, width 64, 7 behaviours; log loss held out %.3f",
                loss);
  row.note = note;
  row.peer = "KuaiSim";
  row.peer_value = kKuaiSimResponse;
  return {row};
}

}  // namespace lerl
