#pragma once
// MatrixEnv: the matrix task. The reward is read from a full user x item matrix, and leave rules
// end the session. This is the task of CIRS (arXiv 2204.01266), DORL (arXiv 2307.04571) and
// EasyRL4Rec (arXiv 2402.15164), who play KuaiRec's small matrix and Coat with slates of one item.
//
//   r_t = mean_k m_{u, i_k}          drawn and expected reward alike: nothing is random
//   y_k = (m_{u, i_k} >= like_at_least)   the first behaviour; others are never shown
//   scale_reward: (r - low) / (high - low), low and high over all cells
//
// Modes: FB     repeats allowed; the leave rules of the settings
//        NX_0   no repeats; the leave rules
//        NX_10  no repeats; exactly 10 steps, no leave rule
// The mode decides env.allow_repeats. Published: rules distance_window (Coat: N = 7, d = 6) or
// category_window (KuaiRec: N = 9, n = 1; DORL: N = 4, n = 0), max_steps = 30, slate_size = 1,
// exclude_history = false, compat_window = true.
//
// Differences: slates of any size (theirs: 1); the cut after the last step is `truncated`, not
// `terminated`; in their NX_10 the time limit of another mode could end a session; users are those
// of the split, where theirs are drawn from all rows. Steps run on one thread: they are table
// look-ups.

#include <memory>
#include <span>
#include <vector>

#include "lerl/sim/slot_env.h"
#include "lerl/sim/matrix/matrix_truth.h"
#include "lerl/sim/rules/leave_rules.h"

namespace lerl {

class MatrixEnv : public SlotEnv {
 public:
  // The data set, split and matrix must outlive the environment. Throws Error(kConfig) on an
  // impossible setting: no rule that ends a session; no cell or every cell a like.
  MatrixEnv(const Dataset& dataset, const Split& split, const MatrixTruth& matrix,
            const EnvConfig& config, int slots);

  // Throws Error(kData) for a user without a row.
  void Start(int slot, int32_t user, uint64_t session_seed) override;
  void Step(std::span<const int32_t> slates, StepResult& result) override;
  float budget_left(int slot) const override;  // of the rule that is nearest to ending the session
  void OracleRewards(int slot, std::span<float> rewards) const override;  // 0: no column

  // What the rewards of a step can be at least and at most.
  float lowest_reward() const { return Reward(matrix_.lowest()); }
  float highest_reward() const { return Reward(matrix_.highest()); }

 private:
  struct Rule {
    std::unique_ptr<LeaveRule> rule;
    bool truncates;
  };
  float Reward(float value) const { return (value - low_) * scale_; }

  const MatrixTruth& matrix_;
  const float like_at_least_, low_, scale_;
  std::vector<Rule> rules_;
};

// The settings as the mode changes them: repeats, rules, steps.
EnvConfig MatrixSettings(EnvConfig config);

}  // namespace lerl
