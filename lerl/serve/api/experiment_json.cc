#include "lerl/serve/api/experiment_json.h"

#include <nlohmann/json.hpp>

#include "lerl/base/index.h"
#include "lerl/eval/interval_json.h"
#include "lerl/serve/time_format.h"

namespace lerl {
namespace {

using Json = nlohmann::json;

Json TimeOrNull(std::optional<int64_t> us) { return us ? Json(FormatTime(*us)) : Json(); }

Json DecisionJson(const std::optional<DecisionRecord>& decision) {
  if (!decision) return nullptr;
  return {{"outcome", decision->outcome},
          {"at", FormatTime(decision->decided_us)},
          {"users", decision->users},
          {"first_users", decision->first_users},
          {"difference",
           IntervalJson(Interval{
               .mean = decision->difference, .low = decision->low, .high = decision->high})}};
}

}  // namespace

Json ExperimentJson(const std::optional<ExperimentStatus>& status) {
  if (!status) return nullptr;
  Json arms = Json::array();
  for (const ArmStatus& arm : status->arms)
    arms.push_back({{"policy", arm.policy},
                    {"share", arm.share},
                    {"share_now", arm.share_now},
                    {"users", arm.users},
                    {"share_liked", arm.users > 0 ? Json(arm.share_liked) : Json()},
                    {"difference", IntervalJson(arm.difference)},
                    {"decision", DecisionJson(arm.decision)}});
  const int64_t until_us = status->counted_until_us;
  return {{"name", status->name},
          {"state", kExperimentStateNames[At(status->state)]},
          {"from", TimeOrNull(status->from_us)},
          {"until", TimeOrNull(status->until_us)},
          {"smallest_experiment", status->smallest},
          {"sessions", status->sessions},
          {"counted_until", until_us > 0 ? Json(FormatTime(until_us)) : Json()},
          {"policies", std::move(arms)}};
}

void SetExperimentMetrics(const ExperimentStatus& status, Metrics& metrics) {
  const auto set = [&](const std::string& figure, const char* help, const ArmStatus& arm,
                       double value, Fields labels = {}) {
    labels["experiment"] = status.name;
    labels["policy"] = arm.policy;
    metrics.AddGauge("lerl_experiment_" + figure, help, labels).Set(value);
  };
  for (const ArmStatus& arm : status.arms) {
    set("share", "share of the users that get a policy now", arm, arm.share_now);
    set("users", "users that an experiment counts", arm, static_cast<double>(arm.users));
    set("share_liked", "mean over users of the share liked", arm, arm.share_liked);
    const bool stopped = arm.decision && arm.decision->outcome == "worse";
    set("stopped", "1 where a policy was stopped for being worse", arm, stopped ? 1 : 0);
    if (!arm.difference) continue;
    const char* help = "share liked less that of the first policy, with its 95% interval";
    set("difference", help, arm, arm.difference->mean, {{"bound", "mean"}});
    set("difference", help, arm, arm.difference->low, {{"bound", "low"}});
    set("difference", help, arm, arm.difference->high, {{"bound", "high"}});
  }
}

}  // namespace lerl
