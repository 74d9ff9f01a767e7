#include "lerl/agents/user_models/model_based_agent.h"

#include <algorithm>
#include <vector>

#include "lerl/agents/user_models/imagined_sessions.h"
#include "lerl/base/index.h"
#include "lerl/data/training_rows.h"

namespace lerl {
namespace {

double MeanReward(const SessionLog& log) {
  double sum = 0, steps = 0;
  for (int64_t s = 0; s < log.sessions; ++s) {
    for (int64_t t = 0; t < log.length[At(s)]; ++t, ++steps)
      sum += static_cast<double>(log.reward[log.Cell(s, t)]);
  }
  return sum / steps;
}

}  // namespace

torch::Tensor PriceFactorsOf(std::span<const ImaginedSlate> slates,
                             std::span<const float> factors) {
  std::vector<float> of_items;
  for (const ImaginedSlate& shown : slates)
    for (const int32_t item : shown.items) of_items.push_back(PriceFactor(factors, item));
  return torch::tensor(of_items).view({std::ssize(slates), -1});
}

UpdateStats ModelBasedAgent::WarmStart() {
  UpdateStats stats = policy_->WarmStart();
  FitOnce(stats);
  const ImaginationConfig& imagine = config_.imagine;
  for (int64_t n = 0; n < imagine.iterations; ++n) {
    const uint64_t seed = policy_->rng().Next();
    const std::vector<int32_t> users = policy_->DrawTrainUsers(imagine.sessions);
    const SessionLog log =
        ImagineSessions(dataset_, split_, *policy_, *users_, users, slate_, imagine, seed);
    policy_->Update(log);
    if (n == 0) stats.emplace_back("imagined_first_reward", MeanReward(log));
    if (n + 1 == imagine.iterations) stats.emplace_back("imagined_last_reward", MeanReward(log));
  }
  return stats;
}

UpdateStats ModelBasedAgent::Update(const SessionLog& log) {
  if (config_.played_rewards != "model") return policy_->LearnFrom(policy_->MakeBatch(log));
  UpdateStats fit;
  FitOnce(fit);
  SessionLog cut = log;
  std::ranges::fill(cut.terminated, uint8_t{0});
  std::ranges::fill(cut.truncated, uint8_t{1});
  SessionBatch batch = policy_->MakeBatch(cut);
  RewardByModel(log, batch.rewards);
  return policy_->LearnFrom(batch);
}

void ModelBasedAgent::Save(TensorFile& file) const {
  policy_->Save(file);
  file.arrays["agent.fitted"] = Array::Of(std::vector<int64_t>{fitted_ ? 1 : 0});
}

void ModelBasedAgent::Load(const TensorFile& file) {
  policy_->Load(file);
  fitted_ = ReadValue<int64_t>(file.arrays, "agent.fitted", {0, 1}) != 0;
}

void ModelBasedAgent::FitOnce(UpdateStats& stats) {
  if (fitted_) return;
  const UpdateStats fit = users_->Fit(CollectTrainingRows(dataset_, split_), policy_->rng());
  stats.insert(stats.end(), fit.begin(), fit.end());
  fitted_ = true;
}

void ModelBasedAgent::RewardByModel(const SessionLog& log, torch::Tensor& rewards) {
  const size_t k = At(log.slate);
  std::vector<ImaginedSlate> slates;
  std::vector<float*> places;
  for (int64_t s = 0; s < log.sessions; ++s) {
    const int32_t* first = log.items.data() + log.Cell(s, 0) * k;
    for (int64_t t = 0; t < log.length[At(s)]; ++t) {
      const size_t before = At(t) * k;
      slates.push_back(
          {.user = log.user[At(s)], .before = {first, before}, .items = {first + before, k}});
      places.push_back(rewards.data_ptr<float>() + s * rewards.size(1) + t);
    }
  }
  std::vector<float> chances(slates.size() * k), worth(slates.size());
  users_->Respond(slates, chances, worth);
  for (size_t n = 0; n < slates.size(); ++n) *places[n] = worth[n];
}

}  // namespace lerl
