#include "lerl/agents/learning/replay_agent.h"

#include <algorithm>
#include <cmath>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"

namespace lerl {
namespace {

// The mean of each statistic over the steps that report it, in the order of first report.
class StatMeans {
 public:
  void Add(const UpdateStats& stats) {
    for (const auto& [name, value] : stats) {
      const auto known = std::find_if(sums_.begin(), sums_.end(),
                                      [&name](const auto& sum) { return sum.first == name; });
      const auto at = At(known - sums_.begin());
      if (known == sums_.end()) sums_.emplace_back(name, 0), counts_.push_back(0);
      sums_[at].second += value, ++counts_[at];
    }
  }
  UpdateStats Means() const {
    UpdateStats means = sums_;
    for (size_t i = 0; i < means.size(); ++i) means[i].second /= counts_[i];
    return means;
  }

 private:
  UpdateStats sums_;
  std::vector<double> counts_;
};

}  // namespace

ReplayAgent::ReplayAgent(std::string name, const AgentContext& context,
                         const LearnerConfig& learner, const ReplayConfig& config, bool masked)
    : LearningAgent(std::move(name), context, learner.state),
      warm_start_(learner.warm_start),
      config_(config),
      masked_(masked),
      replay_(config.sessions, config.priority_exponent, config.priority_floor) {
  if (config.learning_starts > config.sessions)
    throw Error(
        ErrorKind::kConfig,
        "agent." + this->name() + ".learning_starts = " + std::to_string(config.learning_starts) +
            ": the replay holds no more than sessions = " + std::to_string(config.sessions) +
            ", so learning would never start; raise sessions");
}

torch::Tensor ReplayAgent::CriticError(const torch::Tensor& values, const torch::Tensor& targets,
                                       const torch::Tensor& valid) {
  const double d = config_.huber;
  if (d == 0 && values.dim() == valid.dim() && !weights_.defined())
    return SquaredErrorOver(values, targets, valid);
  const torch::Tensor error = values - targets;
  torch::Tensor loss = error.square();
  if (d > 0) {
    const torch::Tensor size = error.abs();
    loss = torch::where(size <= d, loss, d * (2 * size - d));
  }
  const auto by_step = [&valid](const torch::Tensor& t) {
    return t.dim() == valid.dim() ? t : t.mean(-1);
  };
  if (!weights_.defined()) return MeanOver(by_step(loss), valid);
  errors_.push_back((by_step(error.detach().abs()) * valid).sum(-1) / valid.sum(-1).clamp_min(1));
  return MeanOver(by_step(loss) * weights_.unsqueeze(-1), valid);
}

double ReplayAgent::TargetRate(const Adam& adam) const {
  if (config_.target_every == 0) return config_.tau;
  return adam.steps() % config_.target_every == 0 ? 1 : 0;
}

UpdateStats ReplayAgent::Update(const SessionLog& log) {
  // 1. The new sessions enter the replay.
  replay_.Add(log);
  if (replay_.size() < config_.learning_starts) return {};
  // 2. As many steps as make `passes` sessions learned from per session played.
  const auto steps = static_cast<int64_t>(std::ceil(
      config_.passes * static_cast<double>(log.sessions) / static_cast<double>(config_.minibatch)));
  StatMeans means, norms;
  for (int64_t i = 0; i < steps; ++i) {
    // Each on a minibatch of whole sessions, encoded anew.
    means.Add(LearnFrom(replay_.Draw(config_.minibatch, rng_)));
    norms.Add(GradientNorms());
  }
  gradient_norms_ = norms.Means();
  // 3. Play goes on with the new weights of the encoder.
  RefreshTracker();
  return means.Means();
}

UpdateStats ReplayAgent::LearnFrom(const std::vector<int64_t>& places) {
  const SessionLog sample = replay_.SessionsAt(places);
  SessionBatch batch = PlayedBatch(sample);
  if (masked_) batch.allowed = AllowedItems(dataset_, split_, sample, batch.steps());
  Priorities* const priorities = replay_.priorities();
  if (priorities == nullptr) return Learn(batch);
  // 1. The weights w of equation (3) of agents/learning/priorities.h.
  const double start = config_.importance_exponent;
  weights_ = torch::tensor(priorities->Weights(places, start + (1 - start) * progress_));
  UpdateStats stats = Learn(batch);
  // 2. The sessions' new errors.
  LERL_CHECK(!errors_.empty());
  const torch::Tensor error = torch::stack(errors_).mean(0);
  for (size_t s = 0; s < places.size(); ++s)
    priorities->Set(places[s], double{error.data_ptr<float>()[s]});
  weights_ = torch::Tensor();
  errors_.clear();
  return stats;
}

UpdateStats ReplayAgent::WarmStart() {
  double first = 0, last = 0;
  for (int64_t i = 0; i < warm_start_.steps; ++i) {
    const SessionBatch batch = LoggedBatch(DrawTrainUsers(warm_start_.batch));
    if (batch.valid.sum().item<double>() == 0) continue;
    last = LearnFromLogs(batch);
    if (i == 0) first = last;
  }
  RefreshTracker();
  return {{"warm_start_first_loss", first}, {"warm_start_last_loss", last}};
}

void ReplayAgent::Save(TensorFile& file) const {
  LearningAgent::Save(file);
  replay_.Save("agent.replay.", file.arrays);
  if (config_.exploration.changes())
    file.arrays["agent.progress"] = Array::Of(std::vector<double>{progress_});
}

void ReplayAgent::Load(const TensorFile& file) {
  LearningAgent::Load(file);
  replay_.Load("agent.replay.", file.arrays);
  replay_.RequireOf(dataset_.num_users(), dataset_.num_items());
  if (config_.exploration.changes())
    progress_ = ReadValue<double>(file.arrays, "agent.progress", {0, 1});
}

}  // namespace lerl
