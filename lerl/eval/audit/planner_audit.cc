#include "lerl/eval/audit/planner_audit.h"

#include <algorithm>
#include <functional>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/base/progress.h"
#include "lerl/base/rng.h"
#include "lerl/eval/audit/audit_users.h"
#include "lerl/eval/audit/plan_figures.h"
#include "lerl/eval/audit/planner_practice.h"
#include "lerl/planner/llm/llm_planner.h"
#include "lerl/planner/profiles/past_slates.h"
#include "lerl/planner/profiles/user_profiles.h"
#include "lerl/planner/registry.h"
#include "lerl/planner/session_state.h"
#include "lerl/planner/student/agreement.h"
#include "lerl/sim/rules/leave_rules.h"
#include "lerl/train/trainer.h"

namespace lerl {
namespace {

constexpr int64_t kStates = kAuditedStates, kOverlapOf = 3;

class Audit {
 public:
  Audit(const World& world, const RunConfig& config, const AuditOptions& options)
      : world_(world),
        config_(config),
        options_(options),
        rows_behind_(config.slate_size() * (kAuditedStates - 1)),
        users_(AuditedUsers(world, config, options.users)),
        env_(MakeWorldEnv(world, *config.env, static_cast<int>(users_.size()))),
        profiles_(world.dataset, world.split),
        backend_(LlmBackendOf(config.planner, options.backend)) {}

  std::vector<AuditRow> Run() {
    std::vector<AuditRow> rows;
    const auto registry = PlannerRows();
    Progress progress("audit", std::ssize(registry), "planners");
    for (size_t i = 0; i < registry.size(); ++i) {
      if (!Asked(registry[i])) continue;
      AddRowsOf(registry[i], rows);
      progress.Advance(static_cast<int64_t>(i) + 1, std::string(registry[i].name));
    }
    return rows;
  }

 private:
  // Planners that heed wishes are judged where they are named: the states here have none.
  bool Asked(const PlannerRow& row) const {
    const std::vector<std::string>& names = options_.planners;
    if (names.empty()) return !row.heeds_wishes;
    return std::find(names.begin(), names.end(), row.name) != names.end();
  }

  RunConfig ConfigOf(const PlannerRow& row) const {
    RunConfig config = config_;
    config.planner.name = row.name;
    config.planner.skip_last = false;
    config.planner.cadence = 1;
    config.planner.replan = "every_n";
    config.planner.published_mask = false;  // it is of ppo
    config.agent.name = "popularity";
    config.train.slots = kPracticeSessions;
    return config;
  }

  PlannerContext Context() const {
    return {.dataset = world_.dataset,
            .split = world_.split,
            .policy_model = world_.factors.model,
            .backend = backend_,
            .oracle = [env = env_.get()](
                          int slot,
                          std::span<float> rewards) { env->OracleCategoryRewards(slot, rewards); },
            .craving = [env = env_.get()](
                           int slot, std::span<float> added) { env->OracleCraving(slot, added); }};
  }
  std::unique_ptr<Planner> Make(const RunConfig& config) const {
    return MakePlanner(config.planner, Context());
  }

  // The planner of the finished run, as its checkpoint holds it.
  std::unique_ptr<Planner> LoadOwn(const RunConfig& config) const {
    const Actors actors = LoadRun(world_, config_, options_.run_seed, options_.run);
    TensorFile file;
    actors.plans->planner().Save(file);
    std::unique_ptr<Planner> planner = Make(config);
    planner->Load(file);
    return planner;
  }

  // Makes a planner anew, as it is judged, under settings that may name another permutation.
  using Maker = std::function<std::unique_ptr<Planner>(const RunConfig&)>;

  void AddRowsOf(const PlannerRow& planner, std::vector<AuditRow>& rows);
  void AddRowsOfTemplates(const RunConfig& config, std::vector<AuditRow>& rows);
  void AddRowOfLetters(const RunConfig& config, std::vector<AuditRow>& rows);
  void AddRowOfTuned(const RunConfig& config, std::vector<AuditRow>& rows);
  void AddRowsOfRun(const RunConfig& config, bool asks_model, std::vector<AuditRow>& rows);
  TensorFile PlaySome(const RunConfig& config) const;
  void LearnWeight(PriorPlanner& planner) const;
  AuditRow Judge(const RunConfig& config, const Maker& make, const std::string& state);
  void StartAll(uint64_t seed, PlanPolicy& policy);
  void JudgeState(PlanPolicy& policy, size_t seed, int64_t state, PlanFigures& figures,
                  std::vector<std::vector<int16_t>>& rankings);
  void TakeSlate(size_t user, int64_t state, PlanPolicy& policy);

  const World& world_;
  const RunConfig& config_;
  const AuditOptions& options_;
  const int64_t rows_behind_;  // training rows that a user needs
  const std::vector<int32_t> users_;
  const std::unique_ptr<Env> env_;
  UserProfiles profiles_;
  const std::shared_ptr<LlmBackend> backend_;
  std::vector<std::vector<uint8_t>> excluded_, dominant_, last_plan_;  // [users]
};

void Audit::AddRowsOf(const PlannerRow& planner, std::vector<AuditRow>& rows) {
  const RunConfig config = ConfigOf(planner);
  const std::unique_ptr<Planner> probe = Make(config);
  const auto make = [this](const RunConfig& own) { return Make(own); };
  if (planner.name == config_.planner.name && !options_.run.empty()) {
    AddRowsOfRun(config, probe->language_model() != nullptr, rows);
  } else if (!probe->learns()) {
    rows.push_back(Judge(config, make, ""));
  }
  if (planner.name == "llm" && options_.letters_too) AddRowOfLetters(config, rows);
  if (planner.name == "llm" && !options_.tuned.empty()) AddRowOfTuned(config, rows);
  if (planner.name == "llm") AddRowsOfTemplates(config, rows);
  if (!probe->learns()) return;
  const auto from_logs = [this](const RunConfig& own) {
    std::unique_ptr<Planner> fresh = Make(own);
    if (PriorPlanner* prior = fresh->prior()) LearnWeight(*prior);
    return fresh;
  };
  rows.push_back(Judge(config, from_logs, "from logs"));
  const TensorFile practised = PlaySome(config);
  const auto played = [this, &practised](const RunConfig& own) {
    std::unique_ptr<Planner> planner_of_seed = Make(own);
    planner_of_seed->Load(practised);
    return planner_of_seed;
  };
  rows.push_back(Judge(config, played, "played"));
}

void Audit::AddRowsOfTemplates(const RunConfig& config, std::vector<AuditRow>& rows) {
  if (config.planner.llm.answer_mode() != "names") return;
  for (const std::string& name : options_.templates) {
    if (name == config.planner.llm.names_template) continue;
    RunConfig other = config;
    other.planner.llm.names_template = name;
    rows.push_back(Judge(
        other, [this](const RunConfig& own) { return Make(own); }, kTemplateState + name));
  }
}

void Audit::AddRowOfLetters(const RunConfig& config, std::vector<AuditRow>& rows) {
  if (config.planner.llm.answer_mode() != "names") return;
  RunConfig letters = config;
  letters.planner.llm.mode = "letters";
  rows.push_back(Judge(
      letters, [this](const RunConfig& own) { return Make(own); }, "letters"));
}

// A tuned model's scores are what it learned: nothing is subtracted from them.
void Audit::AddRowOfTuned(const RunConfig& config, std::vector<AuditRow>& rows) {
  RunConfig tuned = config;
  tuned.planner.llm.lora = options_.tuned.string();
  tuned.planner.llm.calibrate = "off";
  PlannerContext context = Context();
  context.backend = LlmBackendOf(tuned.planner, nullptr);
  rows.push_back(Judge(
      tuned, [&](const RunConfig& own) { return MakePlanner(own.planner, context); }, "tuned"));
}

// The rows of the configuration's own planner, from its finished run.
void Audit::AddRowsOfRun(const RunConfig& config, bool asks_model, std::vector<AuditRow>& rows) {
  rows.push_back(Judge(
      config, [this](const RunConfig& own) { return LoadOwn(own); }, "run"));
  if (!asks_model) return;
  RunConfig without = config;
  without.planner.llm.sampled_reflections = 0;
  const auto plain = [this](const RunConfig& own) {
    std::unique_ptr<Planner> planner = LoadOwn(own);
    planner->language_model()->ShowReflections({});
    return planner;
  };
  rows.push_back(Judge(without, plain, "run, no reflections"));
  rows.back().agreement = AgreementOf(rows.back(), rows.end()[-2]);
}

// The state of a planner that has practised.
TensorFile Audit::PlaySome(const RunConfig& config) const {
  RunConfig practice = config;
  practice.planner = config_.planner;
  practice.planner.name = config.planner.name;
  practice.planner.published_mask = false;  // as in ConfigOf
  Actors actors = MakeActors(world_, practice, /*seed=*/1, {.backend = backend_});
  if (!Practise(world_, actors, options_.iterations, /*seed=*/1)) {
    const std::string reason = actors.plans->planner().Report().stop_reason;
    if (!reason.empty())
      throw Error(ErrorKind::kUnusable,
                  "audit planner: practice of " + config.planner.name + " can't go on: " + reason);
  }
  TensorFile file;
  actors.plans->planner().Save(file);
  return file;
}

// Fits w to the next likes of training users, at the start of a session. Nobody is judged by them.
void Audit::LearnWeight(PriorPlanner& planner) const {
  const std::vector<int32_t> users =
      UsersToJudge(world_, world_.split.train_users, rows_behind_, options_.users);
  const auto categories = At(world_.dataset.num_categories());
  const std::vector<uint8_t> candidates(categories, 1), dominant(categories, 0);
  const SessionState state(categories);
  // A request of each user before the first slate, and what the user liked next.
  std::vector<PlanRequest> requests;
  std::vector<std::vector<double>> liked;
  for (const int32_t user : users) {
    PlanRequest request = state.Request();
    request.user = user;
    request.candidates = candidates;
    request.dominant = dominant;
    requests.push_back(request);
    const CategoryCounts next = NextLikes(world_, user);
    liked.emplace_back();
    for (const int32_t likes : next.liked)
      liked.back().push_back(static_cast<double>(likes) / static_cast<double>(next.total_liked));
  }
  planner.LearnWeight(requests, liked);
}

// Everybody starts: no slate was shown, nothing was planned.
void Audit::StartAll(uint64_t seed, PlanPolicy& policy) {
  // One set of reflections.
  policy.planner().BeginIteration(DeriveSeed(1, "evaluation"), PlanMode::kEvaluation);
  policy.Prepare(static_cast<int>(users_.size()));
  const auto categories = At(world_.dataset.num_categories());
  excluded_.assign(users_.size(), std::vector<uint8_t>(At(world_.dataset.num_items()), 0));
  dominant_.assign(users_.size(), std::vector<uint8_t>(categories, 0));
  last_plan_ = dominant_;
  for (size_t user = 0; user < users_.size(); ++user) {
    const uint64_t session = DeriveSeed(seed, "audit", static_cast<uint64_t>(users_[user]));
    env_->Start(static_cast<int>(user), users_[user], session);
    policy.Start(static_cast<int>(user), users_[user], session);
  }
}

// Shows a user the slate that comes before `state`, one of the latest training rows.
void Audit::TakeSlate(size_t user, int64_t state, PlanPolicy& policy) {
  const PastSlate slate = PastSlates(world_.dataset, world_.split, users_[user], kStates - 1,
                                     config_.slate_size())[At(state - 1)];
  for (const int32_t item : slate.items) excluded_[user][At(item)] = 1;
  dominant_[user] = DominantCategories(world_.dataset, slate.items);
  dominant_[user].pop_back();  // the pseudo category of items without one
  policy.Observe(static_cast<int>(user), slate.items, slate.responses);
}

void Audit::JudgeState(PlanPolicy& policy, size_t seed, int64_t state, PlanFigures& figures,
                       std::vector<std::vector<int16_t>>& rankings) {
  // 1. All users reach the state, and are planned for together.
  std::vector<SlotInput> inputs;
  for (size_t user = 0; user < users_.size(); ++user) {
    if (state > 0) TakeSlate(user, state, policy);
    inputs.push_back(
        {static_cast<int>(user), static_cast<int>(state), dominant_[user], excluded_[user]});
  }
  std::vector<SlotPlan> plans;
  policy.Plan(inputs, PlanMode::kEvaluation, plans);
  // 2. Each plan is measured against the next likes, the truth and the plan before.
  std::vector<float> worth(At(world_.dataset.num_categories()));
  for (size_t user = 0; user < users_.size(); ++user) {
    env_->OracleCategoryRewards(static_cast<int>(user), worth);
    figures.Add(seed, user,
                {.plan = plans[user],
                 .before = state > 0 ? &last_plan_[user] : nullptr,
                 .next = NextLikes(world_, users_[user]),
                 .worth = worth,
                 .everyone = profiles_.Everyone()});
    last_plan_[user] = plans[user].plan;
    rankings.push_back(plans[user].ranking);
  }
}

AuditRow Audit::Judge(const RunConfig& config, const Maker& make, const std::string& state) {
  AuditRow row{.held_out = world_.judged, .planner = config.planner.name, .state = state};
  row.permuted = options_.permute_labels && AsksLanguageModel(config.planner);
  std::unique_ptr<PlanPolicy> policy;
  PlanFigures figures(options_.seeds.size(), users_.size(), kStates,
                      world_.dataset.num_categories());
  for (size_t s = 0; s < options_.seeds.size(); ++s) {
    if (s == 0 || row.permuted) {
      RunConfig own = config;
      if (row.permuted) own.planner.llm = WithPermutation(own.planner.llm, options_.seeds[s]);
      if (policy != nullptr) row.plans.Add(policy->counts());
      policy = std::make_unique<PlanPolicy>(world_.dataset, own.planner, make(own),
                                            static_cast<int>(config.slate_size()));
    }
    const LanguageModelPlanner* asking = policy->planner().language_model();
    if (s == 0 && asking != nullptr) row.prompt_hash = asking->PromptHash();
    StartAll(static_cast<uint64_t>(options_.seeds[s]), *policy);
    // The states in turn; the simulator stays at the start, as the truth of all of them.
    for (int64_t n = 0; n < kStates; ++n) JudgeState(*policy, s, n, figures, row.rankings);
    for (size_t user = 0; user < users_.size(); ++user) env_->Stop(static_cast<int>(user));
  }
  row.tables = figures.Tables();
  row.plans.Add(policy->counts());
  row.figures = policy->planner().Report().figures;
  return row;
}

}  // namespace

LlmPlannerConfig WithPermutation(LlmPlannerConfig config, int64_t seed) {
  config.label_seed += seed - 1;
  if (seed != 1 && !config.table.empty()) config.table += "-labels-" + std::to_string(seed);
  return config;
}

const CrossedTable& TableOf(const AuditRow& row, const std::string& metric) {
  const auto found = std::find_if(row.tables.begin(), row.tables.end(),
                                  [&](const auto& table) { return table.first == metric; });
  LERL_CHECK(found != row.tables.end());
  return found->second;
}

std::vector<std::pair<std::string, CrossedTable>> AgreementOf(const AuditRow& row,
                                                              const AuditRow& reference) {
  const auto users = At(row.tables.at(0).second.users);
  const auto seeds = At(row.tables.at(0).second.seeds);
  const size_t states = row.rankings.size() / (seeds * users);
  const SessionValues none{.numerator = std::vector<double>(users, 0)};
  std::vector<SessionValues> overlap(seeds, none), ndcg(seeds, none);
  for (size_t i = 0; i < row.rankings.size(); ++i) {
    const size_t seed = i / (states * users), user = i % users;
    const auto &a = row.rankings[i], &b = reference.rankings.at(i);
    const double share = 1 / static_cast<double>(states);
    overlap[seed].numerator[user] += share * TopOverlap(a, b, kOverlapOf);
    ndcg[seed].numerator[user] += share * RankingNdcg(a, b, kJudgedFirst);
  }
  return {{"overlap@3", MakeCrossedTable(overlap)}, {"NDCG@5", MakeCrossedTable(ndcg)}};
}

std::vector<AuditRow> AuditPlanners(const World& world, const RunConfig& config,
                                    const AuditOptions& options) {
  return Audit(world, config, options).Run();
}

}  // namespace lerl
