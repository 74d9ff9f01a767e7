#include "lerl/python/batch_env.h"

#include <algorithm>
#include <cmath>

#include "lerl/agents/slate_selector.h"
#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/base/rng.h"
#include "lerl/planner/registry.h"
#include "lerl/python/shared_planner.h"
#include "lerl/sim/env_config.h"

namespace lerl {
namespace {

const std::vector<int32_t>& UsersOf(const World& world, const std::string& users) {
  if (users == "train") return world.split.train_users;
  if (users == "validation") return world.split.valid_users;
  throw Error(ErrorKind::kUsage,
              "users: '" + users +
                  "' is neither train nor validation; held-out users are played by evaluate()");
}

template <typename T>
std::span<T> Row(std::vector<T>& rows, int row, size_t width) {
  return std::span(rows).subspan(At(row) * width, width);
}

template <typename T>
void CopyRow(const std::vector<T>& from, std::vector<T>& to, size_t row, size_t width) {
  std::copy_n(from.data() + row * width, width, to.data() + row * width);
}

}  // namespace

BatchEnv::BatchEnv(std::shared_ptr<const World> world, const RunConfig& config,
                   const BatchEnvOptions& options)
    : world_(std::move(world)),
      config_(config),
      options_(options),
      users_(UsersOf(*world_, options.users)),
      items_(At(world_->dataset.num_items())),
      categories_(At(world_->dataset.num_categories())),
      k_(At(config.slate_size())),
      behaviours_(At(world_->dataset.num_behaviours())),
      planned_(options.planner != nullptr || FindPlannerRow(config.planner.name).ranks),
      env_(MakeWorldEnv(*world_, *config.env, options.envs, options.threads)),
      features_(*world_),
      nothing_(items_) {
  if (options.users == "train") env_->Withhold(world_->split.new_items);
  if (users_.empty())
    throw Error(ErrorKind::kData, "users: the split has no " + options.users + " users");
  const auto oracle = [env = env_.get()](int slot, std::span<float> rewards) {
    env->OracleCategoryRewards(slot, rewards);
  };
  const auto craving = [env = env_.get()](int slot, std::span<float> added) {
    env->OracleCraving(slot, added);
  };
  std::unique_ptr<Planner> planner;
  if (options.planner) {
    planner = SharePlanner(options.planner);
  } else {
    planner = MakePlanner(config_.planner, {.dataset = world_->dataset,
                                            .split = world_->split,
                                            .policy_model = world_->factors.model,
                                            .oracle = oracle,
                                            .craving = craving});
  }
  plans_ = std::make_unique<PlanPolicy>(
      world_->dataset, SettingsOfShared(config_.planner, options.planner != nullptr),
      std::move(planner), static_cast<int>(k_));
  plans_->Prepare(options_.envs);
  const size_t envs = At(options_.envs);
  features_.Prepare(options_.envs);
  for (ObservationMemory* memory : {&memory_.now, &memory_.final})
    memory->Resize(world_->dataset, options_.envs, features_.count(), slate_size());
  memory_.rewards.assign(envs, 0);
  memory_.expected.assign(envs, 0);
  memory_.step.assign(envs, 0);
  memory_.replaced.assign(envs, 0);
  for (auto* flags : {&memory_.terminated, &memory_.truncated, &memory_.started, &restart_})
    flags->assign(envs, 0);
  seeds_.assign(envs, 0);
  sessions_.assign(envs, 0);
  ended_.assign(envs, 1);
  slates_.assign(envs * k_, 0);
  scores_.assign(items_, 0);
}

BatchEnv::~BatchEnv() = default;

void BatchEnv::Reset(std::span<const uint64_t> seeds, std::span<const uint8_t> which) {
  const size_t envs = At(options_.envs);
  if (!seeds.empty() && seeds.size() != envs)
    throw Error(ErrorKind::kUsage, "seed: " + std::to_string(seeds.size()) + " seeds for " +
                                       std::to_string(envs) + " environments; give one for each");
  if (!which.empty() && which.size() != envs)
    throw Error(ErrorKind::kUsage, "reset_mask: " + std::to_string(which.size()) + " entries for " +
                                       std::to_string(envs) + " environments");
  std::vector<int> started;
  std::ranges::fill(memory_.started, uint8_t{0});
  for (int env = 0; env < options_.envs; ++env) {
    if (!which.empty() && which[At(env)] == 0) continue;
    if (!seeds.empty()) {
      seeds_[At(env)] = seeds[At(env)];
      sessions_[At(env)] = 0;
    }
    StartSession(env);
    memory_.rewards[At(env)] = memory_.expected[At(env)] = 0;
    memory_.terminated[At(env)] = memory_.truncated[At(env)] = 0;
    memory_.replaced[At(env)] = 0;
    started.push_back(env);
  }
  MakePlans(started);
  for (const int env : started) Observe(env, memory_.now);
}

void BatchEnv::StartSession(int env) {
  const size_t at = At(env);
  Rng rng(seeds_[at], "sessions of an environment", sessions_[at]++);
  const int32_t user = users_[rng.Below(users_.size())];
  const uint64_t seed = rng.Next();
  env_->Stop(env);
  env_->Start(env, user, seed);
  plans_->Start(env, user, seed);
  ended_[at] = 0;
  memory_.started[at] = 1;
  memory_.step[at] = 0;
  features_.Start(env, user);
  std::ranges::fill(Row(memory_.now.slate, env, k_), static_cast<int32_t>(items_));
  std::ranges::fill(Row(memory_.now.responses, env, k_ * behaviours_), uint8_t{0});
}

void BatchEnv::MakePlans(std::span<const int> envs) {
  inputs_.clear();
  for (const int env : envs) {
    const SlotView seen = env_->Observe(env);
    inputs_.push_back({env, seen.step, seen.dominant, seen.excluded, seen.wish});
  }
  plans_->Plan(inputs_, PlanMode::kTraining, slot_plans_);
  for (size_t i = 0; i < envs.size(); ++i)
    std::ranges::copy(slot_plans_[i].plan, Row(memory_.now.plan, envs[i], categories_).begin());
}

void BatchEnv::Observe(int env, ObservationMemory& into) {
  const SlotView seen = env_->Observe(env);
  const std::span<const uint8_t> plan = Row(memory_.now.plan, env, categories_);
  WriteMask(world_->dataset, plan, seen.excluded, Row(into.mask, env, items_));
  std::ranges::copy(seen.dominant, Row(into.dominant, env, categories_).begin());
  into.user[At(env)] = seen.user;
  into.budget_left[At(env)] = seen.budget_left;
  features_.Write(env, seen.dominant, plan, seen.budget_left,
                  Row(into.features, env, At(features_.count())));
  if (&into == &memory_.now) return;
  CopyRow(memory_.now.plan, into.plan, At(env), categories_);
  CopyRow(memory_.now.slate, into.slate, At(env), k_);
  CopyRow(memory_.now.responses, into.responses, At(env), k_ * behaviours_);
}

void BatchEnv::RequireRunning() const {
  for (int env = 0; env < options_.envs; ++env) {
    if (ended_[At(env)] == 0 || options_.autoreset == Autoreset::kNextStep) {
      if (sessions_[At(env)] > 0) continue;
    }
    throw Error(ErrorKind::kUsage,
                "step: environment " + std::to_string(env) +
                    (sessions_[At(env)] == 0 ? " has not been reset yet"
                                             : "'s session has ended, and autoreset is disabled") +
                    "; call reset() first");
  }
}

void BatchEnv::Repair(int env, std::span<const int32_t> slate) {
  const std::span<const uint8_t> mask = Row(memory_.now.mask, env, items_);
  const std::span<int32_t> shown = Row(slates_, env, k_);
  int32_t& replaced = memory_.replaced[At(env)];
  replaced = 0;
  const auto may_stand = [&](int32_t item, size_t at) {
    return mask[At(item)] != 0 &&
           std::ranges::find(shown.first(at), item) == shown.begin() + static_cast<ptrdiff_t>(at);
  };
  for (size_t k = 0; k < k_; ++k) {
    int32_t item = slate[k];
    if (!may_stand(item, k)) ++replaced;
    // At least K items may be shown, so the search ends.
    while (!may_stand(item, k)) item = (item + 1) % static_cast<int32_t>(items_);
    shown[k] = item;
  }
}

void BatchEnv::Step(std::span<const int32_t> slates) {
  RequireRunning();
  LERL_CHECK_EQ(slates.size(), slates_.size());
  for (const int32_t item : slates)
    if (item < 0 || item >= static_cast<int32_t>(items_))
      throw Error(ErrorKind::kUsage, "step: item " + std::to_string(item) + " is none of the " +
                                         std::to_string(items_) +
                                         " items, which are numbered from 0");
  for (int env = 0; env < options_.envs; ++env)
    if (ended_[At(env)] == 0) Repair(env, slates.subspan(At(env) * k_, k_));
  Show();
}

void BatchEnv::StepVirtual(std::span<const float> vectors) {
  RequireRunning();
  const auto width = At(item_width());
  LERL_CHECK_EQ(vectors.size(), At(options_.envs) * width);
  for (const float value : vectors)
    if (!std::isfinite(value))
      throw Error(ErrorKind::kUsage, "step: a virtual item holds a number that is not finite");
  for (int env = 0; env < options_.envs; ++env) {
    if (ended_[At(env)] != 0) continue;
    const float* z = vectors.data() + At(env) * width;
    for (size_t i = 0; i < items_; ++i) {
      const float* item = world_->factors.vectors.data() + i * width;
      float sum = 0;
      for (size_t a = 0; a < width; ++a) sum += item[a] * z[a];
      scores_[i] = sum;
    }
    SelectSlate(scores_, Row(memory_.now.mask, env, items_), nothing_, Row(slates_, env, k_));
    memory_.replaced[At(env)] = 0;
  }
  Show();
}

void BatchEnv::Show() {
  restart_ = ended_;  // of kNextStep; in the other modes all sessions run
  std::ranges::fill(memory_.started, uint8_t{0});
  env_->Step(slates_, result_);
  std::vector<int> running;
  for (int env = 0; env < options_.envs; ++env) {
    const size_t at = At(env);
    if (restart_[at] != 0) {
      memory_.rewards[at] = memory_.expected[at] = 0;
      memory_.terminated[at] = memory_.truncated[at] = 0;
      memory_.replaced[at] = 0;
      StartSession(env);
    } else {
      TakeIn(env);
      if (ended_[at] != 0) {
        Observe(env, options_.autoreset == Autoreset::kSameStep ? memory_.final : memory_.now);
        if (options_.autoreset != Autoreset::kSameStep) continue;
        StartSession(env);
      }
    }
    running.push_back(env);
  }
  MakePlans(running);
  for (const int env : running) Observe(env, memory_.now);
}

// What the step of an environment showed, was answered and came to.
void BatchEnv::TakeIn(int env) {
  const size_t at = At(env);
  memory_.rewards[at] = result_.rewards[at];
  memory_.expected[at] = result_.expected[at];
  memory_.terminated[at] = result_.terminated[at];
  memory_.truncated[at] = result_.truncated[at];
  const std::span<const uint32_t> responses(result_.responses.data() + at * k_, k_);
  const std::span<const int32_t> slate = Row(slates_, env, k_);
  plans_->Observe(env, slate, responses);
  features_.Observe(env, slate, responses);
  std::ranges::copy(slate, Row(memory_.now.slate, env, k_).begin());
  WriteResponses(responses, Row(memory_.now.responses, env, k_ * behaviours_));
  memory_.step[at] = env_->Observe(env).step;
  ended_[at] = memory_.terminated[at] | memory_.truncated[at];
}

}  // namespace lerl
