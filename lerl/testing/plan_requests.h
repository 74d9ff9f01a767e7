#pragma once
// What planner tests share: a data set small enough to think about, requests that own their
// columns, and a language model that can be out of reach or silent on some labels.

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/data/split.h"
#include "lerl/llm/backend.h"
#include "lerl/nn/matrix_factorisation.h"
#include "lerl/planner/planner.h"
#include "lerl/planner/planner_context.h"
#include "lerl/planner/student/plan_snapshot.h"

namespace lerl {

// For planners that read no factorisation.
inline const MfModel kNoFactors;

// Four categories A, B, C, D (Action, Comedy, Drama, Western) and ten items:
//
//   0 1 of A,  2 3 of B,  4 5 of C,  6 7 of D,  8 of A and B,  9 of none
//
// User 0 liked items 0, 2 and 6 and disliked 4; in the last row, which is held out, 4 is liked.
inline Dataset TinyDataset() {
  Dataset dataset;
  dataset.name = "tiny";
  dataset.behaviours = {"like"};
  dataset.categories = {"Action", "Comedy", "Drama", "Western"};
  dataset.user_ids = {"u0", "u1"};
  std::vector<int64_t> offsets = {0};
  std::vector<int32_t> ids;
  const std::vector<std::vector<int32_t>> of_item = {{0}, {0}, {1}, {1},    {2},
                                                     {2}, {3}, {3}, {0, 1}, {}};
  for (size_t item = 0; item < of_item.size(); ++item) {
    dataset.item_ids.push_back("i" + std::to_string(item));
    dataset.item_titles.push_back("Title " + std::to_string(item));
    ids.insert(ids.end(), of_item[item].begin(), of_item[item].end());
    offsets.push_back(static_cast<int64_t>(ids.size()));
  }
  dataset.category_offsets = offsets;
  dataset.category_ids = ids;
  dataset.user_offsets = std::vector<int64_t>{0, 5, 6};
  dataset.items = std::vector<int32_t>{0, 2, 6, 4, 4, 1};
  dataset.times_ms = std::vector<int64_t>{1, 2, 3, 4, 5, 1};
  dataset.responses = {std::vector<uint8_t>{1, 1, 1, 0, 1, 1}};
  return dataset;
}

inline Split TinySplit() {
  return {.mode = "user_order",
          .train_end = {4, 6},
          .valid_end = {4, 6},
          .train_users = {0},
          .valid_users = {},
          .test_users = {1}};
}

// Of the two users and ten items, all alike.
inline MfModel TinyFactors() {
  return {.users = 2,
          .items = 10,
          .factors = 1,
          .user_factors = {0, 0},
          .item_factors = std::vector<float>(10, 0),
          .user_bias = {0, 0},
          .item_bias = std::vector<float>(10, 0)};
}

using OwnedRequest = PlanSnapshot;

// An ended session that owns its columns, made of slates [steps][K] and their responses. All
// categories were planned at every step.
struct OwnedSession {
  OwnedSession(const std::vector<std::vector<int32_t>>& slates,
               const std::vector<std::vector<uint32_t>>& answers, std::vector<float> step_rewards,
               size_t categories)
      : rewards(std::move(step_rewards)),
        plans(slates.size() * categories, 1),
        dominant(slates.size() * categories, 0),
        rankings(slates.size() * categories, -1) {
    for (const auto& slate : slates) items.insert(items.end(), slate.begin(), slate.end());
    for (const auto& row : answers) responses.insert(responses.end(), row.begin(), row.end());
  }

  EndedSession View() const {
    EndedSession session{.slot = 0,
                         .user = user,
                         .seed = seed,
                         .items = items,
                         .responses = responses,
                         .rewards = rewards,
                         .plans = plans,
                         .dominant = dominant,
                         .rankings = rankings};
    for (const float reward : rewards) session.total_reward += static_cast<double>(reward);
    return session;
  }

  int32_t user = 0;
  uint64_t seed = 1;
  std::vector<int32_t> items;
  std::vector<uint32_t> responses;
  std::vector<float> rewards;
  std::vector<uint8_t> plans, dominant;
  std::vector<int16_t> rankings;
};

inline Plan RankOne(Planner& planner, const OwnedRequest& request,
                    PlanMode mode = PlanMode::kValidation) {
  const PlanRequest view = request.View();
  return planner.Rank({&view, 1}, mode).at(0);
}

// A language model behind a line that can be cut (`cut`), and with a budget that can be used up
// (`exhausted`).
class Reachable : public LlmBackend {
 public:
  explicit Reachable(std::unique_ptr<LlmBackend> model) : model_(std::move(model)) {}
  std::string name() const override { return model_->name(); }
  std::string fingerprint() const override { return model_->fingerprint(); }
  std::vector<std::string> Labels(int count) override { return model_->Labels(count); }
  std::vector<float> ScoreLabels(const std::string& prefix, std::span<const std::string> suffixes,
                                 std::span<const std::string> labels) override {
    prompts_ = suffixes.size();
    std::vector<float> scores = model_->ScoreLabels(prefix, suffixes, labels);
    if (cut) std::fill(scores.begin(), scores.end(), std::numeric_limits<float>::quiet_NaN());
    return scores;
  }
  std::vector<std::string> ScoreErrors() const override {
    return std::vector<std::string>(cut ? prompts_ : 0, "no endpoint answers");
  }
  std::vector<uint8_t> Unlisted() const override {
    std::vector<uint8_t> all;
    for (size_t i = 0; i < prompts_; ++i) all.insert(all.end(), unlisted.begin(), unlisted.end());
    return all;
  }
  std::string Exhausted() const override { return exhausted; }
  bool Refuses() const override { return refuses; }
  std::vector<Completion> Complete(const CompletionRequest& request) override {
    asked_seeds.insert(asked_seeds.end(), request.seeds.begin(), request.seeds.end());
    return model_->Complete(request);
  }
  int CountTokens(const std::string& text) override { return model_->CountTokens(text); }
  std::string ApplyChatTemplate(const std::string& system, const std::string& user) override {
    return model_->ApplyChatTemplate(system, user);
  }
  LlmUsage usage() const override {
    LlmUsage usage = model_->usage();
    usage.endpoints = endpoints;
    return usage;
  }

  bool cut = false, refuses = false;
  std::string exhausted;
  std::vector<EndpointUsage> endpoints;
  std::vector<uint8_t> unlisted;      // [labels] 1: every answer is silent on the label
  std::vector<uint64_t> asked_seeds;  // of all completions so far

 private:
  size_t prompts_ = 0;  // of the latest ScoreLabels
  const std::unique_ptr<LlmBackend> model_;
};

// What planners are made of that read nothing but the request.
inline const PlannerContext& BareContext() {
  static const Dataset dataset = TinyDataset();
  static const Split split = TinySplit();
  static const PlannerContext context = {
      .dataset = dataset, .split = split, .policy_model = kNoFactors};
  return context;
}

}  // namespace lerl
