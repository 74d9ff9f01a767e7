// lerl._engine: policies and planners that are objects of Python, and their evaluation.
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <nlohmann/json.hpp>

#include "bindings.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/eval/evaluator.h"
#include "lerl/eval/ledger.h"
#include "lerl/planner/registry.h"
#include "lerl/python/callback_agent.h"
#include "lerl/python/shared_planner.h"
#include "lerl/train/checkpoint.h"
#include "lerl/train/held_out.h"
#include "lerl/train/run_folder.h"

namespace lerl {
namespace nb = nanobind;

namespace {

using Scores = nb::ndarray<const float, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using Rankings = nb::ndarray<const int32_t, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

// What `rank` is called with: one row for each session that is due for a plan.
nb::dict RequestArrays(std::span<const PlanRequest> requests, size_t categories) {
  std::vector<int32_t> user, step, shown, liked;
  std::vector<uint8_t> candidates, dominant;
  std::vector<float> exposure;
  const auto append = [](auto& to, const auto& from) {
    to.insert(to.end(), from.begin(), from.end());
  };
  for (const PlanRequest& request : requests) {
    user.push_back(request.user);
    step.push_back(request.step);
    append(candidates, request.candidates);
    append(dominant, request.dominant);
    append(exposure, request.exposure);
    append(shown, request.shown);
    append(liked, request.liked);
  }
  nb::dict arrays;
  const auto rows = [&](const auto& values) {
    nb::object flat = ArrayCopy(values);
    return flat.attr("reshape")(requests.size(), categories);
  };
  arrays["user"] = ArrayCopy(user);
  arrays["step"] = ArrayCopy(step);
  arrays["candidates"] = rows(candidates);
  arrays["dominant"] = rows(dominant);
  arrays["exposure"] = rows(exposure);
  arrays["shown"] = rows(shown);
  arrays["liked"] = rows(liked);
  return arrays;
}

class PythonPlanner : public Planner {
 public:
  PythonPlanner(nb::object planner, size_t categories)
      : planner_(std::move(planner)), categories_(categories) {}
  ~PythonPlanner() override {
    const nb::gil_scoped_acquire acquire;
    planner_.reset();
  }
  std::string name() const override { return "python"; }

  std::vector<Plan> Rank(std::span<const PlanRequest> requests, PlanMode) override {
    const FromPython called;
    const nb::object answer = planner_.attr("_rank")(RequestArrays(requests, categories_));
    const auto rankings = nb::cast<Rankings>(answer);
    std::vector<Plan> plans;
    for (size_t n = 0; n < requests.size(); ++n) {
      Plan& plan = plans.emplace_back();
      for (size_t c = 0; c < categories_; ++c) {
        const int32_t category = rankings.data()[n * categories_ + c];
        if (category >= 0 && requests[n].candidates[At(category)] != 0)
          plan.ranking.push_back(static_cast<int16_t>(category));
      }
    }
    return plans;
  }

 private:
  nb::object planner_;
  const size_t categories_;
};

ScoreItems ScoresOf(const LoadedWorld& loaded, nb::object policy) {
  return [&loaded, policy = std::move(policy)](const ObservationMemory& seen, int64_t n,
                                               std::span<float> scores) {
    const FromPython called;
    // The views are for the call alone: whoever keeps them must copy them.
    const nb::dict views = ObservationViews(seen, loaded, At(n), nb::none());
    const auto answer = nb::cast<Scores>(policy(views));
    std::copy_n(answer.data(), scores.size(), scores.begin());
  };
}

Look LookOf(const LoadedWorld& loaded) {
  const World& world = *loaded.world;
  const auto users =
      HeldOutSessions(world.split, world.judged, loaded.config.evaluation.users, 0).size();
  return {.command = "lerl.evaluate",
          .config_hash = RowHash(loaded.config),
          .held_out = world.judged,
          .people = PeopleOf(world.fingerprint, world.split, world.judged),
          .users = static_cast<int64_t>(users),
          .seeds = loaded.config.train.seeds};
}

// Plays held-out users with `play` under each seed, and judges the row.
template <typename MakePlay>
std::string Judge(const LoadedWorld& loaded, const std::string& label, const std::string& out,
                  const MakePlay& play) {
  const World& world = *loaded.world;
  RequireHeldOut(world.split, world.judged);
  std::optional<int64_t> looks;
  if (world.judged != HeldOut::kValidation) looks = RecordLook(out, LookOf(loaded));
  std::vector<HeldOutPlay> plays;
  for (const int64_t seed : loaded.config.train.seeds) plays.push_back(play(seed));
  Evaluation evaluation = EvaluateRow(label, world, loaded.config, plays);
  evaluation.result.looks = looks;
  return nlohmann::json(evaluation.result).dump();
}

std::string EvaluatePolicy(const LoadedWorld& loaded, const std::string& label,
                           const nb::object& policy, const nb::object& planner,
                           const std::string& out) {
  const World& world = *loaded.world;
  RunConfig config = loaded.config;
  config.agent.name = "random";  // a place that the policy takes
  config.planner = SettingsOfShared(config.planner, !planner.is_none());
  const std::shared_ptr<Planner> own = PlannerOf(loaded, planner);
  const ScoreItems score = ScoresOf(loaded, policy);
  const nb::gil_scoped_release release;
  const DenormalsFlushed flushed;
  return Judge({loaded.world, config}, label, out, [&](int64_t seed) {
    ActorParts parts;
    if (own) parts.wrap_planner = [&](const MakePlannerCall&) { return SharePlanner(own); };
    Actors actors = MakeActors(world, config, static_cast<uint64_t>(seed), parts);
    actors.agent = std::make_unique<CallbackAgent>(label, world, config.slate_size(), score);
    return PlayHeldOut(world, config, seed, actors);
  });
}

// An agent that plays as it is made, such as a control.
std::string EvaluateUntrained(const LoadedWorld& loaded, const std::string& label,
                              const std::string& out) {
  const World& world = *loaded.world;
  return Judge(loaded, label, out, [&](int64_t seed) {
    Actors actors = MakeActors(world, loaded.config, static_cast<uint64_t>(seed));
    return PlayHeldOut(world, loaded.config, seed, actors);
  });
}

std::string EvaluateRunFolder(const LoadedWorld& loaded, const std::string& label,
                              const std::string& group, const std::string& out) {
  const World& world = *loaded.world;
  return Judge(loaded, label, out, [&](int64_t seed) {
    const auto folder = SeedFolder(group, seed);
    RequireCheckpoint(folder);
    Actors actors = MakeActors(world, loaded.config, static_cast<uint64_t>(seed));
    LoadCheckpoint({world, loaded.config, seed}, folder, actors);
    return PlayHeldOut(world, loaded.config, seed, actors);
  });
}

}  // namespace

std::shared_ptr<Planner> PlannerOf(const LoadedWorld& loaded, nb::object planner) {
  if (planner.is_none()) return nullptr;
  return std::make_shared<PythonPlanner>(std::move(planner),
                                         At(loaded.world->dataset.num_categories()));
}

void AddEvaluation(nb::module_& module) {
  module.def("evaluate_policy", EvaluatePolicy, nb::arg("world"), nb::arg("label"),
             nb::arg("policy"), nb::arg("planner").none(), nb::arg("out"));
  module.def("evaluate_untrained", EvaluateUntrained, nb::arg("world"), nb::arg("label"),
             nb::arg("out"), Working());
  module.def("evaluate_run", EvaluateRunFolder, nb::arg("world"), nb::arg("label"),
             nb::arg("group"), nb::arg("out"), Working());
}

}  // namespace lerl
