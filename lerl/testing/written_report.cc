#include "lerl/testing/written_report.h"

#include <algorithm>
#include <cmath>

#include "lerl/eval/claims.h"
#include "lerl/planner/planner.h"
#include "lerl/testing/written_sessions.h"

namespace lerl {
namespace {

struct Kind {
  const char* policy;
  RandomSessions sessions;
  bool learns;
};

std::vector<Kind> Kinds() {
  const uint8_t rule = static_cast<uint8_t>(PlanOrigin::kRule);
  const uint8_t fresh = static_cast<uint8_t>(PlanOrigin::kFresh);
  return {
      {"random", {.shortest = 11, .longest = 15, .like = 0.1, .planned = false}, false},
      {"popularity", {.shortest = 11, .longest = 15, .like = 0.4, .planned = false}, false},
      {"greedy (oracle)", {.shortest = 11, .longest = 14, .like = 0.95, .planned = false}, false},
      {"ppo", {.shortest = 12, .longest = 17, .like = 0.7, .planned = false}, true},
      {"ppo + random planner", {.shortest = 15, .like = 0.6, .origin = rule}, true},
      {"ppo + short_term planner", {.shortest = 13, .like = 0.7, .origin = rule}, true},
      {"ppo + round_robin planner", {.shortest = 18, .like = 0.65, .origin = rule}, true},
      {"ppo + fatigue_aware planner", {.shortest = 17, .like = 0.7, .origin = rule}, true},
      {"lerl", {.shortest = 16, .like = 0.7, .origin = fresh}, true},
      {"lerl, skip_last off", {.shortest = 12, .like = 0.7, .origin = fresh}, true},
      {"lerl, plan_size 1", {.shortest = 17, .like = 0.6, .origin = fresh}, true},
  };
}

Dataset SampleDataset() {
  const std::vector<std::string> names = {"Action",
                                          "Adventure",
                                          "Animation",
                                          "Children's",
                                          "Comedy",
                                          "Crime",
                                          "Documentary",
                                          "Drama",
                                          "Fantasy",
                                          "Film-Noir",
                                          "Horror",
                                          "Musical",
                                          "Mystery",
                                          "Romance",
                                          "Sci-Fi",
                                          "Thriller",
                                          "War",
                                          "Western",
                                          "<b>a \"long\" & odd name</b>"};
  std::vector<std::vector<int32_t>> categories;
  Rng rng(1, "items");
  for (int i = 0; i < 400; ++i) {
    std::vector<int32_t> of(1 + rng.Below(3));
    for (int32_t& c : of) c = static_cast<int32_t>(rng.Below(names.size()));
    std::sort(of.begin(), of.end());
    of.erase(std::unique(of.begin(), of.end()), of.end());
    categories.push_back(of);
  }
  Dataset dataset = DatasetOf(categories, static_cast<int>(names.size()), 40);
  dataset.categories = names;
  dataset.item_titles[0] = "</script><script>alert(1)</script>";
  for (size_t i = 1; i < dataset.item_titles.size(); ++i) {
    dataset.item_titles[i] = "Misérables, Les: part " + std::to_string(i) + " (1995)";
  }
  return dataset;
}

LearningCurve Curve(const std::string& policy, int64_t seed, double r_cum, double t_int) {
  LearningCurve curve{.policy = policy, .seed = seed};
  Rng rng(static_cast<uint64_t>(seed), policy);
  for (int i = 0; i <= 12; ++i) {
    const double learned = 1 - std::exp(-i / 4.0);
    curve.points.push_back({.user_steps = 8000.0 * i + 200 * rng.Uniform() * i,
                            .r_cum = r_cum * (0.6 + 0.4 * learned) + 0.2 * rng.Normal(),
                            .t_int = t_int * (0.8 + 0.2 * learned) + 0.2 * rng.Normal()});
  }
  return curve;
}

ResponseModelReport Model() {
  ResponseModelReport model{.name = "transformer", .random_reward = 0.487, .oracle_reward = 0.931};
  for (const std::string behaviour : {"like", "long_view"}) {
    BehaviourCalibration report{.name = behaviour,
                                .auc = 0.751,
                                .log_loss = 0.563,
                                .calibration_error = 0.021,
                                .base_rate = 0.552};
    for (int i = 0; i < 10; ++i) {
      const double p = 0.05 + 0.1 * i;
      report.bins.push_back({p, p + 0.03 * std::sin(6.0 * p), 200 + 150 * (i < 5 ? i : 10 - i)});
    }
    model.behaviours.push_back(report);
  }
  return model;
}

// Learning curves of a policy that learns, and the plans of one that asks a language model.
void AddTraining(const Kind& kind, const EvaluationResult& result, ReportInput& input) {
  for (int64_t seed = 1; kind.learns && seed <= 3; ++seed) {
    input.curves.push_back(
        Curve(kind.policy, seed, result.metric("R_cum").mean, result.metric("T_int").mean));
  }
  if (result.plans.fresh == 0) return;
  input.planners.push_back(
      {.policy = kind.policy,
       .phase = "training",
       .plans =
           {.fresh = 700, .cached = 3000, .nearest = 9000, .kept = 0, .fallback = 40, .rule = 0},
       .details = {{"widened", 12}, {"invalid answer: no category", 40}}});
}

}  // namespace

ReportInput SampleReport(int policies) {
  const Dataset dataset = SampleDataset();
  const std::vector<float> vectors = RandomUnitVectors(dataset.num_items(), 16, 2);
  const Split split = EmptySplit(dataset);
  std::vector<Kind> kinds = Kinds();
  kinds.resize(static_cast<size_t>(policies));
  ReportInput input{
      .title = "Sample <comparison> & report",
      .references = policies > 3 ? std::vector<std::string>{"ppo", "ppo + random planner"}
                                 : std::vector<std::string>{"random"},
      .notes = {"Generated sessions, for tests of this page: the figures mean nothing."},
      .dataset_lines = {"users 943, items 1,682", "interactions 100,000"},
      .response_model = Model(),
      .config_text = "[env]\nslate_size = 6\nrules = [\"lerl\"]  # <the default>\n",
      .seeds = {1, 2, 3},
      .commit = "0123abc",
      .machine = "2 cores",
      .created = "2026-01-01"};
  std::vector<Evaluation> evaluations;
  for (const Kind& kind : kinds) {
    std::vector<SessionLog> logs;
    for (uint64_t seed = 1; seed <= 3; ++seed) {
      logs.push_back(RandomLog(dataset, kind.sessions, DeriveSeed(seed, kind.policy)));
    }
    evaluations.push_back(Evaluate(kind.policy, input.seeds, logs, {dataset, split, vectors}));
    for (int64_t session : {0, 1}) {
      input.sessions.push_back(MakeSampleSession(kind.policy, 1, dataset, logs[0], session));
    }
    AddTraining(kind, evaluations.back().result, input);
  }
  JudgeRows({.references = input.references}, evaluations);
  for (Evaluation& evaluation : evaluations) input.rows.push_back(std::move(evaluation.result));
  return input;
}

}  // namespace lerl
