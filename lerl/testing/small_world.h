#pragma once
// For tests: a small world without files, the smallest run that still learns, and the same data set
// as a CSV file with its description.

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <tuple>

#include "lerl/data/sources/synthetic.h"
#include "lerl/sim/item_vectors.h"
#include "lerl/sim/response/mf_response.h"
#include "lerl/sim/session_log.h"
#include "lerl/testing/data_files.h"
#include "lerl/testing/small_agents.h"
#include "lerl/train/world.h"

namespace lerl {

inline RunConfig TinyRun() {
  RunConfig config;
  config.response_model.model = "mf";
  config.response_model.mf = {.factors = 4, .epochs = 4};
  SetFields(config, {"env.slate_size=3", "env.budget=6"});
  config.agent.factors = {.factors = 4, .epochs = 2};
  config.agent.learner = TinyLearner();
  config.agent.ppo.epochs = 2;
  config.agent.ppo.common.minibatch = 4;
  for (ModelBasedConfig* model : {&config.agent.cirs.model_based, &config.agent.dorl.model_based})
    model->imagine = {.iterations = 2, .sessions = 8, .steps = 4};
  config.planner.name = "random";
  config.planner.plan_size = 2;
  config.train = {.seeds = {1, 2},
                  .iterations = 3,
                  .sessions = 8,
                  .slots = 4,
                  .evaluate_every = 1,
                  .valid_users = 3,
                  .checkpoint_every = 2};
  return config;
}

inline Dataset TinyDataset(uint64_t seed = 1) {
  return MakeSyntheticDataset(
      {.users = 40, .items = 60, .categories = 6, .rows_per_user = 20, .seed = seed});
}

// A world in which nobody is closed, and test users are judged.
inline std::unique_ptr<World> TinyWorld(const RunConfig& config, uint64_t data_seed = 1) {
  auto world = std::make_unique<World>();
  world->judged = HeldOut::kTest;
  world->dataset = TinyDataset(data_seed);
  world->fingerprint = Fingerprint(world->dataset);
  world->split = MakeSplit(world->dataset, config.split);
  world->response_model = FitMfResponse(world->dataset, config.response_model.mf);
  world->unit_vectors = FitUnitItemVectors(world->dataset, world->split);
  world->factors = FitItemFactors(world->dataset, world->split, config.agent.factors);
  return world;
}

inline constexpr char kTinyToml[] = R"(file = "tiny.csv"
categories = "genres"
split = "user_order"
[[behaviour]]
name = "like"
column = "rating"
at_least = 4
)";

// Writes the data set as tiny.csv with its description tiny.toml, and returns the path of the
// latter. Users whom `poisoned` names have seen every item before, so that a session can't be
// started with them: the environment has nothing to show and throws. So a test sees that nobody
// plays with them.
inline std::filesystem::path WriteTinyCsv(const TestFolder& folder,
                                          const std::function<bool(int32_t user)>& poisoned = {}) {
  const Dataset dataset = TinyDataset();
  std::string rows = "user,item,timestamp,rating,genres\n";
  const auto add = [&](int64_t user, int32_t item, int64_t seconds, bool liked) {
    std::string genres;
    for (const std::string& name : CategoryNames(dataset, item))
      genres += (genres.empty() ? "" : "|") + name;
    rows += dataset.user_ids[static_cast<size_t>(user)] + "," +
            dataset.item_ids[static_cast<size_t>(item)] + "," + std::to_string(seconds) + "," +
            (liked ? "5" : "1") + "," + genres + "\n";
  };
  for (int64_t user = 0; user < dataset.num_users(); ++user) {
    if (poisoned && poisoned(static_cast<int32_t>(user)))
      for (int32_t item = 0; item < dataset.num_items(); ++item)
        add(user, item, 700'000'000 + item, false);
    for (int64_t row = dataset.RowsBegin(user); row < dataset.RowsEnd(user); ++row) {
      const auto n = static_cast<size_t>(row);
      add(user, dataset.items[n], dataset.times_ms[n] / 1000, dataset.responses[0][n] != 0);
    }
  }
  folder.Write("tiny.csv", rows);
  return folder.Write("tiny.toml", kTinyToml);
}

// A small run on that data set, as a configuration that lies beside tiny.toml.
inline constexpr char kTinyConfig[] = R"(
[data]
name = "tiny.toml"
[response_model]
model = "mf"
mf = { factors = 4, epochs = 15 }
[env]
slate_size = 3
budget = 6
[agent]
factors = { factors = 4, epochs = 2 }
state.past_rows = 12
state.transformer = { width = 8, layers = 1, heads = 2, feed_forward = 8, band = 32 }
policy.hidden = 8
warm_start = { steps = 2, batch = 4 }
ppo = { epochs = 2, minibatch = 4 }
[planner]
plan_size = 2
[train]
seeds = [1, 2]
iterations = 2
sessions = 8
slots = 4
evaluate_every = 1
valid_users = 3
checkpoint_every = 1
)";

// Everything that a log holds, so that two logs can be compared.
inline auto ColumnsOf(const SessionLog& log) {
  return std::tie(log.sessions, log.max_steps, log.slate, log.categories, log.action_width,
                  log.user, log.seed, log.length, log.terminated, log.truncated, log.budget_after,
                  log.items, log.responses, log.reward, log.expected, log.action, log.plan,
                  log.dominant, log.budget, log.ranking, log.origin, log.widened, log.return_days,
                  log.never_shown, log.truth.interest, log.truth.fatigue_cost, log.truth.worth,
                  log.truth.latent);
}

// Whether two logs hold the same sessions. Everything must be equal but the policy's actions, which
// must agree to 1e-4: they come from matrix products of the whole batch, whose last bits depend on
// its size on some processors.
inline bool SameSessions(SessionLog a, SessionLog b) {
  const auto near = [](float x, float y) { return std::abs(x - y) <= 1e-4f; };
  if (!std::ranges::equal(a.action, b.action, near)) return false;
  a.action.clear();
  b.action.clear();
  return ColumnsOf(a) == ColumnsOf(b);
}

}  // namespace lerl
