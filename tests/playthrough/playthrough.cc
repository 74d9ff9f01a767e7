// Prints a readable playthrough: what an agent, a planner or a loader does, step by step, on a
// small world. goldens/ keeps these texts; tools/goldens compares and rewrites them.
//   playthrough list     names of all playthroughs: one per registered agent, planner, data set
//   playthrough NAME     the text, floats with 4 significant digits
// Run from the project's folder: the samples of the data sets are in tests/data.

#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "lerl/agents/registry.h"
#include "lerl/base/error.h"
#include "lerl/base/hash.h"
#include "lerl/base/rng.h"
#include "lerl/data/info.h"
#include "lerl/data/registry.h"
#include "lerl/llm/scripted_backend.h"
#include "lerl/llm/text_embedder.h"
#include "lerl/planner/registry.h"
#include "lerl/sim/evolving/cravings.h"
#include "lerl/testing/small_world.h"
#include "lerl/train/player.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;

constexpr int kIterations = 3, kSessions = 8, kPlayed = 2;

std::string Number(double value) {
  char text[40];
  std::snprintf(text, sizeof(text), "%.4g", value);
  return text;
}

void Line(const std::string& text) { std::printf("%s\n", text.c_str()); }

// A language model whose opinion is a hash of what it is asked.
std::shared_ptr<LlmBackend> HashingBackend() {
  Script script;
  script.score = [](const std::string&, const std::string& suffix, const std::string& label) {
    return static_cast<double>(std::stoul(HashText(suffix + label).substr(0, 4), nullptr, 16)) /
           1e4;
  };
  script.complete = [](const std::string&, const std::string& suffix) {
    return Completion{.text = "Vary more, as in case " + HashText(suffix).substr(0, 4) + ".",
                      .error = ""};
  };
  return MakeScriptedBackend(script);
}

// Vectors that are a hash of the text.
class HashingEmbedder : public TextEmbedder {
 public:
  std::string name() const override { return "hashing"; }
  int64_t width() const override { return 2; }
  std::vector<float> Embed(std::span<const std::string> texts) override {
    std::vector<float> vectors;
    for (const std::string& text : texts) {
      const double angle =
          static_cast<double>(std::stoul(HashText(text).substr(0, 4), nullptr, 16)) / 1e4;
      vectors.push_back(static_cast<float>(std::cos(angle)));
      vectors.push_back(static_cast<float>(std::sin(angle)));
    }
    return vectors;
  }
};

template <class Mask>
std::string Categories(const Dataset& dataset, const Mask& mask) {
  std::string text;
  for (size_t c = 0; c < dataset.categories.size(); ++c)
    if (mask[c] != 0) text += (text.empty() ? "" : ", ") + dataset.categories[c];
  return text.empty() ? "nothing" : text;
}

std::string Items(const Dataset& dataset, const SessionLog& log, size_t cell) {
  std::string text;
  for (size_t k = 0; k < static_cast<size_t>(log.slate); ++k) {
    const size_t at = cell * static_cast<size_t>(log.slate) + k;
    const int32_t item = log.items[at];
    std::string names;
    for (const std::string& name : CategoryNames(dataset, item))
      names += (names.empty() ? "" : "+") + name;
    text += "  item " + dataset.item_ids[static_cast<size_t>(item)] + " (" + names + ")" +
            (log.responses[at] != 0 ? " liked" : "");
  }
  return text;
}

void PrintSession(const Dataset& dataset, const SessionLog& log, int64_t session) {
  const auto s = static_cast<size_t>(session);
  const auto categories = static_cast<size_t>(log.categories);
  Line("\n# Session of user " + dataset.user_ids[static_cast<size_t>(log.user[s])]);
  for (int64_t step = 0; step < log.length[s]; ++step) {
    const size_t cell = log.Cell(session, step);
    std::string ranking;
    for (size_t c = 0; c < categories; ++c) {
      const int16_t category = log.ranking[cell * categories + c];
      if (category >= 0) ranking += " " + dataset.categories[static_cast<size_t>(category)];
    }
    Line("step " + std::to_string(step) + "  budget left " +
         Number(static_cast<double>(log.budget[cell])));
    Line("  last dominant:  " + Categories(dataset, &log.dominant[cell * categories]));
    Line("  ranking (" + std::string(kPlanOriginNames[log.origin[cell]]) + "):" + ranking);
    Line("  plan:           " + Categories(dataset, &log.plan[cell * categories]));
    Line("  slate:        " + Items(dataset, log, cell));
    Line("  reward:         drawn " + Number(static_cast<double>(log.reward[cell])) +
         ", expected " + Number(static_cast<double>(log.expected[cell])));
    std::string action;
    for (size_t a = 0; a < static_cast<size_t>(log.action_width); ++a)
      action +=
          " " +
          Number(static_cast<double>(log.action[cell * static_cast<size_t>(log.action_width) + a]));
    if (!action.empty()) Line("  action:        " + action);
  }
  Line(log.terminated[s] != 0 ? "the user left" : "the session was cut");
}

void PrintStats(const std::string& title, const UpdateStats& stats) {
  std::string text = title + ":";
  for (const auto& [name, value] : stats) text += "  " + name + " " + Number(value);
  Line(text);
}

Actors MakePlaythroughActors(const World& world, RunConfig config) {
  const PlannerConfig planner = config.planner;
  config.planner.name = "none";
  Actors actors = MakeActors(world, config, /*seed=*/1);
  auto made = MakePlanner(
      planner,
      {.dataset = world.dataset,
       .split = world.split,
       .policy_model = world.factors.model,
       .backend = HashingBackend(),
       .oracle = [env = actors.env.get()](
                     int slot,
                     std::span<float> rewards) { env->OracleCategoryRewards(slot, rewards); },
       .craving = [env = actors.env.get()](
                      int slot, std::span<float> added) { env->OracleCraving(slot, added); },
       .embedder = std::make_shared<HashingEmbedder>()});
  actors.plans = std::make_unique<PlanPolicy>(world.dataset, planner, std::move(made),
                                              static_cast<int>(config.slate_size()));
  return actors;
}

std::vector<SessionSpec> Specs(const std::vector<int32_t>& users, int count, uint64_t seed) {
  std::vector<SessionSpec> specs;
  for (int n = 0; n < count; ++n) {
    const auto index = static_cast<size_t>(n);
    specs.push_back({.user = users[index % users.size()],
                     .seed = DeriveSeed(seed, "playthrough", static_cast<uint64_t>(n))});
  }
  return specs;
}

// A student takes three iterations of labels first.
void Teach(const World& world, const Actors& actors) {
  Planner& planner = actors.plans->planner();
  Line("\n# Teaching");
  for (uint64_t n = 1; n <= kIterations; ++n) {
    planner.BeginIteration(n, PlanMode::kTraining);
    const auto specs = Specs(world.split.train_users, kSessions, n);
    planner.Reflect(
        EndedSessions(PlaySessions(world.dataset, *actors.env, *actors.agent, *actors.plans, specs,
                                   {.mode = PlanMode::kTraining})));
    const TeachingFigures figures = planner.teaching()->Teaching();
    Line("iteration " + std::to_string(n) + ":  labels " + std::to_string(figures.labels) +
         "  median age " + std::to_string(figures.median_age) + "  loss " + Number(figures.loss) +
         "  overlap " + Number(figures.overlap) + "  NDCG " + Number(figures.ndcg));
  }
}

// The small task of users who feel like something and say so.
void LetUsersWish(EnvConfig& env) {
  env.task = "evolving";
  env.evolving.max_steps = 6;
  env.evolving.mf = {.factors = 4, .epochs = 3, .batch = 64, .seed = 2};
  env.evolving.craving = {.up = 4, .down = 4};
}

// Learning agents take their warm start and three updates first.
void PlayThrough(const std::string& agent, const std::string& planner) {
  RunConfig config = TinyRun();
  config.agent.name = agent;
  config.planner.name = planner;
  config.planner.student.min_labels = 20;
  // No choice among states hangs on the last bit of a score.
  config.planner.student.uniform_share = 1;
  const fs::path folder = fs::temp_directory_path() / ("playthrough-" + std::to_string(getpid()));
  config.planner.llm.table = (folder / "table.safetensors").string();
  const bool wishes = FindPlannerRow(planner).heeds_wishes;
  if (wishes) LetUsersWish(*config.env);
  const std::unique_ptr<World> world = TinyWorld(config);
  if (wishes)
    world->evolving =
        std::make_shared<EvolvingUsers>(world->dataset, world->split, config.env->evolving.mf);
  const Actors actors = MakePlaythroughActors(*world, config);
  Line("agent " + agent + ", planner " + planner + ", leave rule lerl, budget " +
       ConfigToJson(config)["env"]["budget"].dump() + ", slate " +
       std::to_string(config.slate_size()));
  actors.plans->planner().BeginIteration(1, PlanMode::kTraining);
  if (actors.agent->learns()) {
    Line("\n# Learning");
    PrintStats("warm start", actors.agent->WarmStart());
    for (uint64_t n = 1; n <= kIterations; ++n) {
      const auto specs = Specs(world->split.train_users, kSessions, n);
      const SessionLog log = PlaySessions(world->dataset, *actors.env, *actors.agent, *actors.plans,
                                          specs, {.mode = PlanMode::kTraining});
      PrintStats("update " + std::to_string(n), actors.agent->Update(log));
    }
  }
  if (actors.plans->planner().teaching() != nullptr) Teach(*world, actors);
  const auto specs = Specs(world->split.test_users, kPlayed, 9);
  const SessionLog log = PlaySessions(world->dataset, *actors.env, *actors.agent, *actors.plans,
                                      specs, {.mode = PlanMode::kValidation});
  const Cravings cravings(world->dataset, world->split, *config.env);
  for (int64_t session = 0; session < log.sessions; ++session) {
    PrintSession(world->dataset, log, session);
    const uint64_t seed = log.seed[static_cast<size_t>(session)];
    if (wishes)
      Line("wish: " +
           cravings.Say(cravings.Draw(seed, 0), log.user[static_cast<size_t>(session)], seed, 0)
               .text);
  }
  fs::remove_all(folder);
}

void PrintRows(const Dataset& dataset, int64_t user) {
  Line("\n# First rows of user " + dataset.user_ids[static_cast<size_t>(user)]);
  const int64_t end = std::min(dataset.RowsEnd(user), dataset.RowsBegin(user) + 5);
  for (int64_t row = dataset.RowsBegin(user); row < end; ++row) {
    const auto n = static_cast<size_t>(row);
    const auto item = static_cast<size_t>(dataset.items[n]);
    std::string text = "time " + std::to_string(dataset.times_ms[n]) + "  item " +
                       dataset.item_ids[item] + " \"" + dataset.item_titles[item] + "\" (";
    std::string names;
    for (const std::string& name : CategoryNames(dataset, dataset.items[n]))
      names += (names.empty() ? "" : ", ") + name;
    text += names + ")";
    if (!dataset.values.empty())
      text += "  value " + Number(static_cast<double>(dataset.values[n]));
    for (size_t f = 0; f < dataset.behaviours.size(); ++f)
      text += "  " + dataset.behaviours[f] + " " + std::to_string(dataset.responses[f][n]);
    if (!dataset.organic.empty()) text += "  organic " + std::to_string(dataset.organic[n]);
    Line(text);
  }
}

void DescribeDataset(const std::string& name) {
  Dataset dataset;
  if (name == "csv")
    dataset = LoadDataset("tests/data/shop/shop.toml", {.keep_prepared = false});
  else
    dataset = FindDatasetRow(name).load(name, SampleFolder() / name, {});
  std::fputs(InfoText(Describe(dataset, {}), 0).c_str(), stdout);
  for (int64_t user = 0; user < std::min<int64_t>(2, dataset.num_users()); ++user)
    PrintRows(dataset, user);
}

void List() {
  for (const AgentRow& row : AgentRows()) Line("agent_" + std::string(row.name));
  for (const PlannerRow& row : PlannerRows()) Line("planner_" + std::string(row.name));
  for (const DatasetRow& row : DatasetRows()) Line("data_" + std::string(row.name));
  Line("data_csv");
}

int Run(const std::string& name) {
  const std::string rest = name.substr(name.find('_') + 1);
  if (name == "list")
    List();
  else if (name.starts_with("agent_"))
    PlayThrough(rest, "round_robin");
  else if (name.starts_with("planner_"))
    PlayThrough("popularity", rest);
  else if (name.starts_with("data_"))
    DescribeDataset(rest);
  else
    return 2;
  return 0;
}

}  // namespace
}  // namespace lerl

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  try {
    return lerl::Run(argv[1]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "playthrough %s: %s\n", argv[1], error.what());
    return 1;
  }
}
