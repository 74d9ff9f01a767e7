#include "lerl/agents/playing/trained_agent.h"

#include <algorithm>
#include <cmath>

#include "lerl/agents/learning/session_tracking.h"
#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"

namespace lerl {
namespace {

ItemGroups GroupsOf(const AgentContext& context, const std::optional<PlayedGroups>& grouping) {
  if (!grouping) return {};
  return MakeItemGroups(context.dataset, context.split, grouping->kind, grouping->popular_share);
}

// Writes softmax(values) times their number, floored.
void MakeWeights(std::span<float> values, double floor) {
  const float top = *std::ranges::max_element(values);
  float sum = 0;
  for (float& value : values) sum += value = std::exp(value - top);
  const auto count = static_cast<float>(values.size());
  for (float& value : values) value = std::max(count * value / sum, static_cast<float>(floor));
}

}  // namespace

TrainedAgent::TrainedAgent(std::string name, const AgentContext& context,
                           const LearnerConfig& learner, PlayedForm form,
                           const std::optional<PlayedGroups>& groups)
    : name_(std::move(name)),
      dataset_(context.dataset),
      split_(context.split),
      slate_(context.slate),
      learner_(learner),
      form_(std::move(form)),
      grouping_(groups),
      groups_(GroupsOf(context, groups)),
      items_(At(context.dataset.num_items())),
      width_(At(context.factors.width)),
      vectors_(context.factors.vectors) {}

size_t TrainedAgent::state_width() const {
  return At(learner_.state.encoded_width() + 2 * dataset_.num_categories() + 1);
}

int TrainedAgent::action_width() const {
  return static_cast<int>(groups_.count) + (form_.acts ? static_cast<int>(width_) : 0);
}

void TrainedAgent::Load(const TensorFile& file) {
  // 1. Item vectors. A checkpoint may be of fewer items than there are by now.
  const auto known =
      ReadValues<float>(file.arrays, "agent.items", {-1, static_cast<int64_t>(width_)});
  if (known.size() > vectors_.size())
    throw Error(ErrorKind::kCheckpoint,
                "array 'agent.items' is of more items than the data set has; the file belongs to "
                "another data set");
  std::ranges::copy(known, vectors_.begin());
  // 2. The state encoder.
  tokens_.emplace(dataset_, split_, vectors_,
                  TokenLayout{slate_, static_cast<int>(learner_.state.past_rows),
                              learner_.state.tokens == "item"});
  states_.emplace(learner_.state, tokens_->width(), file.arrays, "agent.encoder.");
  // 3. The heads.
  const int64_t hidden = learner_.policy.hidden, groups = groups_.count,
                in = static_cast<int64_t>(state_width());
  const auto width = static_cast<int64_t>(width_);
  head_ = DenseHead(file.arrays, form_.head, in + 2 * groups, hidden, width + form_.has_value,
                    form_.bounded);
  if (groups > 0) high_ = DenseHead(file.arrays, form_.high_level, in + groups, hidden, groups);
  // 4. X and b.
  std::vector<float> x = vectors_, bias(items_);
  if (!form_.item_map.empty()) x = Dense(file.arrays, form_.item_map, width, width).Apply(x);
  if (!form_.bias.empty())
    std::ranges::copy(ReadValues<float>(file.arrays, form_.bias, {std::ssize(known) / width}),
                      bias.begin());
  product_ = Dense(x, bias, static_cast<int64_t>(items_), width);
}

void TrainedAgent::Prepare(int slots) {
  if (!states_)
    throw Error(ErrorKind::kUsage, "agent '" + name_ +
                                       "' has not been loaded, and this build can't train; load "
                                       "the run that it was trained in");
  states_->Prepare(slots);
  if (grouping_) preferences_.assign(At(slots), GroupPreference(groups_, grouping_->memory));
}

void TrainedAgent::Start(int slot, int32_t user) {
  TrackStart(*tokens_, slot, user, *states_);
  if (!grouping_) return;
  preferences_[At(slot)] = GroupPreference(groups_, grouping_->memory);
  preferences_[At(slot)].LikePast(dataset_, split_, user);
}

void TrainedAgent::Observe(std::span<const Shown> shown) {
  TrackShown(*tokens_, shown, *states_);
  for (size_t i = 0; grouping_ && i < shown.size(); ++i)
    for (size_t k = 0; k < shown[i].items.size(); ++k)
      if ((shown[i].responses[k] & 1u) != 0)
        preferences_[At(shown[i].slot)].Like(shown[i].items[k]);
}

std::vector<float> TrainedAgent::StatesOf(std::span<const Observation> observations) const {
  const StateConfig& use = learner_.state;
  std::vector<float> states;
  states.reserve(observations.size() * state_width());
  const auto add = [&states](bool used, std::span<const uint8_t> values) {
    for (const uint8_t value : values) states.push_back(used ? static_cast<float>(value) : 0);
  };
  for (const Observation& seen : observations) {
    const std::span<const float> encoded = states_->Of(seen.slot);
    states.insert(states.end(), encoded.begin(), encoded.end());
    add(use.use_plan, seen.plan);
    add(use.use_dominant, seen.dominant);
    states.push_back(use.use_budget ? seen.budget_left : 0);
  }
  return states;
}

// Equation (2): writes the floored weights w' [n, G] and returns the low level's states.
std::vector<float> TrainedAgent::WithGroups(std::span<const Observation> observations,
                                            std::span<const float> states,
                                            std::vector<float>& weights) const {
  const size_t groups = At(groups_.count), width = state_width();
  std::vector<float> with_preferences;
  std::vector<float> u(groups);
  for (size_t n = 0; n < observations.size(); ++n) {
    preferences_[At(observations[n].slot)].Write(u);
    const auto state = states.subspan(n * width, width);
    with_preferences.insert(with_preferences.end(), state.begin(), state.end());
    with_preferences.insert(with_preferences.end(), u.begin(), u.end());
  }
  weights = high_.Apply(with_preferences);
  std::vector<float> low;
  for (size_t n = 0; n < observations.size(); ++n) {
    const std::span w(weights.data() + n * groups, groups);
    MakeWeights(w, grouping_->floor);
    const auto state = std::span(with_preferences).subspan(n * (width + groups), width + groups);
    low.insert(low.end(), state.begin(), state.end());
    low.insert(low.end(), w.begin(), w.end());
  }
  return low;
}

// Equation (3): adds log(x w') to the scores [n, I].
void TrainedAgent::AddOffsets(std::span<const float> weights, std::span<float> scores) const {
  const size_t groups = At(groups_.count);
  for (size_t at = 0; at < scores.size(); ++at) {
    const float* w = weights.data() + at / items_ * groups;
    float sum = 0;
    for (const float share : groups_.Of(static_cast<int32_t>(at % items_))) sum += share * *w++;
    scores[at] += std::log(sum);
  }
}

void TrainedAgent::Act(std::span<const Observation> observations, bool explore,
                       std::span<float> scores, std::span<float> actions) {
  if (explore)
    throw Error(ErrorKind::kUsage, "agent '" + name_ + "' explores only where it is trained");
  std::vector<float> states = StatesOf(observations), weights;
  if (grouping_) states = WithGroups(observations, states, weights);
  const std::vector<float> out = head_.Apply(states);
  // f(s) by itself, without the value of the state that may follow it.
  const size_t row = width_ + (form_.has_value ? 1 : 0), groups = At(groups_.count);
  std::vector<float> f;
  for (size_t n = 0; n < observations.size(); ++n) {
    const auto of_n = std::span(out).subspan(n * row, width_);
    f.insert(f.end(), of_n.begin(), of_n.end());
    float* action = actions.data() + n * At(action_width());
    if (groups > 0) action = std::copy_n(weights.data() + n * groups, groups, action);
    if (form_.acts) std::ranges::copy(of_n, action);
  }
  if (scores.empty()) return;
  std::ranges::copy(product_.Apply(f), scores.begin());
  for (size_t at = 0; form_.has_value && at < scores.size(); ++at)
    scores[at] += out[at / items_ * row + width_];
  if (groups > 0) AddOffsets(weights, scores);
}

void TrainedAgent::Save(TensorFile&) const {
  throw Error(ErrorKind::kUsage, "agent '" + name_ + "' was loaded to play and can't be saved");
}

}  // namespace lerl
