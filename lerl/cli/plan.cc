// lerl plan: what a planner sees of one user, what it is asked, and what it plans.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "lerl/agents/items/item_factors.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/cli/commands.h"
#include "lerl/cli/run_options.h"
#include "lerl/llm/backend.h"
#include "lerl/planner/llm/prompt.h"
#include "lerl/planner/plan_policy.h"
#include "lerl/planner/profiles/past_slates.h"
#include "lerl/planner/registry.h"
#include "lerl/sim/rules/leave_rules.h"
#include "lerl/train/run_config.h"
#include "lerl/wishes/wish_text.h"

namespace lerl {
namespace {

constexpr size_t kLongestTitle = 60;
constexpr double kLeastShown = 0.1;  // of what a wish says of a category

struct PlanFlags {
  std::string dataset, config, user, planner, model;
  std::optional<std::string> wish;
  std::vector<std::string> sets;
  int step = 1;
  bool json = false;
};

RunConfig ReadConfig(const PlanFlags& options) {
  // What is typed wins over what this command takes where nothing is said.
  std::vector<std::string> sets;
  if (options.config.empty())
    sets.push_back(options.wish ? "planner.name=\"wish_embeddings\"" : "planner.name=\"llm\"");
  sets.insert(sets.end(), options.sets.begin(), options.sets.end());
  const auto set = [&sets](const std::string& key, const std::string& value) {
    if (!value.empty()) sets.push_back(key + "=" + nlohmann::json(value).dump());
  };
  set("data.name", options.dataset);
  set("planner.name", options.planner);
  set("planner.llm.model", options.model);
  return ReadRunConfig(options.config.empty() ? ConfigSource::FromText("", "lerl plan", sets)
                                              : RunSource(options.config).With(sets));
}

std::string CategoryList(const Dataset& dataset, std::span<const int32_t> categories) {
  std::string text;
  for (const int32_t c : categories) {
    text += (text.empty() ? "" : ", ") + SafeText(dataset.categories[At(c)], 40);
  }
  return text.empty() ? "no category" : text;
}

// The session so far, for which a user's latest training rows stand.
std::vector<PastSlate> TakePast(const Dataset& dataset, const Split& split, int32_t user, int steps,
                                int64_t slate_size) {
  const int64_t rows = std::ranges::ssize(PastRows(dataset, split, user));
  if (rows < slate_size * steps) {
    throw Error(ErrorKind::kUsage, "--step " + std::to_string(steps) + ": the user has only " +
                                       std::to_string(rows) + " training rows, " +
                                       std::to_string(slate_size) +
                                       " (env.slate_size) make a step; give fewer steps");
  }
  return PastSlates(dataset, split, user, steps, slate_size);
}

nlohmann::json HistoryJson(const Dataset& dataset, std::span<const PastSlate> past) {
  nlohmann::json steps = nlohmann::json::array();
  for (const PastSlate& slate : past) {
    nlohmann::json items = nlohmann::json::array();
    for (size_t k = 0; k < slate.items.size(); ++k) {
      const auto item = At(slate.items[k]);
      const std::string& title = dataset.item_titles[item];
      items.push_back(
          {{"item", SafeText(title.empty() ? dataset.item_ids[item] : title, kLongestTitle)},
           {"categories", CategoryList(dataset, dataset.CategoriesOf(slate.items[k]))},
           {"liked", slate.responses[k] != 0}});
    }
    steps.push_back(items);
  }
  return steps;
}

// What the language model was asked, and its scores of all categories.
void AddQuestion(LanguageModelPlanner& planner, const Dataset& dataset, const PlanRequest& request,
                 nlohmann::json& result) {
  const std::string suffix = planner.SuffixOf(request);
  result["prompt"] = planner.SharedPrefix() + suffix;
  result["prompt_tokens"] = {{"shared", planner.backend().CountTokens(planner.SharedPrefix())},
                             {"own", planner.backend().CountTokens(suffix)}};
  result["model"] = planner.backend().name();
  const std::vector<float> scores = planner.ScoresOf(request, PlanMode::kEvaluation);
  nlohmann::json rows = nlohmann::json::array();
  for (size_t c = 0; c < scores.size(); ++c) {
    rows.push_back(
        {{"category", SafeText(dataset.categories[c], 40)},
         {"label", planner.labels()[c]},
         {"score", std::isfinite(scores[c]) ? nlohmann::json(scores[c]) : nlohmann::json()}});
  }
  std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
    return a["score"].is_number() &&
           (!b["score"].is_number() ||
            a["score"].template get<double>() > b["score"].template get<double>());
  });
  result["scores"] = rows;
}

// What the wish says of the categories, and how the planner would rank without it.
void AddWish(const Plan& plan, const Plan& without, const Dataset& dataset,
             nlohmann::json& result) {
  nlohmann::json said = nlohmann::json::object();
  for (size_t c = 0; c < plan.wish.size(); ++c)
    if (std::abs(plan.wish[c]) >= kLeastShown)
      said[SafeText(dataset.categories[c], 40)] = plan.wish[c];
  result["wish_scores"] = said;
  result["ranking_without_wish"] = nlohmann::json::array();
  for (const int16_t c : without.ranking)
    result["ranking_without_wish"].push_back(SafeText(dataset.categories[At(c)], 40));
}

// Shows the question on its way to the planner and remembers it.
class Listener : public Planner {
 public:
  Listener(std::unique_ptr<Planner> planner, const Dataset& dataset, nlohmann::json& result)
      : planner_(std::move(planner)), dataset_(dataset), result_(result) {}
  std::string name() const override { return planner_->name(); }
  std::vector<Plan> Rank(std::span<const PlanRequest> requests, PlanMode mode) override {
    std::vector<Plan> plans = planner_->Rank(requests, mode);
    // A planner that weighs its model may not have asked it.
    LanguageModelPlanner* asking = planner_->language_model();
    if (asking != nullptr && planner_->prior() == nullptr)
      AddQuestion(*asking, dataset_, requests[0], result_);
    if (!requests[0].wish.empty()) {
      PlanRequest silent = requests[0];
      silent.wish = {};
      AddWish(plans[0], planner_->Rank({&silent, 1}, mode).at(0), dataset_, result_);
    }
    return plans;
  }

 private:
  const std::unique_ptr<Planner> planner_;
  const Dataset& dataset_;
  nlohmann::json& result_;
};

// Plays the session so far back to the planner, which then plans the next slate.
SlotPlan PlanNext(const Dataset& dataset, std::span<const PastSlate> past, const std::string& wish,
                  PlanPolicy& policy) {
  std::vector<uint8_t> excluded(At(dataset.num_items()), 0);
  std::vector<uint8_t> dominant(At(dataset.num_categories()) + 1, 0);
  for (const PastSlate& slate : past) {
    for (const int32_t item : slate.items) excluded[At(item)] = 1;
    policy.Observe(0, slate.items, slate.responses);
    dominant = DominantCategories(dataset, slate.items);
  }
  dominant.pop_back();  // the pseudo category of items without one
  std::vector<SlotPlan> plans;
  const SlotInput input = {
      .slot = 0, .step = 0, .dominant = dominant, .excluded = excluded, .wish = wish};
  policy.Plan({&input, 1}, PlanMode::kEvaluation, plans);
  return plans[0];
}

// Adds ranking and plan. Categories of the plan stand best first; those that the ranking lacks come
// last.
void AddAnswer(const Dataset& dataset, const SlotPlan& plan, nlohmann::json& result) {
  const auto names = [&dataset](const std::vector<int16_t>& categories) {
    nlohmann::json list = nlohmann::json::array();
    for (const int16_t c : categories) list.push_back(SafeText(dataset.categories[At(c)], 40));
    return list;
  };
  result["ranking"] = names(plan.ranking);
  result["plan"] = names(plan.InOrder());
  result["origin"] = kPlanOriginNames[At(plan.origin)];
  result["reason"] = plan.reason;
  result["widened"] = plan.widened;
}

nlohmann::json PlanFor(const PlanFlags& options) {
  // 1. The data, the user, and the planner with a listener between it and the policy.
  const std::string wish = options.wish ? CheckedWish("--wish", *options.wish) : "";
  const RunConfig config = ReadConfig(options);
  CheckLanguageModel(config.planner);
  const Dataset dataset = LoadDataset(config.data.name, config.data.options);
  const Split split = MakeSplit(dataset, config.split);
  const int32_t user = FindShownUser(dataset, split, "--user " + options.user, options.user);
  const int64_t slate_size = config.slate_size();
  const std::vector<PastSlate> past = TakePast(dataset, split, user, options.step, slate_size);
  const ItemFactors factors = FitItemFactors(dataset, split, config.agent.factors);
  nlohmann::json result = {{"dataset", dataset.name},
                           {"user", options.user},
                           {"slate_size", slate_size},
                           {"planner", config.planner.name},
                           {"session", HistoryJson(dataset, past)}};
  if (options.wish) result["wish"] = wish;
  if (LooksForeign(wish)) result["wish_looks_foreign"] = true;
  PlanPolicy policy(
      dataset, config.planner,
      std::make_unique<Listener>(
          MakePlanner(config.planner,
                      {.dataset = dataset, .split = split, .policy_model = factors.model}),
          dataset, result),
      static_cast<int>(slate_size));
  policy.Prepare(1);
  policy.Start(0, user, /*session_seed=*/1);
  // 2. Its plan after the session so far.
  AddAnswer(dataset, PlanNext(dataset, past, wish, policy), result);
  return result;
}

std::string Text(const nlohmann::json& json) { return json.get<std::string>(); }

std::string Join(const nlohmann::json& names) {
  std::string text;
  for (const nlohmann::json& name : names) text += (text.empty() ? "" : ", ") + Text(name);
  return text;
}

void PrintWish(const nlohmann::json& result) {
  std::printf("\nWish: \"%s\"%s\n", Text(result["wish"]).c_str(),
              result.contains("wish_looks_foreign")
                  ? "\n  Hardly a word of it is known (another language?); it is read all the same."
                  : "");
  if (result.contains("prompt")) {
    std::printf("  It stands in the prompt.\n");
  } else if (result["wish_scores"].empty()) {
    std::printf("  Nothing was found in it: the plan is the one without it.\n");
  }
  std::vector<std::pair<double, std::string>> said;
  for (const auto& [category, score] : result["wish_scores"].items())
    said.emplace_back(score.get<double>(), category);
  std::ranges::sort(said, std::greater());
  for (const auto& [score, category] : said)
    std::printf("  %-9s  %-20s %5.2f\n", score > 0 ? "asked for" : "refused", category.c_str(),
                score);
  std::printf("\nRanking without it\n  %s\n", Join(result["ranking_without_wish"]).c_str());
}

void Print(const nlohmann::json& result) {
  std::printf("Session of user %s of %s so far (the latest training rows, %ld a step; + liked)\n",
              Text(result["user"]).c_str(), Text(result["dataset"]).c_str(),
              result["slate_size"].get<long>());
  if (result["session"].empty()) std::printf("  nothing was shown yet\n");
  for (size_t step = 0; step < result["session"].size(); ++step) {
    std::printf("  step %zu\n", step + 1);
    for (const nlohmann::json& item : result["session"][step]) {
      std::printf("    %s %s (%s)\n", item["liked"].get<bool>() ? "+" : "-",
                  Text(item["item"]).c_str(), Text(item["categories"]).c_str());
    }
  }
  if (result.contains("prompt")) {
    std::printf("\nPrompt of %s (%d shared + %d own tokens)\n%s\n", Text(result["model"]).c_str(),
                result["prompt_tokens"]["shared"].get<int>(),
                result["prompt_tokens"]["own"].get<int>(), Text(result["prompt"]).c_str());
    std::printf("\nScores (log-probability of each label, before candidates are applied)\n");
    for (const nlohmann::json& row : result["scores"]) {
      std::printf("  %s  %-20s ", Text(row["label"]).c_str(), Text(row["category"]).c_str());
      if (row["score"].is_number()) {
        std::printf("%.4f\n", row["score"].get<double>());
      } else {
        std::printf("not named\n");
      }
    }
  }
  if (result.contains("wish")) PrintWish(result);
  std::printf("\nRanking of %s (%s%s)\n  %s\nPlan\n  %s%s\n", Text(result["planner"]).c_str(),
              Text(result["origin"]).c_str(),
              Text(result["reason"]).empty() ? "" : (": " + Text(result["reason"])).c_str(),
              Join(result["ranking"]).c_str(), Join(result["plan"]).c_str(),
              result["widened"] > 0 ? " (widened)" : "");
}

}  // namespace

void AddPlanCommand(CLI::App& app) {
  auto options = std::make_shared<PlanFlags>();
  CLI::App* command = app.add_subcommand(
      "plan", "what a planner sees of one user, what it is asked, and what it plans");
  command->add_option("--dataset", options->dataset,
                      "a data set (`lerl list`) or a TOML file; without it that of the "
                      "configuration, or ml-100k");
  command->add_option("--user", options->user, "a user, as the data set names it; needed");
  command->add_option("--planner", options->planner,
                      "the planner (`lerl list`); without it that of the configuration, or llm");
  command
      ->add_option("--step", options->step,
                   "steps that the session already has: the user's latest training rows")
      ->check(CLI::Range(0, 100))
      ->capture_default_str();
  command->add_option("--wish", options->wish,
                      "what the user feels like, in words; without --planner and --config "
                      "wish_embeddings plans");
  command->add_option("--model", options->model, "a GGUF file in place of the default model");
  command->add_option("--config", options->config, "TOML configuration of a run");
  command->add_option("--set", options->sets,
                      "override settings: --set planner.llm.calibrate=neutral planner.plan_size=2");
  command->add_flag("--json", options->json, "as JSON");
  command->footer(
      "Examples:\n"
      "  lerl plan --dataset ml-100k --user 42\n"
      "  lerl plan --dataset ml-100k --user 42 --model path/to/model.gguf\n"
      "  lerl plan --dataset ml-100k --user 42 --planner fatigue_aware --step 3\n"
      "  lerl plan --dataset ml-100k --user 42 --wish \"something light and funny, no war films\"\n"
      "  lerl plan export --help");
  AddPlanExportCommand(*command);
  AddPlanPromptCommands(*command);
  AddPlanTuneModelCommand(*command);
  command->callback([options, command] {
    if (!command->get_subcommands().empty()) return;
    if (options->user.empty())
      throw Error(ErrorKind::kUsage, "lerl plan: --user is missing; name a user of the data set");
    const nlohmann::json result = PlanFor(*options);
    if (options->json) {
      std::printf("%s\n", result.dump(2).c_str());
    } else {
      Print(result);
    }
  });
}

}  // namespace lerl
