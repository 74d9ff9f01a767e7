#include "lerl/eval/sim_audit/sim_audit.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "lerl/base/error.h"
#include "lerl/base/hash.h"
#include "lerl/base/index.h"
#include "lerl/base/json_file.h"
#include "lerl/base/log.h"
#include "lerl/base/printable.h"
#include "lerl/base/progress.h"
#include "lerl/base/version.h"
#include "lerl/eval/sim_audit/counterfactual_check.h"
#include "lerl/eval/sim_audit/evolving_fit.h"
#include "lerl/eval/sim_audit/held_out_fit.h"
#include "lerl/eval/sim_audit/policy_spread.h"
#include "lerl/eval/sim_audit/ranking_stability.h"
#include "lerl/eval/sim_audit/sensitivity.h"
#include "lerl/eval/sim_audit/session_shapes.h"
#include "lerl/sim/env_config.h"

namespace lerl {
namespace {

using Figures = std::vector<AuditFigure>;

void Append(Figures more, Figures& figures) {
  figures.insert(figures.end(), std::make_move_iterator(more.begin()),
                 std::make_move_iterator(more.end()));
}

std::string NameOf(const World& world, const RunConfig& config) {
  std::string name = config.env->task + " on " + world.dataset.name;
  if (config.env->task == "evolving") return name + ", world " + config.env->evolving.world;
  name += ", response model " + world.response_model->name() + ", leave rules";
  for (const std::string& rule : config.env->rules) name += " " + rule;
  return name;
}

Figures FitOf(const World& world, const RunConfig& config, const SimAuditOptions& options) {
  if (config.env->task == "matrix") return {};
  if (config.env->task == "evolving") return EvolvingFit(world, config, options.play.users);
  PlayedFitOptions fit{
      .rho = config.env->rho, .slate = config.env->slate_size, .item_vectors = world.unit_vectors};
  if (options.smoke) fit.most_users = 50;
  if (world.response_model->name() == "mf") fit.left_out_by = &config.response_model.mf;
  return HeldOutFit(PredictAsPlayed(*world.response_model, world.dataset, world.split, fit),
                    world.dataset, world.split);
}

Figures ShapesOf(const World& world, const RunConfig& config, const SimAuditOptions& options) {
  const std::vector<SessionLog> logs =
      PlayAgent(world, world, config, MakeLoggingLike(world.dataset, world.split), options.play);
  std::vector<int32_t> users = world.split.train_users;
  users.insert(users.end(), world.split.valid_users.begin(), world.split.valid_users.end());
  const bool visits = std::ranges::any_of(
      logs, [](const SessionLog& log) { return std::ranges::max(log.return_days) > 0; });
  return CompareShapes(ShapesOfPlay(logs, world.dataset, world.split),
                       ShapesOfLog(world.dataset, world.split, users, config.env->slate_size),
                       visits);
}

}  // namespace

std::string SimulatorHash(const RunConfig& config, const World& world) {
  const nlohmann::json all = ConfigToJson(config);
  nlohmann::json used = {{"data", world.fingerprint}};
  for (const char* key : {"split", "response_model", "env"}) used[key] = all.at(key);
  return HashText(used.dump());
}

SimAudit AuditSimulator(const World& world, const RunConfig& config,
                        const SimAuditOptions& options) {
  if (world.split.valid_users.size() < 2)
    throw Error(ErrorKind::kData,
                world.dataset.name + ": " + std::to_string(world.split.valid_users.size()) +
                    " validation users, the audit needs 2; set a larger split.valid_users");
  SimAudit audit{
      .simulator = NameOf(world, config),
      .hash = SimulatorHash(config, world),
      .commit = Commit(),
      .users = std::min<int64_t>(options.play.users, std::ssize(world.split.valid_users)),
      .seeds = std::ssize(options.play.seeds),
      .smoke = options.smoke};
  Progress progress("sim audit", 6, "checks");
  int64_t done = 0;
  const auto add = [&](Figures figures, const char* next) {
    Append(std::move(figures), audit.figures);
    progress.Advance(++done, next);
  };
  const std::string& task = config.env->task;
  add(FitOf(world, config, options), "policies play");
  const std::vector<PolicyFigures> played = PlayAll(world, world, config, options.play, true);
  add(PolicySpread(played), "sessions against the log");
  add(ShapesOf(world, config, options), "counterfactual check");
  add(CounterfactualCheck(world, config, options.play, options.splits), "refits");
  add(task == "matrix" ? Figures{}
                       : RankingStability(world, config, played, options.play, options.refits),
      "sensitivity");
  std::vector<MovedParameter> parameters = ParametersOf(config);
  if (options.smoke) parameters.resize(std::min<size_t>(parameters.size(), 1));
  add(Sensitivity(world, config, played, options.play, parameters), "done");
  return audit;
}

nlohmann::json SimAuditJson(const SimAudit& audit) {
  nlohmann::json figures = nlohmann::json::array();
  for (const AuditFigure& figure : audit.figures) figures.push_back(FigureJson(figure));
  return {{"verdict", FitnessName(audit.fitness())},
          {"simulator", audit.simulator},
          {"hash", audit.hash},
          {"command", audit.command},
          {"commit", audit.commit},
          {"users", audit.users},
          {"seeds", audit.seeds},
          {"smoke", audit.smoke},
          {"figures", figures}};
}

void WriteSimAudit(const std::filesystem::path& folder, const SimAudit& audit) {
  WriteJsonFile(folder / "audit.json", SimAuditJson(audit));
}

std::string UnfitByAudit(const std::filesystem::path& path, const std::set<std::string>& hashes) {
  const nlohmann::json audit = TryReadJsonFile(path);
  try {
    if (audit.at("verdict") != FitnessName(Fitness::kUnfit) || audit.at("smoke").get<bool>())
      return "";
    if (!hashes.contains(audit.at("hash").get<std::string>())) {
      LogWarning(path.string() +
                 ": is an audit of another simulator; make one of this by `lerl sim "
                 "audit` with the same settings");
      return "";
    }
    std::string why;
    for (const nlohmann::json& figure : audit.at("figures"))
      if (figure.at("decides").get<bool>() && figure.at("light") == LightName(Light::kRed))
        why += (why.empty() ? "" : "; ") + figure.at("check").get<std::string>() + ", " +
               figure.at("name").get<std::string>();
    return WithoutControls(why.empty() ? "no light that decides could be measured" : why);
  } catch (const nlohmann::json::exception&) {
    throw Error(ErrorKind::kData, path.string() +
                                      ": no audit of a simulator; make it again by `lerl "
                                      "sim audit`, or take simulator_audit out");
  }
}

}  // namespace lerl
