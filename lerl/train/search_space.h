#pragma once
// The search space of `lerl tune`: for each learning agent the settings that matter, and where to
// look for good values of them. Each agent has one list, with one row per setting. All values lie
// within the limits that VisitFields sets.

#include <string>
#include <string_view>
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

// The settings to tune of an agent; empty if it has none.
std::vector<SearchSetting> SearchSpace(std::string_view agent);
// The registered agents that have settings to tune.
std::vector<std::string> TunableAgents();

}  // namespace lerl
