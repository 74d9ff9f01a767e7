#include "lerl/bench/train_setup.h"

#include <algorithm>
#include <map>

#include "lerl/base/error.h"

namespace lerl {
namespace {

const std::map<std::string, double> kKuaiSimTrain = {
    {"td3", 14.3}, {"ddpg", 14.4}, {"a2c", 8.8}, {"hac", 5.9}};
const std::map<std::string, double> kEasyRl4Rec = {
    {"ppo", 1367}, {"a2c", 1358}, {"reinforce", 3109}, {"dqn", 523}, {"ddpg", 313}, {"td3", 244}};
constexpr double kPrototypePpo = 2400, kPpoBar = 10'000;

bool OnPolicy(const std::string& agent) {
  return agent == "ppo" || agent == "a2c" || agent == "reinforce";
}

std::vector<std::string> SameWorkSets(const std::string& agent) {
  std::vector<std::string> sets = {
      "agent.state.transformer.width=64", "agent.state.transformer.feed_forward=64",
      "agent.state.transformer.band=100", "agent.state.tokens=item",
      "agent.state.past_rows=100",        "agent." + agent + ".minibatch=8"};
  if (agent == "ppo") sets.push_back("agent.ppo.epochs=4");
  if (!OnPolicy(agent)) sets.push_back("agent." + agent + ".passes=4");
  return sets;
}

std::vector<std::string> MatrixSets(const std::string& agent) {
  std::vector<std::string> sets = {"data.name=coat-like",
                                   "env.task=matrix",
                                   "env.slate_size=1",
                                   "env.rules=['distance_window','max_steps']",
                                   "env.window=7",
                                   "env.window_distance=6",
                                   "env.compat_window=true",
                                   "env.max_steps=30",
                                   "env.exclude_history=false",
                                   "agent.factors.factors=31",
                                   "agent.state.encoder=average",
                                   "agent.state.width=32",
                                   "agent.state.window=3",
                                   "agent.state.past_rows=0",
                                   "agent.state.use_plan=false",
                                   "agent.state.use_dominant=false",
                                   "agent.state.use_budget=false",
                                   "agent.policy.hidden=64",
                                   "train.sessions=100",
                                   "train.slots=100"};
  if (agent == "ppo") sets.push_back("agent.ppo.epochs=1");
  sets.push_back("agent." + agent + (OnPolicy(agent) ? ".minibatch=34" : ".minibatch=5"));
  if (!OnPolicy(agent)) sets.push_back("agent." + agent + ".passes=8");
  return sets;
}

void SetPeer(TrainSetup& setup, const std::map<std::string, double>& figures, const char* peer,
             double factor) {
  const auto found = figures.find(setup.config.agent.name);
  if (found == figures.end()) return;
  setup.peer = peer;
  setup.peer_value = found->second;
  setup.bar = factor * found->second;
}

}  // namespace

TrainSetup MakeTrainSetup(const std::string& agent, TrainWork work) {
  if (!FindAgentRow(agent).learns)
    throw Error(ErrorKind::kUsage, "bench train: '" + agent + "' does not learn; try ppo");
  TrainSetup setup;
  if (work == TrainWork::kSameWork) setup.sets = SameWorkSets(agent);
  if (work == TrainWork::kMatrix) setup.sets = MatrixSets(agent);
  setup.sets.push_back("agent.name=" + agent);
  setup.sets.push_back("planner.name=none");
  setup.config = ReadRunConfig(ConfigSource::FromText("", "bench", setup.sets));
  if (work == TrainWork::kMatrix) {
    SetPeer(setup, kEasyRl4Rec, "EasyRL4Rec", 10);
    return setup;
  }
  SetPeer(setup, kKuaiSimTrain, "KuaiSim", work == TrainWork::kSameWork ? 20 : 200);
  if (agent == "a2c" && work == TrainWork::kSameWork) setup.updates = 4;
  if (agent == "ppo") {
    setup.peer = "Python prototype";
    setup.peer_value = kPrototypePpo;
    if (work == TrainWork::kDefault) setup.bar = kPpoBar;
  }
  return setup;
}

double MatrixFlops(const TrainSetup& setup, int64_t items, int64_t token_width) {
  const AgentConfig& agent = setup.config.agent;
  const auto state = static_cast<double>(agent.learner.state.width),
             hidden = static_cast<double>(agent.learner.policy.hidden),
             factors = static_cast<double>(agent.factors.factors + 1);
  const double embed = static_cast<double>(token_width) * state;
  const auto mlp = [&](double in, double out) {
    return in * hidden + hidden * hidden + hidden * out;
  };
  const double scores = factors * static_cast<double>(items);
  const double actor = mlp(state, factors), critic = mlp(state, 1), q = mlp(state + factors, 1);
  const double play = embed + actor + scores;
  double learn = 0;  // of one state
  double states = 1;
  if (OnPolicy(agent.name)) {
    learn = 4 * (embed + actor + critic);  // targets, then forward and backward
  } else {
    states = 8;
    const double critics = agent.name == "td3" ? 2 : 1;
    const double actors = agent.name == "td3" ? 0.5 : 1;  // actor steps per critic step
    learn = 3 * embed + critics * 3 * q + actor + critics * q + actors * 3 * (actor + q);
    if (agent.name == "dqn") learn = 3 * (embed + actor + scores) + actor + scores;
  }
  return 2 * (play + states * learn);
}

}  // namespace lerl
