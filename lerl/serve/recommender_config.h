#pragma once
// What a recommender serves, and the settings by which it does.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "lerl/base/config.h"
#include "lerl/serve/apprentice.h"
#include "lerl/serve/default_answer.h"
#include "lerl/serve/experiment.h"
#include "lerl/serve/served_policy.h"

namespace lerl {

struct RecommenderConfig {
  ServedPolicyConfig policy;
  int64_t open_sessions = 10000;
  int64_t max_steps = 1000;
  int64_t idle_minutes = 240;
  int64_t keep_days = 0;
  std::vector<std::string> shadows = {};
  DefaultAnswerConfig default_answer = {};
  ExperimentConfig experiment = {};
  ApprenticeConfig apprentice = {};
  double items_seconds = 2;

  void VisitFields(FieldVisitor& visit) {
    visit.Section("policy", policy);
    visit("open_sessions", open_sessions, "sessions kept in memory; others are read anew",
          Range{1, 1e7});
    visit("max_steps", max_steps, "slates after which a session ends", Range{1, 100000});
    visit("shadows", shadows,
          "policies that answer beside the one that is shown, and are shown to nobody");
    visit.Section("default_answer", default_answer);
    visit.Section("apprentice", apprentice);
    visit("items_seconds", items_seconds,
          "between looks at the store for items that others added or withdrew", Range{0.05, 3600});
    visit("idle_minutes", idle_minutes, "without a request after which a session has ended",
          Range{1, 1e6});
    visit("keep_days", keep_days,
          "after which a session that does not run is deleted from the store; 0: never",
          Range{0, 100000});
    experiment.VisitFields(visit);
  }

  bool IsShadow(const std::string& policy) const;
};

// A policy by the name under which it is served.
struct NamedRun {
  std::string name;
  std::filesystem::path folder;
};

// Throws Error(kUsage) where two runs have one name or one has the product's, and Error(kConfig)
// where a shadow is not served, is the first policy, or has a share of the users, and where users
// are split although the first policy is an apprentice.
void CheckRuns(std::span<const NamedRun> runs, const RecommenderConfig& config);

}  // namespace lerl
