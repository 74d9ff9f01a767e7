#pragma once
// What `lerl tune` searches for each learning agent: the settings that matter and where good values
// are to be looked for. One row per setting, one list per agent; the limits of VisitFields hold all
// the same.

#include <string>
#include <string_view>
#include <vector>

namespace lerl {

struct SearchSetting {
  std::string name;  // below [agent]: "ppo.learning_rate"
  double low = 0, high = 0;
  bool logarithmic = false;
  std::vector<std::string> choices{};  // TOML values, in place of a range

  // The value at `u` in [0, 1) of the range, as TOML; numbers have 3 significant digits.
  std::string At(double u) const;
};

// Empty for an agent without settings to tune. A row may stand before its agent is registered.
std::vector<SearchSetting> SearchSpace(std::string_view agent);
// The agents that have any.
std::vector<std::string> TunableAgents();

}  // namespace lerl
