#pragma once
// The search space of `lerl tune`: for each learning agent the settings that matter, and where to
// look for good values of them. The space of an agent is a column of its row in agents/registry.cc,
// with one entry per setting. All values lie within the limits that VisitFields sets.

#include <string>
#include <vector>

namespace lerl {

struct SearchSetting {
  std::string name;  // below [agent]: "ppo.learning_rate"
  double low = 0, high = 0;
  bool logarithmic = false;
  std::vector<std::string> choices{};  // TOML values, in place of a range

  // The value at place u of the setting, as TOML; numbers have 3 significant digits.
  //
  //   low + u (high - low)       a linear range
  //   low (high / low)^u         a logarithmic one
  //   choices[floor(u n)]        n choices
  //
  // u must lie in [0, 1).
  std::string At(double u) const;
};

using SearchSpace = std::vector<SearchSetting>;

// One setting, in a linear range, a logarithmic one, or of some choices.
SearchSetting LinearSetting(const std::string& name, double low, double high);
SearchSetting LogSetting(const std::string& name, double low, double high);
SearchSetting ChoiceSetting(const std::string& name, std::vector<std::string> choices);

// Settings of ActorCriticConfig but lambda in [section], of the policy head, and `more`.
SearchSpace PolicyGradientSpace(const std::string& section, SearchSpace more);
// The same with lambda.
SearchSpace ActorCriticSpace(const std::string& section, SearchSpace more);
// Settings of ReplayConfig in [section], and `more`.
SearchSpace ReplaySpace(const std::string& section, SearchSpace more);
// Settings of a learner from replays whose actor proposes virtual items, and `more`.
SearchSpace ActorReplaySpace(const std::string& section, SearchSpace more);

}  // namespace lerl
