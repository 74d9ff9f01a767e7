#pragma once
// SessionEnv: a batch of users who are shown one slate each per step until they leave.
//
// Axes: B slots, K slate, F behaviours, C categories. One step of a slot:
//   p_kf   = clamp(sigmoid(logit_kf) - rho * similarity_k, 0, 1)   similarity: mean cosine of
//                                                                  item k with the rest
//   y_kf   ~ Bernoulli(p_kf)                                       the user's own stream
//   r      = mean_k sum_f w_f y_kf                                 expected: p in place of y
//   rules  -> terminated (the user left) or truncated (the limit), never both
// A session is also truncated when fewer than K items are left to show.
// The draws of a session follow from its seed alone, so the same (user, session seed, slates) gives
// the same bytes in any slot, batch or thread count.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "lerl/base/config.h"
#include "lerl/data/dataset.h"
#include "lerl/data/split.h"
#include "lerl/sim/response_model.h"

namespace lerl {

struct EnvConfig {
  int64_t slate_size = 6;
  std::vector<std::string> rules = {"lerl"};
  int64_t budget = 20;
  int64_t max_steps = 20;
  double temper = 20;
  double temper_leave_below = 1;
  int64_t window = 4;
  int64_t window_limit = 0;
  double rho = 0.2;
  std::vector<double> reward_weights = {};
  int64_t history = 100;
  bool allow_repeats = false;
  bool exclude_history = true;

  void VisitFields(FieldVisitor& visit) {
    visit("slate_size", slate_size, "K, items shown per step", Range{1, 100});
    visit("rules", rules, "leave rules; a user leaves when one of them says so",
          {"lerl", "lerl_slots", "temper", "category_window", "max_steps"});
    visit("budget", budget, "T, interactions a user is willing to spend (lerl, lerl_slots)",
          Range{1, 10000});
    visit("max_steps", max_steps, "steps after which a session is cut (max_steps)",
          Range{1, 10000});
    visit("temper", temper, "temper at the start (temper)", Range{1, 1e6});
    visit("temper_leave_below", temper_leave_below, "the user leaves below it (temper)",
          Range{0, 1e6});
    visit("window", window, "N, items looked back at (category_window)", Range{1, 1000});
    visit("window_limit", window_limit, "n, times a category may occur among them", Range{0, 1000});
    visit("rho", rho, "weight of the similarity within the slate", Range{0, 1});
    visit("reward_weights", reward_weights,
          "weight of each behaviour in the reward; empty: the first alone", Range{-100, 100});
    visit("history", history, "H, interactions before the session that a user starts with",
          Range{0, 10000});
    visit("allow_repeats", allow_repeats, "items shown in this session may be shown again");
    visit("exclude_history", exclude_history, "items of the user's training rows are not shown");
  }
};

// What one step gave. Rows of slots that were not active are zero.
struct StepResult {
  std::vector<float> probabilities;  // [B, K, F]
  std::vector<uint32_t> responses;   // [B, K] bits
  std::vector<float> rewards;        // [B] drawn
  std::vector<float> expected;       // [B] expected
  std::vector<uint8_t> terminated;   // [B]
  std::vector<uint8_t> truncated;    // [B]
};

class SessionEnv {
 public:
  // The data set, split and model must outlive the environment. `item_vectors` [I, D] are the data
  // set's fixed unit vectors (similarity); may be empty when rho is 0. Throws Error(kConfig) on an
  // impossible setting (no rule that ends a session; weights of another count than behaviours).
  SessionEnv(const Dataset& dataset, const Split& split, const ResponseModel& model,
             std::span<const float> item_vectors, EnvConfig config, int slots, int threads);
  ~SessionEnv();

  // A new session in a slot. The user's past is its training rows. Throws Error(kData) when the
  // exclusion of the history leaves the user fewer than K items.
  void Start(int slot, int32_t user, uint64_t session_seed);

  // Ends the session of a slot, if one runs, without a trace: the slot is not active.
  void Stop(int slot);

  // Shows slates [B, K] to all active slots (rows of others are ignored). Throws CheckFailure on an
  // item twice in a slate or an item that is not allowed.
  void Step(std::span<const int32_t> slates, StepResult& result);

  int slots() const;
  bool active(int slot) const;  // a session is running
  int32_t user(int slot) const;
  int step(int slot) const;           // steps taken in this session
  float budget_left(int slot) const;  // share in [0, 1] of the rule that is nearest to ending it
  // Items that must not be shown now: [I], 1 = excluded (shown in this session, start history).
  std::span<const uint8_t> excluded(int slot) const;
  // Dominant categories of the last slate: [C], 0 or 1; all 0 before the first step.
  std::span<const uint8_t> dominant(int slot) const;
  const EnvConfig& config() const;
  std::span<const double> reward_weights() const;  // [F] as used
  int64_t longest_session() const;                 // steps after which every session has ended
  int32_t items_left(int slot) const;              // items that may be shown

  // Probabilities of all items now, [I] (behaviours weighted as in the reward, similarity left
  // out). ORACLE: for controls and planners that are labelled so, and for reports.
  void OracleRewards(int slot, std::span<float> rewards) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lerl
