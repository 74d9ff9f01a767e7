#pragma once
// Answers of the language model by what the prompt showed: the prefix (instructions, labels,
// reflections) and the user's coarse state. Bounded; the oldest answer leaves.
//
// C categories. Scores are higher for better; minus infinity: the answer did not name the category.

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "lerl/base/tensor_file.h"
#include "lerl/planner/llm/prompt.h"

namespace lerl {

struct PlanAnswer {
  std::vector<float> scores;  // [C]
  std::string error;          // why it is invalid; empty if it is whole
  bool answered = true;       // false: nobody answered; such a one is never cached
};

class PlanCache {
 public:
  PlanCache(int64_t capacity, int64_t categories) : capacity_(capacity), categories_(categories) {}

  // nullptr if absent. The pointer lives until the next Insert.
  const PlanAnswer* Find(const std::string& prefix_hash, const PlanState& state) const;
  void Insert(const std::string& prefix_hash, PlanState state, PlanAnswer answer);

  struct Nearest {
    const PlanAnswer* answer;  // lives until the next Insert
    int distance;              // StateDistance
  };
  // The valid answer to the nearest state; among equally near ones those of this prefix, then the
  // oldest. Empty if there is no valid answer.
  std::optional<Nearest> FindNearest(const std::string& prefix_hash, const PlanState& state);

  int64_t size() const { return static_cast<int64_t>(entries_.size()); }

  void Save(TensorFile& file, const std::string& name) const;
  void Load(const TensorFile& file, const std::string& name);

 private:
  struct Entry {
    std::string prefix_hash;
    PlanState state;
    PlanAnswer answer;
  };
  static std::string Key(const std::string& prefix_hash, const PlanState& state);

  const int64_t capacity_, categories_;
  std::vector<Entry> entries_;  // a ring once it is full
  size_t oldest_ = 0;
  std::unordered_map<std::string, size_t> places_;
  std::unordered_map<std::string, size_t> nearest_;  // emptied by Insert
};

}  // namespace lerl
