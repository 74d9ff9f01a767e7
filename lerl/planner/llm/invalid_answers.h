#pragma once
// InvalidAnswers: states that a language model has answered in a way that can't be read. Such an
// answer is none: it is in no cache and in no file as an answer, and the state is asked again at
// its next request. So that a model which never answers well does not use up the budget, a state is
// given up after `tries` invalid answers in a row (planner.llm.tries).

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace lerl {

class InvalidAnswers {
 public:
  // When more than `capacity` states are known, all are forgotten and may be asked again.
  InvalidAnswers(int64_t tries, int64_t capacity) : tries_(tries), capacity_(capacity) {}

  // One more invalid answer for the state with this key (PlanCache::Key), and why it is invalid.
  void Add(const std::string& key, const std::string& reason);
  // The state has a valid answer; its tries begin anew.
  void Forget(const std::string& key) { states_.erase(key); }
  // Why a state that was given up has no answer; nullptr if it may be asked. The pointer lives
  // until the next Add or Forget.
  const std::string* GivenUp(const std::string& key) const;

  bool empty() const { return states_.empty(); }
  nlohmann::json ToJson() const;
  void FromJson(const nlohmann::json& json);

 private:
  struct State {
    int64_t invalid = 0;  // answers in a row
    std::string reason;   // of the latest
  };
  const int64_t tries_, capacity_;
  std::map<std::string, State> states_;
};

}  // namespace lerl
