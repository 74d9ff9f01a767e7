#pragma once
// Logistic matrix factorisation with biases, fitted by stochastic gradient descent on the cross
// entropy of the target:
//
//   logit_ui = mean + b_u + c_i + p_u . q_i
//
// and for each row (u, i, y)
//
//   e    = y - sigmoid(logit_ui)
//   p_u += rate (e q_i - l2 p_u)
//   q_i += rate (e p_u - l2 q_i)
//   b_u += rate (e - l2 b_u)
//   c_i += rate (e - l2 c_i)
//
//   mean       log odds of the mean target; it is not fitted
//   b_u, c_i   biases, which start at 0
//   p_u, q_i   factors, which start as .1 times standard normals
//
// Rows are visited in batches. All steps of a batch are computed from the values before it, and
// each row then makes its own step, so that the steps add up and are not averaged.
//
// Reference: Koren, Bell and Volinsky 2009, for the biases. The loss and the settings are those of
// the reference table of what the published leave rule rewards (eval/tables/oracle_table.h).

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "lerl/base/config.h"
#include "lerl/data/dataset.h"
#include "lerl/data/split.h"

namespace lerl {

struct MfConfig {
  int64_t factors = 16;
  int64_t epochs = 15;
  double rate = 0.05;
  double l2 = 0.02;
  int64_t batch = 512;
  double row_share = 0.9;
  int64_t most_rows = 32'000'000;
  int64_t seed = 1;

  void VisitFields(FieldVisitor& visit) {
    visit("factors", factors, "width of the user and item vectors", Range{1, 512});
    visit("epochs", epochs, "passes over the rows", Range{1, 1000});
    visit("rate", rate, "step of one row", Range{1e-6, 1});
    visit("l2", l2, "pull of factors and biases towards 0", Range{0, 1});
    visit("batch", batch, "rows whose gradients are taken at the same values", Range{1, 1e6});
    visit("row_share", row_share, "share of the rows that the fit sees, drawn at random",
          Range{0.01, 1});
    visit("most_rows", most_rows,
          "rows in memory at most, 16 bytes each; of a longer log so many are drawn",
          Range{1, 4e9});
    visit("seed", seed, "of the draws", Range{0, 9e15});
  }
};

struct MfModel {
  int users = 0, items = 0, factors = 0;
  std::vector<float> user_factors, item_factors;  // [U, factors], [I, factors]
  std::vector<float> user_bias, item_bias;        // [U], [I]
  float mean = 0;

  float Logit(int32_t user, int32_t item) const;
};

// Fits a random row_share of the rows. Row n is users[n], items[n] and targets[n] in [0, 1]. Users
// and items without a row keep a bias of 0 and the factors they started with. The same input gives
// the same bytes.
MfModel FitMf(std::span<const int32_t> users, std::span<const int32_t> items,
              std::span<const float> targets, int num_users, int num_items, const MfConfig& config);

// The same, of the training rows, most_rows of them at most; the targets are responses of the first
// behaviour.
MfModel FitMfOnTrainingRows(const Dataset& dataset, const Split& split, const MfConfig& config);
// The same, of the rows of the whole log, whose targets `target` tells.
MfModel FitMfOnAllRows(const Dataset& dataset, const std::function<float(size_t)>& target,
                       const MfConfig& config);

// The rows that FitMf leaves out, ascending, on which a fit can be checked.
std::vector<int64_t> MfHeldOutRows(int64_t rows, const MfConfig& config);

}  // namespace lerl
