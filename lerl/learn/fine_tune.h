#pragma once
// Fine-tuning with a proof: a policy learns from the stored slates of some users
// (agents/slate_learner.h), and the others say whether it has become better.
//
//   1. split   Users are held out or learned from by a hash of their names.
//   2. learn   An epoch over those who are learned from.
//   3. judge   What the policy would have earned from those held out
//              (eval/off_policy/served_slates.h), and by how much more than at the start
//              (learn/held_out_gain.h).
//
// 2 and 3 are repeated until the epochs are used up. An epoch that leads too far from the data is
// taken back, and the learning rate halved, as in a line search: where the policy diverges too far
// from where it started, or the held-out slates say too little of it. Learning ends with
// kMostTakenBack such epochs in a row.
//
// The best epoch is that with the highest lower end of the interval of its gain. It is better than
// the start where its p-value times the number of epochs that count (Bonferroni) is at most
// kLearnedLevel, so that looking often finds nothing that is not there.
//
// A policy that imitates is judged by how likely it makes the slates that held-out users were shown
// (learn/held_out_gain.h). No epoch leads too far, since to leave the start is what is wanted.
//
// The same input gives the same result. There is no checkpoint: who is interrupted begins anew.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lerl/agents/agent.h"
#include "lerl/learn/held_out_gain.h"
#include "lerl/learn/learn_config.h"
#include "lerl/learn/stored_slates.h"
#include "lerl/nn/matrix_factorisation.h"

namespace lerl {

inline constexpr double kLearnedLevel = 0.05;
inline constexpr int64_t kMostTakenBack = 8;

// What held-out users say after an epoch; epoch 0 is the policy at the start.
struct LearnedEpoch {
  int64_t epoch = 0;
  OffPolicyEstimate held_out{};  // not of a policy that imitates
  HeldOutGain gain{};            // over the policy at the start
  // Of a policy that imitates: the mean log probability of an item that was shown, and the share of
  // the items shown that it draws, too.
  std::optional<double> likelihood = {}, agreement = {};
  double kl = 0;                // mean divergence of a slate from those of the policy at the start
  bool counts = false;          // whether it can be the best one
  std::string taken_back = {};  // why it was taken back; "" where it was not
  UpdateStats losses = {};      // of learning
};

struct LearnedPolicy {
  std::vector<LearnedEpoch> epochs = {};      // from 0 on
  int64_t learned_users = 0, held_users = 0;  // who are learned from, and who judge
  int64_t learned_slates = 0;
  int64_t best = 0;     // the best epoch; 0: none counts
  double p_value = 1;   // of its gain, corrected
  bool better = false;  // whether that is shown
};

// Teaches `agent`, which is left as it was after the best epoch. `start` is a second copy of it,
// and stays. `model` expects responses for the doubly robust estimate. Calls `on_epoch` with each
// epoch from 0 on. Throws Error(kUnusable) where the slates support no estimate of the policy at
// the start, for which there are too few users, sessions or slates, or where learning diverges.
LearnedPolicy FineTune(Agent& agent, Agent& start, const StoredSlates& stored, const MfModel& model,
                       const LearnConfig& config,
                       const std::function<void(const LearnedEpoch&)>& on_epoch);

// Whether a user is held out.
bool IsHeldOut(const std::string& user, const LearnConfig& config);

}  // namespace lerl
