// lerl recommend: what a finished run shows to one user, to a list of users, or to all.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <string_view>
#include <utility>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/index.h"
#include "lerl/base/log.h"
#include "lerl/base/printable.h"
#include "lerl/cli/commands.h"
#include "lerl/cli/run_options.h"
#include "lerl/planner/registry.h"
#include "lerl/train/recommendations.h"
#include "lerl/train/run_folder.h"
#include "lerl/train/run_search.h"
#include "lerl/train/trainer.h"

namespace lerl {
namespace {

constexpr int64_t kLikesShown = 3;
constexpr size_t kTitleColumns = 44;

struct RecommendFlags {
  RunOptions run;
  std::string runs = "runs", users_file;
  std::vector<std::string> users;
  bool all = false, json = false, csv = false;
  std::optional<int64_t> seed;
  RecommendConfig recommend;
};

// Adds everybody whom the split opens, and says how many it leaves out.
void TakeAll(const Split& split, const std::function<void(int32_t)>& take) {
  int64_t closed = 0;
  for (size_t user = 0; user < split.closed.size(); ++user) {
    closed += split.closed[user];
    if (split.closed[user] == 0) take(static_cast<int32_t>(user));
  }
  const auto sealed = std::ssize(split.sealed_users);
  if (closed == 0) return;
  LogInfo("--all leaves out " + std::to_string(sealed) + " sealed users" +
          (closed == sealed ? std::string()
                            : " and, of sessions of several slates, " +
                                  std::to_string(closed - sealed) + " test users"));
}

// --user, --users and --all, one after the other, each user once.
std::vector<int32_t> UsersOf(const RecommendFlags& options, const World& world) {
  const Dataset& dataset = world.dataset;
  std::vector<int32_t> users;
  std::vector<uint8_t> taken(At(dataset.num_users()), 0);
  const auto take = [&](int32_t user) {
    if (std::exchange(taken[At(user)], uint8_t{1}) == 0) users.push_back(user);
  };
  for (const std::string& name : options.users)
    take(FindShownUser(dataset, world.split, "--user " + name, name));
  if (!options.users_file.empty()) {
    const std::string text = ReadFile(options.users_file);
    for (size_t begin = 0, line = 1; begin < text.size(); ++line) {
      const size_t end = std::min(text.find('\n', begin), text.size());
      const std::string name(Trimmed(std::string_view(text).substr(begin, end - begin), " \r\t"));
      begin = end + 1;
      if (name.empty()) continue;
      try {
        take(FindShownUser(dataset, world.split, name, name));
      } catch (const Error& error) {
        throw Error(ErrorKind::kUsage,
                    options.users_file + ":" + std::to_string(line) + ": " + error.what());
      }
    }
  }
  if (options.all) TakeAll(world.split, take);
  if (users.empty())
    throw Error(ErrorKind::kUsage,
                "lerl recommend: nobody is named; give --user NAME, --users FILE or --all");
  return users;
}

std::string TitleOf(const Dataset& dataset, int32_t item) {
  const std::string& title = dataset.item_titles[At(item)];
  return title.empty() ? dataset.item_ids[At(item)] : title;
}

std::vector<std::string> CategoriesOf(const Dataset& dataset, int32_t item) {
  std::vector<std::string> names;
  for (const int32_t c : dataset.CategoriesOf(item)) names.push_back(dataset.categories[At(c)]);
  return names;
}

std::string Join(const std::vector<std::string>& names, const char* between) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : between) + name;
  return text;
}

// The categories of a plan, best first; {} where it leaves none out.
std::vector<std::string> PlanOf(const Dataset& dataset, const SlotPlan& plan) {
  std::vector<std::string> names;
  if (std::ranges::count(plan.plan, uint8_t{0}) == 0) return names;
  for (const int16_t c : plan.InOrder()) names.push_back(dataset.categories[At(c)]);
  return names;
}

bool Liked(const Recommendation& slate, size_t n) { return (slate.responses[n] & 1U) != 0; }

nlohmann::json ItemsJson(const Dataset& dataset, const Recommendation& slate) {
  nlohmann::json items = nlohmann::json::array();
  for (size_t n = 0; n < slate.items.size(); ++n) {
    nlohmann::json& item = items.emplace_back();
    item = {{"item", dataset.item_ids[At(slate.items[n])]},
            {"title", dataset.item_titles[At(slate.items[n])]},
            {"categories", CategoriesOf(dataset, slate.items[n])},
            {"score", slate.scores[n]}};
    if (!slate.responses.empty()) item["simulated_" + dataset.behaviours[0]] = Liked(slate, n);
  }
  return items;
}

void PrintJson(const Dataset& dataset, const std::vector<Recommendation>& slates,
               nlohmann::json about) {
  about["slates"] = nlohmann::json::array();
  for (const Recommendation& slate : slates)
    about["slates"].push_back({{"user", dataset.user_ids[At(slate.user)]},
                               {"step", slate.step + 1},
                               {"plan", PlanOf(dataset, slate.plan)},
                               {"origin", kPlanOriginNames[At(slate.plan.origin)]},
                               {"reason", slate.plan.reason},
                               {"items", ItemsJson(dataset, slate)}});
  std::printf("%s\n", about.dump(2).c_str());
}

void PrintCsv(const Dataset& dataset, const std::vector<Recommendation>& slates) {
  std::printf("user,step,position,item,title,categories,score,plan,origin\n");
  for (const Recommendation& slate : slates)
    for (size_t n = 0; n < slate.items.size(); ++n)
      std::printf("%s,%d,%zu,%s,%s,%s,%.6g,%s,%s\n",
                  CsvField(dataset.user_ids[At(slate.user)]).c_str(), slate.step + 1, n + 1,
                  CsvField(dataset.item_ids[At(slate.items[n])]).c_str(),
                  CsvField(dataset.item_titles[At(slate.items[n])]).c_str(),
                  CsvField(Join(CategoriesOf(dataset, slate.items[n]), "|")).c_str(),
                  static_cast<double>(slate.scores[n]),
                  CsvField(Join(PlanOf(dataset, slate.plan), "|")).c_str(),
                  kPlanOriginNames[At(slate.plan.origin)]);
}

// What the user liked last in the training rows, newest first.
std::string LikedLast(const World& world, int32_t user) {
  std::vector<std::string> titles;
  for (int64_t row = world.split.train_end[At(user)] - 1;
       row >= world.dataset.RowsBegin(user) && std::ssize(titles) < kLikesShown; --row) {
    if (world.dataset.responses[0][At(row)] != 0)
      titles.push_back(Printable(TitleOf(world.dataset, world.dataset.items[At(row)])));
  }
  const std::string behaviour = Printable(world.dataset.behaviours[0]);
  if (titles.empty()) return "no '" + behaviour + "' in the training rows";
  return "newest '" + behaviour + "': " + Join(titles, "; ");
}

std::string PlanText(const Dataset& dataset, const RunConfig& config, const SlotPlan& plan) {
  const std::string names = Join(PlanOf(dataset, plan), ", ");
  if (names.empty()) return "chosen among all categories";
  std::string text = "chosen within " + Printable(names) + ", planned by " + config.planner.name;
  const std::string origin = kPlanOriginNames[At(plan.origin)];
  if (origin != "rule") text += " (" + origin + ")";
  if (!plan.reason.empty()) text += ": " + Printable(plan.reason);
  return text;
}

void PrintText(const World& world, const RunConfig& config,
               const std::vector<Recommendation>& slates) {
  const Dataset& dataset = world.dataset;
  int32_t shown = -1;
  bool simulated = false;
  for (const Recommendation& slate : slates) {
    if (slate.user != shown || slate.step == 0)
      std::printf("%sFor %s (%s)\n", shown < 0 ? "" : "\n",
                  Printable(dataset.user_ids[At(slate.user)]).c_str(),
                  LikedLast(world, slate.user).c_str());
    shown = slate.user;
    std::printf("  Slate %d, %s:\n", slate.step + 1, PlanText(dataset, config, slate.plan).c_str());
    for (size_t n = 0; n < slate.items.size(); ++n) {
      simulated |= !slate.responses.empty();
      const char mark = slate.responses.empty() ? ' ' : Liked(slate, n) ? '+' : '-';
      const std::string title = Printable(TitleOf(dataset, slate.items[n]));
      const size_t blanks = title.size() < kTitleColumns ? kTitleColumns - title.size() : 0;
      std::printf("  %c %2zu. %s%s  %s\n", mark, n + 1, title.c_str(),
                  std::string(blanks, ' ').c_str(),
                  Printable(Join(CategoriesOf(dataset, slate.items[n]), ", ")).c_str());
    }
  }
  if (simulated)
    std::printf(
        "\n+ and -: answers that the simulator's model of the user drew. Nobody gave "
        "them, and later slates follow from them.\n");
}

// A first slate follows from the user's past alone, so test users may see theirs. A session that
// goes on shows how the simulated user answers, so they stay closed in it.
void OpenSplit(const RecommendFlags& options, World& world) {
  if (options.recommend.steps == 1) CloseHeldOut(world.split, HeldOut::kTest);
}

void ExecuteRecommend(RecommendFlags options) {
  // 1. The run.
  const RunConfig config = options.run.Read();
  const std::filesystem::path group = FindFinishedGroup(options.runs, config);
  const int64_t seed = options.seed.value_or(config.train.seeds[0]);
  if (std::ranges::find(config.train.seeds, seed) == config.train.seeds.end())
    throw Error(ErrorKind::kUsage, "--seed " + std::to_string(seed) +
                                       ": the configuration trains no such seed; its train.seeds "
                                       "begin with " +
                                       std::to_string(config.train.seeds[0]));
  const std::unique_ptr<World> world = LoadWorld(config);
  OpenSplit(options, *world);
  const std::vector<int32_t> users = UsersOf(options, *world);
  const std::filesystem::path folder = SeedFolder(group, seed);
  Actors actors = LoadRun(*world, config, seed, folder);
  // 2. Its slates.
  options.recommend.seed = seed;
  options.recommend.reorder = config.evaluation.reorder;
  const std::vector<Recommendation> slates = Recommend(*world, options.recommend, users, actors);
  if (options.csv) return PrintCsv(world->dataset, slates);
  if (options.json)
    return PrintJson(world->dataset, slates,
                     {{"dataset", world->dataset.name},
                      {"agent", config.agent.name},
                      {"planner", config.planner.name},
                      {"run", folder.string()},
                      {"seed", seed}});
  PrintText(*world, config, slates);
}

}  // namespace

void AddRecommendCommand(CLI::App& app) {
  auto options = std::make_shared<RecommendFlags>();
  CLI::App* command = app.add_subcommand(
      "recommend", "what a finished run shows to a user, to a list of users, or to all");
  options->run.AddTo(*command);
  command->add_option("--runs", options->runs, "folder that is searched for runs")
      ->capture_default_str();
  command
      ->add_option("--user", options->users, "a user, as the data set names it; several in a row")
      ->take_all();
  command->add_option("--users", options->users_file, "a file with a user on each line");
  command->add_flag("--all", options->all, "all users who are not sealed");
  command
      ->add_option("--top", options->recommend.items,
                   "how many items, best first; without it those of a slate")
      ->check(CLI::Range(int64_t{1}, int64_t{1000}));
  command
      ->add_option("--steps", options->recommend.steps,
                   "slates in a row; the simulator answers all but the last")
      ->check(CLI::Range(int64_t{1}, int64_t{1000}))
      ->capture_default_str();
  command->add_option("--seed", options->seed,
                      "which of the run's seeds; without it the first of train.seeds");
  CLI::Option* json = command->add_flag("--json", options->json, "as one JSON object");
  command->add_flag("--csv", options->csv, "as CSV, a row per item")->excludes(json);
  command->footer(
      "Examples:\n"
      "  lerl recommend --config configs/ml100k_lerl.toml --user 42\n"
      "  lerl recommend --config configs/ml100k_lerl.toml --all --top 20 --csv\n"
      "  lerl recommend --config configs/ml100k_lerl.toml --user 42 --steps 5\n"
      "The run is the newest finished one of the configuration (`lerl train`). What stands in a\n"
      "user's training rows is not shown again unless env.exclude_history is off. Sealed users "
      "are\n"
      "shown nothing (split.sealed_users).");
  command->callback([options] { ExecuteRecommend(*options); });
}

}  // namespace lerl
