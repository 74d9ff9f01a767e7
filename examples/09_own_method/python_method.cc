// A planner and an agent in Python: python_method.py ranks and scores, this bridge hands on what
// they may know. Each planner and each agent has a process of its own.

#include <nlohmann/json.hpp>

#include "lerl/agents/control_agents.h"
#include "lerl/agents/registry.h"
#include "lerl/data/training_rows.h"
#include "lerl/planner/ranking.h"
#include "lerl/planner/registry.h"
#include "python_process.h"

namespace {

using Json = nlohmann::json;

constexpr char kFile[] = OWN_FOLDER "/python_method.py";

template <typename T>
Json ListOf(std::span<const T> values) {
  return Json(std::vector<T>(values.begin(), values.end()));
}

class PythonPlanner : public lerl::Planner {
 public:
  std::string name() const override { return "python_planner"; }

  std::vector<lerl::Plan> Rank(std::span<const lerl::PlanRequest> requests,
                               lerl::PlanMode) override {
    Json asked = Json::array();
    for (const lerl::PlanRequest& request : requests)
      asked.push_back({{"user", request.user},
                       {"step", request.step},
                       {"liked", ListOf(request.liked)},
                       {"shown", ListOf(request.shown)},
                       {"exposure", ListOf(request.exposure)}});
    const Json answer = python_.Ask({{"ask", "rank"}, {"requests", asked}});
    std::vector<lerl::Plan> plans;
    for (size_t n = 0; n < requests.size(); ++n)
      plans.push_back(lerl::RankByScores(
          name(), answer.at("scores").at(n).get<std::vector<double>>(), requests[n].candidates));
    return plans;
  }

 private:
  PythonProcess python_{kFile};
};

class PythonAgent : public lerl::Control {
 public:
  explicit PythonAgent(const lerl::AgentContext& context) : Control("python_agent") {
    const lerl::TrainingRows rows = lerl::CollectTrainingRows(context.dataset, context.split);
    std::vector<int64_t> shown(static_cast<size_t>(context.dataset.num_items()));
    std::vector<int64_t> liked(shown.size());
    for (size_t n = 0; n < rows.items.size(); ++n) {
      ++shown[static_cast<size_t>(rows.items[n])];
      liked[static_cast<size_t>(rows.items[n])] += rows.responses[n] > 0;
    }
    python_.Ask({{"ask", "learn"}, {"shown", shown}, {"liked", liked}});
  }

 private:
  void ScoreItems(const lerl::Observation& seen, std::span<float> scores) override {
    const Json answer = python_.Ask({{"ask", "score"}, {"user", seen.user}, {"step", seen.step}});
    const auto values = answer.at("scores").get<std::vector<float>>();
    std::copy_n(values.begin(), std::min(values.size(), scores.size()), scores.begin());
  }
  PythonProcess python_{kFile};
};

const lerl::PlannerAdded kPythonPlanner(
    {.name = "python_planner",
     .what = "python_method.py: liked less shown",
     .source = "examples/09_own_method",
     .make = [](const lerl::PlannerConfig&, const lerl::PlannerContext&)
         -> std::unique_ptr<lerl::Planner> { return std::make_unique<PythonPlanner>(); }});

const lerl::AgentAdded kPythonAgent(
    {.name = "python_agent",
     .what = "python_method.py: popular items that are liked",
     .source = "examples/09_own_method",
     .make = [](const lerl::AgentConfig&, const lerl::AgentContext& context)
         -> std::unique_ptr<lerl::Agent> { return std::make_unique<PythonAgent>(context); }});

}  // namespace
