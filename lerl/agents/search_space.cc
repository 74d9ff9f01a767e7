#include "lerl/agents/search_space.h"

#include <cmath>
#include <cstdio>
#include <utility>

#include "lerl/base/check.h"

namespace lerl {

SearchSetting LinearSetting(const std::string& name, double low, double high) {
  return {.name = name, .low = low, .high = high};
}

SearchSetting LogSetting(const std::string& name, double low, double high) {
  return {.name = name, .low = low, .high = high, .logarithmic = true};
}

SearchSetting ChoiceSetting(const std::string& name, std::vector<std::string> choices) {
  return {.name = name, .choices = std::move(choices)};
}

SearchSpace PolicyGradientSpace(const std::string& section, SearchSpace more) {
  SearchSpace space = {LogSetting(section + ".learning_rate", 1e-4, 1e-2),
                       LinearSetting(section + ".gamma", 0.7, 0.99),
                       LogSetting(section + ".entropy_weight", 1e-4, 0.1),
                       ChoiceSetting(section + ".minibatch", {"16", "32", "64"}),
                       LogSetting("policy.sigma", 0.1, 1),
                       ChoiceSetting("warm_start.steps", {"0", "50", "200"})};
  space.insert(space.end(), more.begin(), more.end());
  return space;
}

SearchSpace ActorCriticSpace(const std::string& section, SearchSpace more) {
  SearchSpace space = PolicyGradientSpace(section, std::move(more));
  space.insert(space.begin() + 2, LinearSetting(section + ".lambda", 0.5, 1));
  return space;
}

SearchSpace ReplaySpace(const std::string& section, SearchSpace more) {
  SearchSpace space = {LogSetting(section + ".critic_rate", 1e-4, 1e-2),
                       LinearSetting(section + ".gamma", 0.7, 0.99),
                       LogSetting(section + ".tau", 1e-3, 0.1),
                       ChoiceSetting(section + ".passes", {"1", "2", "4"}),
                       ChoiceSetting("warm_start.steps", {"0", "50", "200"})};
  space.insert(space.end(), more.begin(), more.end());
  return space;
}

SearchSpace ActorReplaySpace(const std::string& section, SearchSpace more) {
  more.push_back(LogSetting(section + ".actor_rate", 3e-5, 3e-3));
  more.push_back(LogSetting(section + ".explore_sigma", 0.1, 1));
  return ReplaySpace(section, std::move(more));
}

std::string SearchSetting::At(double u) const {
  LERL_CHECK(u >= 0 && u < 1);
  if (!choices.empty())
    return choices[static_cast<size_t>(u * static_cast<double>(choices.size()))];
  const double value = logarithmic ? low * std::pow(high / low, u) : low + u * (high - low);
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", value);
  return text;
}

}  // namespace lerl
