#pragma once
// MatrixEnv: the matrix task. The reward is read from a full user x item matrix
// (sim/matrix/matrix_truth.h), and leave rules end the session. Nothing is random, so the drawn and
// the expected reward are the same.
//
//   r   = mean_k m_uk                         by default
//   r   = mean_k (m_uk - low) / (high - low)  with scale_reward
//   y_k = [ m_uk >= like_at_least ]
//
//   m_uk        cell of the user and of item k of the slate
//   low, high   least and largest value over all cells
//   y_k         the response by the first behaviour; the others are never given
//
//   mode     repeats       a session ends by
//   FB       allowed       the leave rules of the settings
//   NX_0     not allowed   the leave rules of the settings
//   NX_10    not allowed   the limit of 10 steps alone
//
// References: CIRS (arXiv 2204.01266), DORL (arXiv 2307.04571) and EasyRL4Rec (arXiv 2402.15164;
// docs/papers.md#easyrl4rec), who play KuaiRec's small matrix and Coat. Their settings:
//   Coat       rule distance_window, N = 7, d = 6
//   KuaiRec    rule category_window, N = 9, n = 1; in DORL N = 4, n = 0
//   all        max_steps = 30, slate_size = 1, exclude_history = false, compat_window = true
//
// Differences:
//   - slates have any size; theirs have one item;
//   - the cut after the last step is `truncated`; theirs is `terminated`;
//   - NX_10 always has 10 steps; theirs could end earlier by the time limit of another mode;
//   - users are those of the split; theirs are drawn from all rows.
// Steps run on one thread, since they are mere look-ups in a table.

#include <memory>
#include <span>
#include <vector>

#include "lerl/sim/matrix/matrix_truth.h"
#include "lerl/sim/rules/leave_rules.h"
#include "lerl/sim/slot_env.h"

namespace lerl {

class MatrixEnv : public SlotEnv {
 public:
  // The data set, split and matrix must outlive the environment. Throws Error(kConfig) when no rule
  // is sure to end a session, or when like_at_least makes every cell or no cell a like.
  MatrixEnv(const Dataset& dataset, const Split& split, const MatrixTruth& matrix,
            const EnvConfig& config, int slots);

  // Throws Error(kData) for a user without a row in the matrix, and where Env::Start does.
  void Start(int slot, int32_t user, uint64_t session_seed) override;
  void Step(std::span<const int32_t> slates, StepResult& result) override;
  float budget_left(int slot) const override;  // the least over the leave rules
  // The reward of an item without a column is 0.
  void OracleRewards(int slot, std::span<float> rewards) const override;

  // The least and the largest reward that a step can have.
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

// Returns the settings as the mode changes them: allow_repeats, and for NX_10 rules and max_steps.
EnvConfig MatrixSettings(EnvConfig config);

}  // namespace lerl
