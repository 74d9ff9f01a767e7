#pragma once
// PlanCache: valid answers of the language model, found by what the prompt showed: the prefix
// (instructions, labels, reflections) and the user's coarse state. The cache is bounded; when it is
// full the oldest answer leaves.
//
// Axes: C categories.

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "lerl/base/tensor_file.h"
#include "lerl/planner/llm/prompt.h"

namespace lerl {

struct PlanAnswer {
  std::vector<float> scores;  // [C] higher is better; minus infinity for a category not named
  std::string error;          // why the answer can't be used, and is not cached; empty: it can
  bool answered = true;       // false: nobody answered; the same question may succeed later
  int unlisted = 0;           // labels that the answer does not list (unlisted_labels.h)
};

class PlanCache {
 public:
  PlanCache(int64_t capacity, int64_t categories) : capacity_(capacity), categories_(categories) {}

  // The answer for this prefix and state; nullptr if absent. The pointer lives until the next
  // Insert.
  const PlanAnswer* Find(const std::string& prefix_hash, const PlanState& state) const;
  // Keeps a valid answer for a prefix and a state, in place of one that they have.
  void Insert(const std::string& prefix_hash, PlanState state, PlanAnswer answer);

  struct Nearest {
    const PlanAnswer* answer;  // lives until the next Insert
    int distance;              // StateDistance
  };
  // The answer for the nearest state under any prefix. Of equally near states one under this
  // prefix is taken first, then the oldest. Empty if there is no answer.
  std::optional<Nearest> FindNearest(const std::string& prefix_hash, const PlanState& state);

  int64_t size() const { return std::ssize(entries_); }

  void Save(TensorFile& file, const std::string& name) const;
  void Load(const TensorFile& file, const std::string& name);

  // What tells prefixes and states apart.
  static std::string Key(const std::string& prefix_hash, const PlanState& state);

 private:
  struct Entry {
    std::string prefix_hash;
    PlanState state;
    PlanAnswer answer;
  };

  const int64_t capacity_, categories_;
  std::vector<Entry> entries_;  // a ring once it is full
  size_t oldest_ = 0;
  std::unordered_map<std::string, size_t> places_;   // in entries_, by key
  std::unordered_map<std::string, size_t> nearest_;  // results of FindNearest; Insert empties them
};

}  // namespace lerl
