#include "lerl/testing/agent_settings.h"

#include "lerl/testing/small_agents.h"

namespace lerl {
namespace {

// Sets every `minibatch` to 4 sessions, so that the 8 of an iteration are more than one, and every
// replay to 12, so that old sessions leave it.
class FewSessions : public SettingLister {
 public:
  using SettingLister::operator();
  void operator()(const char* name, int64_t& value, const char*, Range) override {
    if (std::string_view(name) == "minibatch") value = 4;
    if (std::string_view(name) == "sessions") value = 12;
  }
};

// A row may learn by linear regression, whose state is no network.
bool IsBandit(std::string_view name) { return name == "linucb" || name == "epsilon_greedy"; }

std::vector<SettingNote> LearnerNotes() {
  return {{.path = "state.width", .with = {"state.encoder=gru"}},
          {.path = "state.window", .with = {"state.encoder=average"}},
          {.path = "state.filters", .with = {"state.encoder=caser"}}};
}

std::vector<SettingNote> BanditNotes() {
  const std::string why = "its state is the user's taste, and it has no network";
  return {{.path = "state.*", .inert = why},
          {.path = "policy.hidden", .inert = why},
          {.path = "warm_start.steps", .values = {"0"}},
          {.path = "warm_start.batch", .inert = "all rows of the logs enter at once"}};
}

// What agents without a policy head leave unread; they refuse policy.kind and policy.state_sigma.
std::vector<SettingNote> NoPolicyNotes() {
  const std::string why = "it draws from no policy of this kind";
  return {{.path = "policy.sigma", .inert = why},
          {.path = "policy.published_density", .inert = why}};
}

// The log of the tests is shorter than the rows that a fit holds.
SettingNote FewRowsNote() { return {.path = "factors.most_rows", .values = {"30"}}; }

// What the world is made of, before there is an agent.
SettingNote OfTheWorldNote() {
  return {.path = "item_features", .inert = "worlds are made by it (train/item_features.h)"};
}

std::vector<SettingNote> UnlearnedNotes(std::string_view name) {
  const std::string why = "it does not learn";
  std::vector<SettingNote> notes = {{.path = "state.*", .inert = why},
                                    {.path = "policy.*", .inert = why},
                                    {.path = "warm_start.*", .inert = why},
                                    OfTheWorldNote()};
  if (name != "mmr") notes.push_back({.path = "factors.*", .inert = "it reads no item vectors"});
  if (name == "mmr") notes.push_back(FewRowsNote());
  return notes;
}

// Settings of single agents.
std::vector<SettingNote> ReplayNotes(const std::string& section) {
  const std::vector<std::string> prioritised = {section + ".priority_exponent=0.5"};
  return {{.path = section + ".target_every", .values = {"3"}},
          {.path = section + ".huber", .values = {"0.1"}},
          {.path = section + ".learning_starts", .values = {"10"}},
          {.path = section + ".importance_exponent", .with = prioritised},
          {.path = section + ".priority_floor", .with = prioritised}};
}

// Of agents that explore by a random item here and there, of which sessions so short hold few.
std::vector<SettingNote> EpsilonNotes(const std::string& section) {
  const std::string often = section + ".epsilon=0.9";
  return {
      {.path = section + ".explore_schedule", .with = {often}},
      {.path = section + ".explore_end", .with = {often, section + ".explore_schedule=linear"}}};
}

std::vector<SettingNote> SigmaNotes(const std::string& section) {
  return {{.path = section + ".explore_end", .with = {section + ".explore_schedule=linear"}}};
}

std::vector<SettingNote> OwnNotes(std::string_view name) {
  if (name == "ppo" || name == "cirs" || name == "her4if") {
    // Steps must be long before ratios leave the clip.
    const std::string section(name), long_steps = section + ".learning_rate=0.05";
    return {
        {.path = section + ".clip", .with = {long_steps}},
        {.path = section + ".clip_schedule", .with = {long_steps}},
        {.path = section + ".clip_end", .with = {long_steps, section + ".clip_schedule=linear"}},
        {.path = section + ".value_clip", .values = {"1e-4"}},
        {.path = section + ".target_kl", .values = {"1e-6"}}};
  }
  if (name == "sac4ir") return {{.path = "sac4ir.eta", .with = {"sac4ir.reward=damped"}}};
  if (name == "dnair") {
    const std::vector<std::string> few_near = {"dnair.near=2", "dnair.epsilon=0.5"};
    return {{.path = "dnair.around", .with = few_near},
            {.path = "dnair.near", .values = {"2"}},
            {.path = "dnair.published_diversity", .with = few_near},
            {.path = "dnair.always_diverse", .with = few_near}};
  }
  return {};
}

}  // namespace

AgentConfig SmallAgent(const std::string& name) {
  AgentConfig config;
  FewSessions few;
  config.VisitFields(few);
  config.name = name;
  config.factors = {.factors = 4, .epochs = 2, .batch = 64};
  config.learner = TinyLearner();
  for (ModelBasedConfig* model : {&config.cirs.model_based, &config.dorl.model_based})
    model->imagine = {.iterations = 2, .sessions = 4, .steps = 3};
  for (FactorFitConfig* fit : {&config.cirs.user_model.fit, &config.dorl.world.fit})
    *fit = {.factors = 4, .epochs = 2, .batch = 64};
  return config;
}

std::vector<SettingNote> AgentSettingNotes(const AgentRow& row) {
  if (!row.learns) return UnlearnedNotes(row.name);
  std::vector<SettingNote> notes = IsBandit(row.name) ? BanditNotes() : LearnerNotes();
  const auto add = [&notes](const std::vector<SettingNote>& more) {
    notes.insert(notes.end(), more.begin(), more.end());
  };
  if (row.policy_head)
    add({{.path = "policy.published_density", .with = {"policy.kind=items"}}});
  else
    add(NoPolicyNotes());
  add({FewRowsNote(), OfTheWorldNote()});
  add(OwnNotes(row.name));
  if (row.policy_head) {
    const std::string section(row.name);
    add({{.path = section + ".learning_rate_end",
          .with = {section + ".learning_rate_schedule=linear"}}});
  }
  for (const char* name : {"ddpg", "td3", "dqn", "hac", "sac4ir", "dnair"})
    if (row.name == name) add(ReplayNotes(name));
  for (const char* name : {"dqn", "dnair", "epsilon_greedy"})
    if (row.name == name) add(EpsilonNotes(name));
  for (const char* name : {"ddpg", "td3", "hac"})
    if (row.name == name) add(SigmaNotes(name));
  return notes;
}

}  // namespace lerl
