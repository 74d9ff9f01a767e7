#pragma once
// For tests and benchmarks: a plain, slow version of the matrix task (sim/matrix/matrix_env.h),
// written as the published code is: lists grow, slices count from their ends, and distances are
// computed from the columns each time.

#include <cmath>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/data/matrix.h"
#include "lerl/sim/env_config.h"

namespace lerl {

struct ReferenceSession {
  std::vector<double> rewards;  // one per step
  bool terminated = false, truncated = false;
};

// Python's items[begin:end], where a negative `begin` counts from the end.
inline std::vector<int32_t> Slice(const std::vector<int32_t>& items, int64_t begin, int64_t end) {
  const auto size = static_cast<int64_t>(items.size());
  if (begin < 0) begin = std::max<int64_t>(begin + size, 0);
  std::vector<int32_t> part;
  for (int64_t i = begin; i < std::min(end, size); ++i)
    part.push_back(items[static_cast<size_t>(i)]);
  return part;
}

inline double ReferenceDistance(const UserItemMatrix& matrix, int32_t a, int32_t b) {
  double sum = 0;
  for (int64_t row = 0; row < matrix.rows; ++row) {
    const double d =
        static_cast<double>(matrix.At(row, a)) - static_cast<double>(matrix.At(row, b));
    sum += d * d;
  }
  return std::sqrt(sum);
}

// Plays `slates` (each K items) until the session or the list of slates ends. The matrix's rows and
// columns are the data set's users and items. Known rules are category_window, distance_window and
// max_steps.
inline ReferenceSession PlayReference(const UserItemMatrix& matrix, const Dataset& dataset,
                                      const EnvConfig& config, int32_t user,
                                      const std::vector<std::vector<int32_t>>& slates) {
  ReferenceSession session;
  std::vector<int32_t> shown;
  for (const std::vector<int32_t>& slate : slates) {
    // 1. The window, and how often each category occurs in it.
    const auto t = static_cast<int64_t>(shown.size());
    const int64_t begin =
        config.compat_window ? t - config.window : std::max<int64_t>(t - config.window, 0);
    const std::vector<int32_t> window = t == 0 ? shown : Slice(shown, begin, t);
    std::map<int32_t, int64_t> count;
    for (const int32_t item : window)
      for (const int32_t category : dataset.CategoriesOf(item)) ++count[category];
    // 2. The reward, and whether an item of the slate makes the user leave.
    double reward = 0;
    bool leaves = false, cut = false;
    for (const int32_t item : slate) {
      reward += static_cast<double>(matrix.At(user, item)) / static_cast<double>(slate.size());
      for (const std::string& rule : config.rules) {
        if (rule == "category_window")
          for (const int32_t category : dataset.CategoriesOf(item))
            leaves |= count[category] > config.window_limit;
        if (rule == "distance_window")
          for (const int32_t other : window)
            leaves |= ReferenceDistance(matrix, item, other) < config.window_distance;
      }
    }
    shown.insert(shown.end(), slate.begin(), slate.end());
    session.rewards.push_back(reward);
    // 3. The limit.
    for (const std::string& rule : config.rules)
      cut |=
          rule == "max_steps" && static_cast<int64_t>(session.rewards.size()) >= config.max_steps;
    session.terminated = leaves;
    session.truncated = cut && !leaves;
    if (leaves || cut) break;
  }
  return session;
}

}  // namespace lerl
