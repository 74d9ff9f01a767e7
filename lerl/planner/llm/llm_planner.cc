#include "lerl/planner/llm/llm_planner.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/base/json_text.h"
#include "lerl/base/rng.h"
#include "lerl/planner/llm/coarse_state.h"
#include "lerl/planner/llm/critic.h"
#include "lerl/planner/llm/make_backend.h"
#include "lerl/planner/ranking.h"
#include "lerl/planner/state_text.h"

namespace lerl {
namespace {

// A table belongs to one prompt and to states that are few.
void CheckTabulate(const LlmPlannerConfig& config) {
  const auto fail = [](const std::string& what) {
    throw Error(ErrorKind::kConfig, "planner.llm.tabulate: " + what);
  };
  if (config.state == "full")
    fail("a prompt shows too much of a user for a table; set planner.llm.state to pair or triple");
  if (config.reflect) fail("reflections change the prompt; set planner.llm.reflect to false");
  if (config.name_user) fail("a prompt names the user; set planner.llm.name_user to false");
  if (config.answer_mode() == "generate" && config.temperature > 0)
    fail("a sampled list is no answer to look up; set planner.llm.temperature to 0");
}

// Room for the table, too.
PlannerConfig WithRoom(PlannerConfig config, const Dataset& dataset) {
  if (!config.llm.tabulate) return config;
  CheckTabulate(config.llm);
  const auto states = std::ssize(AllCoarseStates(config.llm.state, dataset.num_categories()));
  config.llm.cache_capacity = std::max(config.llm.cache_capacity, states);
  return config;
}

}  // namespace

LlmPlanner::LlmPlanner(const PlannerConfig& config, const Dataset& dataset, const Split& split,
                       std::shared_ptr<LlmBackend> backend)
    : config_(WithRoom(config, dataset)),
      dataset_(dataset),
      profiles_(dataset, split),
      templates_(LoadPromptTemplates(config.llm.prompt_dir)),
      names_template_(LoadNamesTemplate(config.llm.names_template)),
      answers_(config_, SafeNames(dataset.categories), std::move(backend), counts_),
      pool_({.capacity = config.llm.pool_capacity,
             .alpha = config.llm.alpha,
             .oldest_leaves = config.llm.published_pool}) {
  BuildPrompt();
  if (config_.llm.tabulate) table_ = FillFromTable(config_.llm, dataset.name, answers_);
}

void LlmPlanner::BuildPrompt() {
  const std::string mode = config_.llm.answer_mode();
  LlmBackend& model = answers_.backend();
  answers_.SetPrompt(
      mode == "names"
          ? BuildNamesPrompt(model, names_template_, config_.llm.form == "chat",
                             templates_.plan_system, static_cast<uint64_t>(config_.llm.label_seed),
                             answers_.names(), drawn_)
          : BuildPlanPrompt(model, templates_, mode == "generate", answers_.plan_size(),
                            answers_.labels(), answers_.names(), drawn_));
  if (drawn_.empty()) prompt_hash_ = answers_.prefix_hash();
}

void LlmPlanner::ShowReflections(std::vector<std::string> reflections) {
  drawn_ = std::move(reflections);
  shown_ = true;
  BuildPrompt();
}

std::vector<std::string> LlmPlanner::Draw(Rng& rng) const {
  std::vector<std::string> texts;
  for (Reflection& reflection : pool_.Sample(config_.llm.sampled_reflections, rng))
    texts.push_back(std::move(reflection.text));
  return texts;
}

void LlmPlanner::ShowDrawOfStep(int step) {
  if (shown_) return;
  Rng rng(iteration_seed_, "reflections of a step", static_cast<uint64_t>(step));
  std::vector<std::string> texts = Draw(rng);
  if (texts == drawn_) return;
  drawn_ = std::move(texts);
  BuildPrompt();
}

const PlanAnswer* LlmPlanner::Cached(const PlanRequest& request) {
  if (config_.llm.published_draws) ShowDrawOfStep(request.step);
  return answers_.Cached(StateOf(request));
}

PlanState LlmPlanner::StateOf(const PlanRequest& request) {
  const std::string user =
      config_.llm.name_user ? SafeText(dataset_.user_ids[At(request.user)], kLongestName) : "";
  return CoarseState(config_.llm, profiles_, user, request);
}

std::string LlmPlanner::SuffixOf(const PlanRequest& request) {
  return answers_.prompt().Suffix(StateOf(request), answers_.names());
}

std::vector<float> LlmPlanner::ScoresOf(const PlanRequest& request, PlanMode mode) {
  return Sources({&request, 1}, mode).at(0).answer.scores;
}

std::vector<PlanAnswers::Source> LlmPlanner::Sources(std::span<const PlanRequest> requests,
                                                     PlanMode mode) {
  if (!config_.llm.published_draws) return SourcesOfStep(requests, mode);
  std::map<int, std::vector<size_t>> places_of_step;
  for (size_t i = 0; i < requests.size(); ++i) places_of_step[requests[i].step].push_back(i);
  std::vector<PlanAnswers::Source> sources(requests.size());
  for (const auto& [step, places] : places_of_step) {
    ShowDrawOfStep(step);
    std::vector<PlanRequest> of_step;
    for (const size_t i : places) of_step.push_back(requests[i]);
    std::vector<PlanAnswers::Source> found = SourcesOfStep(of_step, mode);
    for (size_t n = 0; n < places.size(); ++n) sources[places[n]] = std::move(found[n]);
  }
  return sources;
}

std::vector<PlanAnswers::Source> LlmPlanner::SourcesOfStep(std::span<const PlanRequest> requests,
                                                           PlanMode mode) {
  std::vector<PlanState> states;
  std::vector<uint64_t> seeds;  // of sampled lists
  states.reserve(requests.size());
  for (const PlanRequest& request : requests) {
    states.push_back(StateOf(request));
    seeds.push_back(DeriveSeed(request.seed, "sampled list", static_cast<uint64_t>(request.step)));
  }
  return answers_.Find(states, mode, seeds);
}

std::vector<Plan> LlmPlanner::Rank(std::span<const PlanRequest> requests, PlanMode mode) {
  const std::vector<PlanAnswers::Source> sources = Sources(requests, mode);
  std::vector<Plan> plans;
  plans.reserve(requests.size());
  for (size_t i = 0; i < requests.size(); ++i)
    plans.push_back(PlanByAnswer(config_, profiles_, requests[i], sources[i]));
  return plans;
}

Plan PlanByAnswer(const PlannerConfig& config, UserProfiles& profiles, const PlanRequest& request,
                  const PlanAnswers::Source& source) {
  std::string reason = source.answer.error;
  if (reason.empty()) {
    std::vector<double> scores(source.answer.scores.begin(), source.answer.scores.end());
    if (config.llm.temperature > 0 && config.llm.answer_mode() != "generate") {
      // Gumbel noise: the ranking is drawn from softmax(score / temperature) without replacement.
      Rng rng(request.seed, "llm planner", static_cast<uint64_t>(request.step));
      for (double& score : scores) {
        score -= config.llm.temperature * std::log(-std::log(rng.Uniform() + 1e-300) + 1e-300);
      }
    }
    std::vector<uint8_t> named(request.candidates.begin(), request.candidates.end());
    for (size_t c = 0; c < named.size(); ++c) {
      if (scores[c] == kNotNamed) named[c] = 0;
    }
    Plan plan = RankByScores(config.llm.tabulate ? "llm_table" : "llm", scores, named);
    plan.origin = source.origin;
    plan.reason = source.reason;
    plan.unlisted = source.answer.unlisted;
    if (!plan.ranking.empty()) return plan;
    reason = "no candidate in the answer";
  }
  Plan plan = RankByOrder(profiles.LikedOrder(request.user), request.candidates);
  plan.origin = PlanOrigin::kFallback;
  plan.reason = reason;
  return plan;
}

void LlmPlanner::BeginIteration(uint64_t seed, PlanMode mode) {
  const bool training = mode == PlanMode::kTraining;
  const bool due = training ? iterations_ % config_.llm.refresh_every == 0 : drawn_.empty();
  iteration_seed_ = seed;
  if (training) ++iterations_;
  if (config_.llm.published_draws) {
    shown_ = false;
    if (training && due) answers_.Grant();
    return;
  }
  if (!due) return;
  Rng rng(seed, "reflections");
  drawn_ = Draw(rng);
  BuildPrompt();
  if (training) answers_.Grant();
}

void LlmPlanner::Reflect(std::span<const EndedSession> sessions) {
  if (!config_.llm.reflect) return;
  const int64_t budget =
      std::min({config_.llm.reflections_per_iteration,
                config_.llm.max_reflections - reflections_written_, std::ssize(sessions)});
  if (budget <= 0) return;
  std::vector<size_t> order(sessions.size());
  std::iota(order.begin(), order.end(), size_t{0});
  Rng rng(iteration_seed_, "sessions to reflect on");
  rng.Shuffle(std::span<size_t>(order));
  std::vector<EndedSession> chosen;
  chosen.reserve(At(budget));
  for (int64_t i = 0; i < budget; ++i) chosen.push_back(sessions[order[At(i)]]);
  reflections_written_ += budget;
  counts_["reflections written"] += budget;
  Reflections reflections =
      WriteReflections(backend(), templates_, dataset_, answers_.names(), chosen,
                       static_cast<int>(config_.llm.reflection_tokens));
  for (const std::string& reason : reflections.dropped) ++counts_["dropped: " + reason];
  for (Reflection& reflection : reflections.kept) {
    if (pool_.Contains(reflection.text)) {
      ++counts_["dropped: repeated reflection"];
    } else if (!pool_.Add(std::move(reflection))) {
      ++counts_["dropped: lowest return of a full pool"];
    }
  }
}

namespace {

// What several servers of a model were asked, each by its place in the settings.
void AddEndpoints(const LlmUsage& usage, PlannerCounts& counts) {
  if (usage.endpoints.size() < 2) return;
  for (size_t i = 0; i < usage.endpoints.size(); ++i) {
    const EndpointUsage& endpoint = usage.endpoints[i];
    const std::string name = "endpoint " + std::to_string(i + 1) + ": ";
    counts.emplace_back(name + "requests", endpoint.requests);
    counts.emplace_back(name + "answers", endpoint.answers);
    counts.emplace_back(name + "failures", endpoint.failures);
    counts.emplace_back(name + "ejections", endpoint.ejections);
    counts.emplace_back(name + "returns", endpoint.returns);
    counts.emplace_back(name + "tokens", endpoint.tokens);
    counts.emplace_back(name + "blocks of prompts", endpoint.blocks);
    counts.emplace_back(name + "blocks sent there before", endpoint.blocks_known);
    if (endpoint.context > 0)
      counts.emplace_back(name + "tokens of a request at most", endpoint.context);
    if (endpoint.cost > 0)
      counts.emplace_back(name + "cost in millionths", static_cast<int64_t>(endpoint.cost * 1e6));
  }
}

}  // namespace

PlannerReport LlmPlanner::Report() const {
  PlannerReport report{.counts = {counts_.begin(), counts_.end()},
                       .stop_reason = answers_.stop_reason()};
  report.counts.emplace_back("answers cached", answers_.cached());
  const LlmUsage usage = answers_.backend().usage();
  if (usage.cost > 0)
    report.counts.emplace_back("cost in millionths", static_cast<int64_t>(usage.cost * 1e6));
  if (usage.unanswered > 0)
    report.counts.emplace_back("prompts without an answer", usage.unanswered);
  AddEndpoints(usage, report.counts);
  report.counts.emplace_back("reflections in the pool", std::ssize(pool_.reflections()));
  return report;
}

void LlmPlanner::Save(TensorFile& file) const {
  nlohmann::json pool = nlohmann::json::array();
  for (const Reflection& reflection : pool_.reflections()) {
    pool.push_back({reflection.text, reflection.score});
  }
  nlohmann::json state = {{"pool", pool},
                          {"drawn", drawn_},
                          {"iteration_seed", iteration_seed_},
                          {"iterations", iterations_},
                          {"reflections_written", reflections_written_},
                          {"counts", counts_},
                          {"model", answers_.backend().fingerprint()}};
  if (config_.llm.alpha > 0) state["alpha"] = config_.llm.alpha;
  answers_.Save(file, state);
  SaveText(file, "llm_planner/state", state.dump());
}

void LlmPlanner::Load(const TensorFile& file) {
  const nlohmann::json state = ParseJson(LoadText(file, "llm_planner/state"));
  std::vector<Reflection> pool;
  pool.reserve(state.at("pool").size());
  for (const nlohmann::json& row : state.at("pool")) pool.push_back({row.at(0), row.at(1)});
  pool_.set_reflections(std::move(pool));
  drawn_ = state.at("drawn").get<std::vector<std::string>>();
  BuildPrompt();
  iteration_seed_ = state.at("iteration_seed");
  iterations_ = state.at("iterations");
  reflections_written_ = state.at("reflections_written");
  counts_ = state.at("counts").get<std::map<std::string, int64_t>>();
  answers_.Load(file, state);
}

std::shared_ptr<LlmBackend> LlmBackendOf(const PlannerConfig& config,
                                         std::shared_ptr<LlmBackend> given) {
  return given != nullptr ? given : MakeBackend(config.llm);
}

std::unique_ptr<Planner> MakeLlmPlanner(const PlannerConfig& config,
                                        const PlannerContext& context) {
  return std::make_unique<LlmPlanner>(config, context.dataset, context.split,
                                      LlmBackendOf(config, context.backend));
}

PlannerConfig TableConfig(PlannerConfig config) {
  config.llm.tabulate = true;
  config.llm.reflect = false;
  if (config.llm.state == "full") config.llm.state = "pair";
  return config;
}

std::unique_ptr<Planner> MakeLlmTablePlanner(const PlannerConfig& config,
                                             const PlannerContext& context) {
  return MakeLlmPlanner(TableConfig(config), context);
}

}  // namespace lerl
