#include "lerl/eval/audit/planner_audit.h"

#include <algorithm>
#include <numeric>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/base/math.h"
#include "lerl/base/progress.h"
#include "lerl/base/rng.h"
#include "lerl/eval/audit/planner_practice.h"
#include "lerl/planner/llm/llm_planner.h"
#include "lerl/planner/profiles/profile_scores.h"
#include "lerl/planner/registry.h"
#include "lerl/planner/session_state.h"
#include "lerl/planner/student/agreement.h"
#include "lerl/sim/rules/leave_rules.h"
#include "lerl/train/trainer.h"

namespace lerl {
namespace {

constexpr size_t kSlate = 6, kStates = 3, kFirst = 5;
constexpr int64_t kOverlapOf = 3;
constexpr int64_t kFewestLikes = 5;

// The next kNextLikes likes of a user after the training rows, counted per category.
CategoryCounts NextLikes(const World& world, int32_t user) {
  const Dataset& dataset = world.dataset;
  CategoryCounts next = CountRows(dataset, 0, 0);
  for (int64_t row = world.split.train_end[At(user)];
       row < dataset.RowsEnd(user) && next.total_liked < kNextLikes; ++row) {
    if (dataset.responses[0][At(row)] != 0) AddRow(dataset, row, next);
  }
  return next;
}

// Those of `users` who have enough likes to come and enough rows behind: the first `count` of them
// in a fixed random order.
std::vector<int32_t> UsersWithLikes(const World& world, std::vector<int32_t> users, int64_t count) {
  Rng rng(1, "users of the audit");
  rng.Shuffle(std::span<int32_t>(users));
  std::erase_if(users, [&](int32_t user) {
    const int64_t past = world.split.train_end[At(user)] - world.dataset.RowsBegin(user);
    return past < static_cast<int64_t>(kSlate * (kStates - 1)) ||
           NextLikes(world, user).total_liked < kFewestLikes;
  });
  users.resize(std::min(users.size(), At(count)));
  return users;
}

// The values of the users, per metric and seed.
class Figures {
 public:
  Figures(size_t seeds, size_t users, int64_t categories) {
    for (const char* name : kMeans) means_.emplace_back(name, std::vector<SessionValues>(seeds));
    for (auto& [name, values] : means_)
      for (SessionValues& of_seed : values) of_seed.numerator.assign(users, 0);
    planned_.resize(seeds);
    for (SessionValues& of_seed : planned_)
      of_seed = {.members = std::vector<std::vector<int32_t>>(users),
                 .universe = categories,
                 .pool = [](std::span<const int64_t> by_count) {
                   const double all = static_cast<double>(
                       std::accumulate(by_count.begin(), by_count.end(), int64_t{0}));
                   return 1 - static_cast<double>(by_count[0]) / all;
                 }};
  }

  void Add(const std::string& name, size_t seed, size_t user, double value) {
    for (auto& [metric, values] : means_)
      if (metric == name) values[seed].numerator[user] += value;
  }
  void Planned(size_t seed, size_t user, int32_t category) {
    planned_[seed].members[user].push_back(category);
  }
  std::vector<std::pair<std::string, CrossedTable>> Tables() const {
    std::vector<std::pair<std::string, CrossedTable>> tables;
    for (const auto& [name, values] : means_) tables.emplace_back(name, MakeCrossedTable(values));
    tables.emplace_back("coverage", MakeCrossedTable(planned_));
    return tables;
  }

 private:
  static constexpr const char* kMeans[] = {"NDCG@5",     "NDCG@5 truth", "recall@5", "repeats",
                                           "popularity", "invalid",      "widened"};
  std::vector<std::pair<std::string, std::vector<SessionValues>>> means_;
  std::vector<SessionValues> planned_;
};

class Audit {
 public:
  Audit(const World& world, const RunConfig& config, const AuditOptions& options)
      : world_(world),
        config_(config),
        options_(options),
        users_(UsersWithLikes(world, world.split.test_users, options.users)),
        env_(MakeWorldEnv(world, config.env, static_cast<int>(users_.size()))),
        profiles_(world.dataset, world.split),
        backend_(LlmBackendOf(config.planner, options.backend)) {
    if (users_.size() < 2)
      throw Error(ErrorKind::kData, "audit planner: fewer than 2 held-out users have " +
                                        std::to_string(kFewestLikes) +
                                        " likes to come; use a larger data set");
  }

  std::vector<AuditRow> Run() {
    std::vector<AuditRow> rows;
    const auto registry = PlannerRows();
    Progress progress("audit", std::ssize(registry), "planners");
    for (size_t i = 0; i < registry.size(); ++i) {
      if (!Asked(registry[i].name)) continue;
      RunConfig config = ConfigOf(registry[i]);
      const bool own = registry[i].name == config_.planner.name && !options_.run.empty();
      const std::unique_ptr<Planner> probe = Make(config);
      if (own) {
        rows.push_back(Judge(config, LoadOwn(config), "run"));
        if (probe->language_model() != nullptr) {
          config.planner.llm.sampled_reflections = 0;
          std::unique_ptr<Planner> plain = LoadOwn(config);
          plain->language_model()->ShowReflections({});
          rows.push_back(Judge(config, std::move(plain), "run, no reflections"));
          rows.back().agreement = AgreementOf(rows.back(), rows.end()[-2]);
          config = ConfigOf(registry[i]);
        }
      } else if (!probe->learns()) {
        rows.push_back(Judge(config, Make(config), ""));
      }
      if (probe->learns()) {
        std::unique_ptr<Planner> fresh = Make(config);
        if (PriorPlanner* prior = fresh->prior()) LearnWeight(*prior);
        rows.push_back(Judge(config, std::move(fresh), "from logs"));
        rows.push_back(Judge(config, PlaySome(config), "played"));
      }
      progress.Advance(static_cast<int64_t>(i) + 1, std::string(registry[i].name));
    }
    return rows;
  }

 private:
  bool Asked(std::string_view planner) const {
    const std::vector<std::string>& names = options_.planners;
    return names.empty() || std::find(names.begin(), names.end(), planner) != names.end();
  }

  RunConfig ConfigOf(const PlannerRow& row) const {
    RunConfig config = config_;
    config.planner.name = row.name;
    config.planner.skip_last = false;
    config.planner.cadence = 1;
    config.planner.replan = "every_n";
    config.agent.name = "popularity";
    config.train.slots = kPracticeSessions;
    return config;
  }

  PlannerContext Context() const {
    return {.dataset = world_.dataset,
            .split = world_.split,
            .policy_model = world_.factors.model,
            .backend = backend_,
            .oracle = [env = env_.get()](int slot, std::span<float> rewards) {
              env->OracleCategoryRewards(slot, rewards);
            }};
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

  std::unique_ptr<Planner> PlaySome(const RunConfig& config) const;
  void LearnWeight(PriorPlanner& planner) const;
  AuditRow Judge(const RunConfig& config, std::unique_ptr<Planner> planner,
                 const std::string& state);
  void JudgeState(PlanPolicy& policy, size_t seed, size_t state, Figures& figures,
                  std::vector<std::vector<int16_t>>& rankings);
  void TakeSlate(size_t user, size_t state, PlanPolicy* policy);

  const World& world_;
  const RunConfig& config_;
  const AuditOptions& options_;
  const std::vector<int32_t> users_;
  const std::unique_ptr<Env> env_;
  UserProfiles profiles_;
  const std::shared_ptr<LlmBackend> backend_;
  std::vector<std::vector<uint8_t>> excluded_, dominant_, last_plan_;  // [users]
};

std::unique_ptr<Planner> Audit::PlaySome(const RunConfig& config) const {
  RunConfig practice = config;
  practice.planner = config_.planner;
  practice.planner.name = config.planner.name;
  Actors actors = MakeActors(world_, practice, /*seed=*/1, {.backend = backend_});
  if (!Practise(world_, actors, options_.iterations, /*seed=*/1)) {
    const std::string reason = actors.plans->planner().Report().stop_reason;
    if (!reason.empty())
      throw Error(ErrorKind::kUnusable,
                  "audit planner: practice of " + config.planner.name + " can't go on: " + reason);
  }
  TensorFile file;
  actors.plans->planner().Save(file);
  std::unique_ptr<Planner> played = Make(config);
  played->Load(file);
  return played;
}

// Fits w to the next likes of validation users, at the start of a session.
void Audit::LearnWeight(PriorPlanner& planner) const {
  const std::vector<int32_t> users =
      UsersWithLikes(world_, world_.split.valid_users, options_.users);
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

// Shows a user the slate that comes before `state`: six of the latest training rows.
void Audit::TakeSlate(size_t user, size_t state, PlanPolicy* policy) {
  const int64_t end = world_.split.train_end[At(users_[user])];
  const int64_t first = end - static_cast<int64_t>(kSlate * (kStates - state));
  std::vector<int32_t> items;
  std::vector<uint32_t> responses;
  for (int64_t row = first; row < first + static_cast<int64_t>(kSlate); ++row) {
    const auto n = At(row);
    items.push_back(world_.dataset.items[n]);
    responses.push_back(world_.dataset.responses[0][n]);
    excluded_[user][At(items.back())] = 1;
  }
  dominant_[user] = DominantCategories(world_.dataset, items);
  dominant_[user].pop_back();  // the pseudo category of items without one
  policy->Observe(static_cast<int>(user), items, responses);
}

void Audit::JudgeState(PlanPolicy& policy, size_t seed, size_t state, Figures& figures,
                       std::vector<std::vector<int16_t>>& rankings) {
  // 1. All users reach the state, and are planned for together.
  std::vector<SlotInput> inputs;
  for (size_t user = 0; user < users_.size(); ++user) {
    if (state > 0) TakeSlate(user, state, &policy);
    inputs.push_back(
        {static_cast<int>(user), static_cast<int>(state), dominant_[user], excluded_[user]});
  }
  std::vector<SlotPlan> plans;
  policy.Plan(inputs, PlanMode::kEvaluation, plans);
  // 2. Each plan is measured against the next likes, the truth and the plan before.
  const CategoryCounts& all = profiles_.Everyone();
  const auto categories = At(world_.dataset.num_categories());
  std::vector<float> worth(categories);
  for (size_t user = 0; user < users_.size(); ++user) {
    const SlotPlan& plan = plans[user];
    const CategoryCounts next = NextLikes(world_, users_[user]);
    const std::vector<float> likes(next.liked.begin(), next.liked.end());
    env_->OracleCategoryRewards(static_cast<int>(user), worth);
    const size_t first = std::min(kFirst, plan.ranking.size());
    const std::vector<size_t> ranking(plan.ranking.begin(),
                                      plan.ranking.begin() + static_cast<std::ptrdiff_t>(first));
    double found = 0, planned = 0, repeated = 0, popular = 0;
    for (const size_t c : ranking) found += next.liked[c];
    for (size_t c = 0; c < categories; ++c) {
      if (plan.plan[c] == 0) continue;
      ++planned;
      repeated += last_plan_[user][c];
      popular += static_cast<double>(all.liked[c]);
      figures.Planned(seed, user, static_cast<int32_t>(c));
    }
    const auto mentions =
        static_cast<double>(std::accumulate(next.liked.begin(), next.liked.end(), int64_t{0}));
    const auto likes_of_all =
        static_cast<double>(std::accumulate(all.liked.begin(), all.liked.end(), int64_t{0}));
    figures.Add("NDCG@5", seed, user, Ndcg(likes, ranking) / kStates);
    figures.Add("NDCG@5 truth", seed, user, Ndcg(worth, ranking) / kStates);
    figures.Add("recall@5", seed, user, found / std::max(mentions, 1.0) / kStates);
    if (state > 0) figures.Add("repeats", seed, user, repeated / planned / (kStates - 1));
    figures.Add("popularity", seed, user,
                popular / likes_of_all / planned * static_cast<double>(categories) / kStates);
    figures.Add("invalid", seed, user, plan.origin == PlanOrigin::kFallback ? 1.0 / kStates : 0);
    figures.Add("widened", seed, user, plan.widened > 0 ? 1.0 / kStates : 0);
    last_plan_[user] = plan.plan;
    rankings.push_back(plan.ranking);
  }
}

AuditRow Audit::Judge(const RunConfig& config, std::unique_ptr<Planner> planner,
                      const std::string& state) {
  const auto categories = At(world_.dataset.num_categories());
  const auto items = At(world_.dataset.num_items());
  PlanPolicy policy(world_.dataset, config.planner, std::move(planner),
                    static_cast<int>(config.env.slate_size));
  std::vector<std::vector<int16_t>> rankings;
  Figures figures(options_.seeds.size(), users_.size(), world_.dataset.num_categories());
  for (size_t s = 0; s < options_.seeds.size(); ++s) {
    const auto seed = static_cast<uint64_t>(options_.seeds[s]);
    // 1. Everybody starts: no slate was shown, nothing was planned.
    // One set of reflections.
    policy.planner().BeginIteration(DeriveSeed(1, "evaluation"), PlanMode::kEvaluation);
    policy.Prepare(static_cast<int>(users_.size()));
    excluded_.assign(users_.size(), std::vector<uint8_t>(items, 0));
    dominant_.assign(users_.size(), std::vector<uint8_t>(categories, 0));
    last_plan_ = dominant_;
    for (size_t user = 0; user < users_.size(); ++user) {
      const uint64_t session = DeriveSeed(seed, "audit", static_cast<uint64_t>(users_[user]));
      env_->Start(static_cast<int>(user), users_[user], session);
      policy.Start(static_cast<int>(user), users_[user], session);
    }
    // 2. The states in turn; the simulator stays at the start, as the truth of all of them.
    for (size_t n = 0; n < kStates; ++n) JudgeState(policy, s, n, figures, rankings);
    for (size_t user = 0; user < users_.size(); ++user) env_->Stop(static_cast<int>(user));
  }
  const LanguageModelPlanner* asking = policy.planner().language_model();
  return {.planner = config.planner.name,
          .state = state,
          .tables = figures.Tables(),
          .plans = policy.counts(),
          .figures = policy.planner().Report().figures,
          .prompt_hash = asking == nullptr ? "" : asking->PromptHash(),
          .rankings = std::move(rankings)};
}

}  // namespace

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
    ndcg[seed].numerator[user] += share * RankingNdcg(a, b, kFirst);
  }
  return {{"overlap@3", MakeCrossedTable(overlap)}, {"NDCG@5", MakeCrossedTable(ndcg)}};
}

std::vector<AuditRow> AuditPlanners(const World& world, const RunConfig& config,
                                    const AuditOptions& options) {
  return Audit(world, config, options).Run();
}

}  // namespace lerl
