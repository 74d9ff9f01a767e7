// Every setting of every task and every leave rule changes what is played, or is listed with the
// reason why it does not (testing/every_setting.h).

#include "lerl/testing/env_settings.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "lerl/base/hash.h"
#include "lerl/base/index.h"
#include "lerl/base/registry.h"
#include "lerl/base/rng.h"
#include "lerl/data/sources/synthetic.h"
#include "lerl/sim/env_config.h"
#include "lerl/sim/item_vectors.h"

namespace lerl {
namespace {

// Users whose likes follow from the item and from all that they have met: what a test of `history`
// needs.
class Remembering : public ResponseModel {
 public:
  Remembering(int items, int behaviours) : items_(items), behaviours_(behaviours) {}
  std::string name() const override { return "remembering"; }
  int64_t num_users() const override { return std::numeric_limits<int32_t>::max(); }
  int num_items() const override { return items_; }
  int num_behaviours() const override { return behaviours_; }
  int history() const override { return 100; }

  struct Met : ResponseState {
    std::vector<float> sum;  // [slots]
  };
  std::unique_ptr<ResponseState> NewState(int slots) const override {
    auto state = std::make_unique<Met>();
    state->sum.assign(At(slots), 0);
    return state;
  }
  void Start(ResponseState& state, int slot, int32_t user,
             std::span<const Interaction> history) const override {
    static_cast<Met&>(state).sum[At(slot)] = static_cast<float>(user % 3);
    const int slots[] = {slot};
    Append(state, slots, history);
  }
  void Score(const ResponseState& state, std::span<const int> slots, std::span<const int32_t> items,
             std::span<float> logits) const override {
    const auto per_slot = logits.size() / slots.size();
    for (size_t n = 0; n < logits.size(); ++n)
      logits[n] = Logit(state, slots[n / per_slot], items[n / At(behaviours_)], n);
  }
  void ScoreAll(const ResponseState& state, int slot, std::span<float> logits) const override {
    for (size_t n = 0; n < logits.size(); ++n)
      logits[n] = Logit(state, slot, static_cast<int32_t>(n / At(behaviours_)), n);
  }
  void Append(ResponseState& state, std::span<const int> slots,
              std::span<const Interaction> shown) const override {
    for (size_t n = 0; n < shown.size(); ++n)
      static_cast<Met&>(state).sum[At(slots[n * slots.size() / shown.size()])] +=
          0.1f * static_cast<float>(shown[n].item % 7);
  }
  TensorFile ToFile() const override { return {}; }

 private:
  float Logit(const ResponseState& state, int slot, int32_t item, size_t place) const {
    const float met = static_cast<const Met&>(state).sum[At(slot)];
    return std::sin(met + static_cast<float>(item)) + static_cast<float>(place % At(behaviours_));
  }
  int items_, behaviours_;
};

class SmallWorldOfTasks {
 public:
  // What happens in some sessions of drawn slates, bit by bit.
  std::string Play(const EnvConfig& config) const {
    std::shared_ptr<const MatrixTruth> matrix;
    if (config.task == "matrix")
      matrix = LoadMatrixTruth(config.matrix, "without a matrix", {}, data_);
    const EvolvingUsers users(data_, split_, config.evolving.mf, config.evolving.world);
    const auto env = MakeEnv(config,
                             {.dataset = data_,
                              .split = split_,
                              .response_model = model_,
                              .item_vectors = vectors_,
                              .matrix = matrix.get(),
                              .evolving = &users},
                             kSlots);
    std::string said = std::to_string(env->longest_session());
    SessionLog log;
    env->Describe(log);
    said += std::to_string(log.gap_discount) + std::to_string(log.return_weight) +
            (log.learn_responses ? "r" : "") + (log.allow_repeats ? "a" : "") +
            (log.exclude_history ? "e" : "");
    for (int slot = 0; slot < kSlots; ++slot) env->Start(slot, slot + 1, 50 + At(slot));
    Rng rng(4, "slates");
    StepResult result;
    const auto running = [&] {
      for (int slot = 0; slot < kSlots; ++slot)
        if (env->Observe(slot).active) return true;
      return false;
    };
    for (int step = 0; running() && step < 60; ++step) {
      const std::vector<int32_t> slates = Slates(*env, config, rng);
      env->Step(slates, result);
      Say(slates, said), Say(result.responses, said), Say(result.rewards, said);
      Say(result.expected, said), Say(result.probabilities, said), Say(result.terminated, said);
      Say(result.truncated, said), Say(result.return_days, said);
      for (int slot = 0; slot < kSlots; ++slot)
        said += std::to_string(env->Observe(slot).budget_left) + " ";
    }
    return HashText(said);
  }

 private:
  static constexpr int kSlots = 8;

  template <typename T>
  static void Say(const std::vector<T>& values, std::string& said) {
    said.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
  }

  // Slates of items that may be shown, mostly the first ones in an order that changes rarely, so
  // that categories repeat.
  std::vector<int32_t> Slates(const Env& env, const EnvConfig& config, Rng& rng) const {
    std::vector<int32_t> slates(At(kSlots * config.slate_size));
    for (int slot = 0; slot < kSlots; ++slot) {
      const SlotView seen = env.Observe(slot);
      if (!seen.active) continue;
      int64_t place = 0;
      auto item = static_cast<int32_t>(rng.Below(10));
      for (; place < config.slate_size; item = (item + 3) % static_cast<int32_t>(data_.num_items()))
        if (seen.excluded[At(item)] == 0 && !Holds(slates, slot, place, item, config.slate_size))
          slates[At(slot * config.slate_size + place++)] = item;
    }
    return slates;
  }
  static bool Holds(const std::vector<int32_t>& slates, int slot, int64_t places, int32_t item,
                    int64_t size) {
    const auto begin = slates.begin() + slot * size;
    return std::find(begin, begin + places, item) != begin + places;
  }

  static Dataset Shop() {
    Dataset data = MakeSyntheticDataset(
        {.users = 40, .items = 100, .categories = 5, .behaviours = 2, .rows_per_user = 12});
    std::vector<float> prices;
    for (int item = 0; item < 100; ++item) prices.push_back(static_cast<float>(1 + item % 9));
    data.prices = std::move(prices);
    return data;
  }
  const Dataset data_ = Shop();
  const Split split_ = MakeSplit(data_, {});
  const Remembering model_{100, 2};
  const std::vector<float> vectors_ = FitUnitItemVectors(data_, split_);
};

class TaskSettings : public ::testing::TestWithParam<std::string> {};

// The settings of a task: the shared ones, its own section, and for tasks with visits those of
// visits.
bool IsOfTask(const std::string& task, const std::string& path) {
  const std::string section = path.substr(0, path.find('.'));
  if (section == "cross_session") return task == "cross_session" || task == "evolving";
  for (const TaskRow& row : TaskRows())
    if (section == row.name) return section == task;
  return path != "task";
}

TEST_P(TaskSettings, EachCountsOrIsListedWithTheReason) {
  const SmallWorldOfTasks world;
  EverySetting<EnvConfig> settings(SmallEnv(GetParam()), TaskSettingNotes(GetParam()),
                                   [&](const EnvConfig& config) { return world.Play(config); });
  settings.Check("task " + GetParam(),
                 [](const std::string& path) { return IsOfTask(GetParam(), path); });
}

INSTANTIATE_TEST_SUITE_P(Tasks, TaskSettings, ::testing::ValuesIn(TaskNames()),
                         [](const auto& info) { return info.param; });

class RuleSettings : public ::testing::TestWithParam<std::string> {};

TEST_P(RuleSettings, EachCountsOrIsListedWithTheReason) {
  const SmallWorldOfTasks world;
  EnvConfig config = SmallEnv(GetParam() == "distance_window" ? "matrix" : "whole_session");
  config.rules = {GetParam()};
  if (GetParam().ends_with("_window")) {
    config.rules.emplace_back("max_steps");
    config.slate_size = 2;  // so that some users leave early and some late
    config.window = 5;
  }
  EverySetting<EnvConfig> settings(config, RuleSettingNotes(GetParam()),
                                   [&](const EnvConfig& played) { return world.Play(played); });
  settings.Check("leave rule " + GetParam(), IsRuleSetting);
}

INSTANTIATE_TEST_SUITE_P(Rules, RuleSettings, ::testing::ValuesIn(LeaveRuleNames()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace lerl
