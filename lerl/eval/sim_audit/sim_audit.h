#pragma once
// The audit of a simulator: is it fit to compare policies in? It runs the checks of this folder on
// the world of a configuration and puts their figures on one page, with a verdict
// (eval/sim_audit/audit_light.h) in front.
//
// The verdict is also a file, audit.json, by which a study says on its first line what the audit
// found. It names the simulator by a hash of all that decides how users behave:
//
//   hash = HashText(data, split, response_model, env settings; fingerprint of the data set)
//
// so that a verdict is never read as one on another simulator.

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>
#include <vector>

#include "lerl/eval/sim_audit/audit_light.h"
#include "lerl/eval/sim_audit/audit_policies.h"

namespace lerl {

struct SimAuditOptions {
  AuditPlay play{};
  int64_t refits = 4;   // simulators that are fitted anew
  int64_t splits = 10;  // halvings of the log of the counterfactual check
  bool smoke = false;
};

struct SimAudit {
  std::string simulator{};  // "whole_session, transformer, rules lerl on ml-100k"
  std::string hash{};       // SimulatorHash
  std::string command{}, commit{};
  int64_t users = 0, seeds = 0;
  bool smoke = false;  // too short to judge by
  std::vector<AuditFigure> figures{};
  Fitness fitness() const { return FitnessOf(figures); }
};

std::string SimulatorHash(const RunConfig& config, const World& world);

// Runs all checks that the task has, with progress on standard error. Throws Error(kData) where
// there are fewer than two validation users.
SimAudit AuditSimulator(const World& world, const RunConfig& config,
                        const SimAuditOptions& options);

// FOLDER/audit.json: {"verdict", "simulator", "hash", "command", "commit", "users", "seeds",
// "smoke", "figures": []}, whole or not at all.
void WriteSimAudit(const std::filesystem::path& folder, const SimAudit& audit);
nlohmann::json SimAuditJson(const SimAudit& audit);

// Why the simulator is unfit, by the audit in a file as it was written: the figures that decide and
// are red. "" where it is not unfit, where the audit was a smoke, and where it is of none of the
// simulators with these hashes. Throws Error(kData) where the file holds no audit.
std::string UnfitByAudit(const std::filesystem::path& path, const std::set<std::string>& hashes);

}  // namespace lerl
