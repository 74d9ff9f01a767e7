#include "lerl/eval/off_policy/log_report.h"

#include <algorithm>
#include <cstdio>

#include "lerl/base/index.h"
#include "lerl/eval/interval_json.h"

namespace lerl {
namespace {

using nlohmann::json;

const char* KindName(LogKind kind) {
  switch (kind) {
    case LogKind::kSessions:
      return "sessions";
    case LogKind::kSlates:
      return "slates";
    case LogKind::kDecisions:
      break;
  }
  return "decisions";
}

json OrNull(const std::optional<double>& value) { return value ? json(*value) : json(nullptr); }

json EstimateJson(const LogEstimate& estimate) {
  if (!estimate.bootstrap) return {{"refused", estimate.refusal}};
  return {{"estimate", estimate.bootstrap->mean},
          {"bootstrap", IntervalJson(estimate.bootstrap)},
          {"hoeffding", IntervalJson(estimate.hoeffding)},
          {"empirical_bernstein", IntervalJson(estimate.bernstein)}};
}

json DiagnosticsJson(const WeightDiagnostics& found) {
  return {{"count", found.count},
          {"units", found.units},
          {"effective", found.effective},
          {"mean_weight", IntervalJson(found.mean)},
          {"largest_weight", found.largest},
          {"largest_share", found.largest_share},
          {"zero_share", found.zero_share},
          {"tail", found.tail},
          {"refused", found.refusal},
          {"rare", found.rare ? json(*found.rare) : json(nullptr)},
          {"warning", found.warning}};
}

json PolicyJson(const PolicyJudgement& policy, double best_share) {
  json estimates = json::object(), diagnostics = json::object();
  for (const LogEstimate& estimate : policy.estimates)
    estimates[estimate.name] = EstimateJson(estimate);
  for (const NamedDiagnostics& named : policy.diagnostics)
    diagnostics[named.weights] = DiagnosticsJson(named.found);
  json worst = nullptr;
  if (policy.at_worst)
    worst = {{"lower_quartile", policy.at_worst->lower_quartile}, {"cvar", policy.at_worst->cvar}};
  return {{"policy", policy.name},       {"estimates", estimates},
          {"diagnostics", diagnostics},  {"unseen", OrNull(policy.unseen)},
          {"clip", OrNull(policy.clip)}, {"switch", OrNull(policy.switch_at)},
          {"at_worst", worst},           {"truth", OrNull(policy.truth)},
          {"best_share", best_share}};
}

json SelectionJson(const LogJudgement& judgement) {
  const SelectionQuality& quality = judgement.selection;
  json ranking = json::array();
  for (const size_t p : quality.ranking) ranking.push_back(judgement.policies[p].name);
  return {{"ranked_by", judgement.ranked_by},
          {"ranking", ranking},
          {"regret", quality.regret},
          {"rank_correlation", OrNull(quality.rank_correlation)},
          {"squared_error", OrNull(quality.squared_error)},
          {"safe", judgement.safe},
          {"type1", OrNull(quality.type1)},
          {"type2", OrNull(quality.type2)},
          {"type1_by_low", OrNull(quality.type1_low)},
          {"type2_by_low", OrNull(quality.type2_low)}};
}

std::string Line(const char* format, auto... values) {
  char text[512];
  std::snprintf(text, sizeof text, format, values...);
  return std::string(text) + "\n";
}

std::string IntervalText(const std::optional<Interval>& interval) {
  if (!interval) return "-";
  char text[64];
  std::snprintf(text, sizeof text, "[%.5g, %.5g]", interval->low, interval->high);
  return text;
}

std::string NumberText(const std::optional<double>& value) {
  if (!value) return "-";
  char text[32];
  std::snprintf(text, sizeof text, "%.5g", *value);
  return text;
}

std::string PolicyText(const PolicyJudgement& policy) {
  std::string text = "\n" + policy.name;
  if (policy.truth) text += ", known to be worth " + NumberText(policy.truth);
  text += "\n";
  text += Line("  %-22s %-11s %-24s %-24s %s", "estimator", "estimate", "95% bootstrap",
               "Hoeffding", "empirical Bernstein");
  std::string last;
  for (const LogEstimate& estimate : policy.estimates) {
    if (estimate.bootstrap) {
      text +=
          Line("  %-22s %-11.5g %-24s %-24s %s", estimate.name.c_str(), estimate.bootstrap->mean,
               IntervalText(estimate.bootstrap).c_str(), IntervalText(estimate.hoeffding).c_str(),
               IntervalText(estimate.bernstein).c_str());
    } else {
      const bool same = estimate.refusal == last;
      text += "  " + estimate.name +
              std::string(23 - std::min<size_t>(22, estimate.name.size()), ' ') +
              "refused: " + (same ? "the same" : estimate.refusal) + "\n";
      last = estimate.refusal;
    }
  }
  for (const auto& [weights, found] : policy.diagnostics) {
    text += Line(
        "  weights of %s: effective %.1f of %lld, mean %.3f [%.3f, %.3f], largest %.4g, %.0f%% of "
        "all on the largest 1%%, %.0f%% are 0, tail %.2f",
        weights.c_str(), found.effective, static_cast<long long>(found.count), found.mean.mean,
        found.mean.low, found.mean.high, found.largest, 100 * found.largest_share,
        100 * found.zero_share, found.tail);
    if (!found.warning.empty()) text += "  warning: " + found.warning + "\n";
  }
  if (policy.unseen)
    text += Line("  choices that the log never makes: %.1f%%", 100 * *policy.unseen);
  if (policy.switch_at)
    text += Line("  clipped at %.4g; switch_dr uses weights up to %.4g", policy.clip.value_or(0),
                 *policy.switch_at);
  return text;
}

std::string SelectionText(const LogJudgement& judgement, double alpha) {
  const SelectionQuality& quality = judgement.selection;
  std::string text = "\nRanking by " + judgement.ranked_by + ":\n";
  text += Line("  %-4s %-16s %-11s %-24s %-13s %-15s %-13s %s", "", "policy", "estimate", "95%",
               "best in", "lower quartile", "CVaR", "truth");
  int place = 0;
  for (const size_t p : quality.ranking) {
    const PolicyJudgement& policy = judgement.policies[p];
    const Interval interval = policy.Find(judgement.ranked_by)->bootstrap.value_or(Interval{});
    char share[32];
    std::snprintf(share, sizeof share, "%.1f%%", 100 * judgement.best_share[p]);
    std::optional<double> quartile, cvar;
    if (policy.at_worst) {
      quartile = policy.at_worst->lower_quartile;
      cvar = policy.at_worst->cvar;
    }
    text += Line("  %-4d %-16s %-11.5g %-24s %-13s %-15s %-13s %s", ++place, policy.name.c_str(),
                 interval.mean, IntervalText(interval).c_str(), share, NumberText(quartile).c_str(),
                 NumberText(cvar).c_str(), NumberText(policy.truth).c_str());
  }
  for (size_t p = 0; p < judgement.policies.size(); ++p)
    if (std::ranges::find(quality.ranking, p) == quality.ranking.end())
      text += "  -    " + judgement.policies[p].name + ": not ranked, its estimate is refused\n";
  text += Line("  as logged: %.5g, lower quartile %.5g, CVaR %.5g (of the worst %.0f%%)",
               judgement.logged.mean, judgement.logged_worst.lower_quartile,
               judgement.logged_worst.cvar, 100 * alpha);
  if (quality.regret.empty()) return text;
  text += "  regret at k:";
  for (const double regret : quality.regret) text += " " + NumberText(regret);
  text += "\n  rank correlation " + NumberText(quality.rank_correlation) + ", squared error " +
          NumberText(quality.squared_error) + "\n";
  text += "  of policies worth " + NumberText(judgement.safe) + " or more: type I error " +
          NumberText(quality.type1) + ", type II " + NumberText(quality.type2) +
          "; by the lower end of the interval " + NumberText(quality.type1_low) + ", " +
          NumberText(quality.type2_low) + "\n";
  return text;
}

}  // namespace

json JudgementJson(const LogJudgement& judgement, const LogNotes& notes) {
  json policies = json::array();
  for (size_t p = 0; p < judgement.policies.size(); ++p)
    policies.push_back(PolicyJson(judgement.policies[p],
                                  p < judgement.best_share.size() ? judgement.best_share[p] : 0));
  return {{"kind", KindName(judgement.kind)},
          {"rows", judgement.rows},
          {"units", judgement.units},
          {"groups", judgement.groups},
          {"actions", judgement.actions},
          {"left_out", notes.left_out},
          {"undrawn", notes.undrawn},
          {"pool", notes.pool ? json(*notes.pool) : json(nullptr)},
          {"train_rows", notes.train_rows},
          {"logged", IntervalJson(judgement.logged)},
          {"logged_at_worst",
           {{"lower_quartile", judgement.logged_worst.lower_quartile},
            {"cvar", judgement.logged_worst.cvar}}},
          {"policies", policies},
          {"selection", judgement.ranked_by.empty() ? json(nullptr) : SelectionJson(judgement)}};
}

std::string JudgementText(const LogJudgement& judgement, const LogNotes& notes) {
  std::string text =
      notes.file + Line(": %lld rows, %lld %s, %lld actions, %lld independent units",
                        static_cast<long long>(judgement.rows),
                        static_cast<long long>(judgement.groups), KindName(judgement.kind),
                        static_cast<long long>(judgement.actions),
                        static_cast<long long>(judgement.units));
  if (notes.pool)
    text += Line(
        "Propensities are taken to be 1/%lld, as if actions were drawn evenly from that "
        "many.",
        static_cast<long long>(*notes.pool));
  if (notes.train_rows > 0)
    text += Line("%lld earlier rows taught the candidates, and are not among these.",
                 static_cast<long long>(notes.train_rows));
  if (notes.left_out > 0)
    text += Line("%lld rows have another value.", static_cast<long long>(notes.left_out));
  if (notes.undrawn > 0)
    text += Line("%lld rows have no propensity; their slates are left out.",
                 static_cast<long long>(notes.undrawn));
  text += Line("As logged: %.5g [%.5g, %.5g] a %s", judgement.logged.mean, judgement.logged.low,
               judgement.logged.high,
               judgement.kind == LogKind::kSessions ? "session"
               : judgement.kind == LogKind::kSlates ? "slate"
                                                    : "decision");
  for (const PolicyJudgement& policy : judgement.policies) text += PolicyText(policy);
  if (!judgement.ranked_by.empty()) text += SelectionText(judgement, notes.cvar);
  return text;
}

}  // namespace lerl
