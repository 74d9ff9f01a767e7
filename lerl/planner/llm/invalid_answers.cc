#include "lerl/planner/llm/invalid_answers.h"

#include <nlohmann/json.hpp>

namespace lerl {

void InvalidAnswers::Add(const std::string& key, const std::string& reason) {
  if (std::ssize(states_) >= capacity_ && !states_.contains(key)) states_.clear();
  State& state = states_[key];
  ++state.invalid;
  state.reason = reason;
}

const std::string* InvalidAnswers::GivenUp(const std::string& key) const {
  const auto found = states_.find(key);
  if (found == states_.end() || found->second.invalid < tries_) return nullptr;
  return &found->second.reason;
}

nlohmann::json InvalidAnswers::ToJson() const {
  nlohmann::json rows = nlohmann::json::array();
  for (const auto& [key, state] : states_) rows.push_back({key, state.invalid, state.reason});
  return rows;
}

void InvalidAnswers::FromJson(const nlohmann::json& json) {
  states_.clear();
  for (const nlohmann::json& row : json) states_[row[0]] = {row[1], row[2]};
}

}  // namespace lerl
