#pragma once
// Held-out fit of the probabilities that play uses. The rows of the log that the response model was
// not fitted on are shown to it as play would show them: each user's rows in order, K at a time,
// because all items of a slate are answered from the state before the slate and take off each
// other's probability by their likeness (sim/session_env.h):
//
//   p_nf = clamp(sigmoid(logit_nf) - rho * similarity_n, 0, 1)
//
//   AUC, log loss, ECE    of p against what was answered (sim/response/response_metrics.h)
//   skill = 1 - LL / LL0  LL0: log loss of the group's own base rate for everyone
//
// per behaviour, of all users and of groups:
//
//   with past, without past            users with and without training rows
//   fewest, middle, most rows          thirds of the users by training rows
//   popular items, other items         the fifth of the items with most training rows, the rest
//
// Intervals resample users. The model `mf` is fitted on a random share of the whole log; its rows
// are those that the fit left out, and it has no state.
//
// Bounds, of the first behaviour and all users (which decide), and of its groups (which don't):
//   AUC    green .70, yellow .60: below .6 it hardly tells one item from another; .7 is where
//          discrimination is commonly called acceptable (Hosmer and Lemeshow, Applied Logistic
//          Regression, 2000, 5.2.4)
//   ECE    green .05, yellow .10: .05 of a base rate near .5 is a tenth of R_cum, the size of the
//          differences between planners
//   skill  green .05, yellow 0: below 0 a constant predicts better
//
// Not handled: what people would have answered to items that the log does not show them.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/data/split.h"
#include "lerl/eval/sim_audit/audit_light.h"
#include "lerl/nn/matrix_factorisation.h"
#include "lerl/sim/response/response_model.h"

namespace lerl {

inline constexpr LightBounds kAucBounds{.green = 0.7, .yellow = 0.6};
inline constexpr LightBounds kEceBounds{.green = 0.05, .yellow = 0.1, .higher_is_better = false};
inline constexpr LightBounds kSkillBounds{.green = 0.05, .yellow = 0};

// N held-out rows in the order of users, F behaviours.
struct PlayedRows {
  std::vector<int32_t> users, items;  // [N]
  std::vector<float> played, plain;   // [N, F] p with and without the similarity term
  std::vector<uint8_t> targets;       // [N, F]
  std::string plain_name = "without the similarity term";  // what `plain` is
};

struct PlayedFitOptions {
  double rho = 0.2;
  int64_t slate = 6;
  int64_t most_users = 2000;                 // evenly spaced among those who have rows; 0: all
  const MfConfig* left_out_by = nullptr;     // of the model `mf`: the settings of its fit
  std::span<const float> item_vectors = {};  // [I, D] unit vectors; needed where rho is above 0
};

// Predicts the test rows, or those that a fit on all rows left out.
PlayedRows PredictAsPlayed(const ResponseModel& model, const Dataset& dataset, const Split& split,
                           const PlayedFitOptions& options);

// The figures of all behaviours and groups, or of all users alone. A group without rows has no
// value, and says so.
std::vector<AuditFigure> HeldOutFit(const PlayedRows& rows, const Dataset& dataset,
                                    const Split& split, bool with_groups = true);

// The mean cosine of each item of a slate with the others, [K]; 0 for a slate of one.
std::vector<float> SlateSimilarity(std::span<const int32_t> slate,
                                   std::span<const float> item_vectors, int64_t width);

}  // namespace lerl
