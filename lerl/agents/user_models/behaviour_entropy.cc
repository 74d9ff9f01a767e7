#include "lerl/agents/user_models/behaviour_entropy.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "lerl/base/index.h"

namespace lerl {
namespace {

double EntropyOf(const std::map<int32_t, int64_t>& counts, double things, bool published) {
  double total = 0, entropy = 0;
  for (const auto& [thing, n] : counts) total += static_cast<double>(n);
  for (const auto& [thing, n] : counts) {
    const double p = static_cast<double>(n) / total;
    entropy -= p * std::log(p);
  }
  if (published)
    return counts.size() == 1 ? 1 : entropy / std::log(static_cast<double>(counts.size()));
  return things > 1 ? std::min(1.0, entropy / std::log(things)) : 0;
}

}  // namespace

BehaviourEntropy::BehaviourEntropy(const Dataset& dataset, const TrainingRows& rows,
                                   Options options)
    : options_(options) {
  if (options.categories) category_ = RarestCategory(dataset);
  // 1. N. Items without a category share the thing -1, which N does not count.
  const auto things =
      static_cast<double>(options.categories ? dataset.num_categories() : dataset.num_items());
  // 2. n_key of every key: what came next after one thing, and after two, of the same user.
  std::unordered_map<uint64_t, std::map<int32_t, int64_t>> counts;
  for (size_t row = 0; row + 1 < rows.users.size(); ++row) {
    if (rows.users[row] != rows.users[row + 1]) continue;
    const int32_t now = Thing(rows.items[row]), next = Thing(rows.items[row + 1]);
    ++counts[Key(now, kNone)][next];
    if (row > 0 && rows.users[row - 1] == rows.users[row])
      ++counts[Key(now, Thing(rows.items[row - 1]))][next];
  }
  // 3. E of every key, equation (1) of the header.
  for (const auto& [key, next] : counts) entropy_[key] = EntropyOf(next, things, options.published);
}

uint64_t BehaviourEntropy::Key(int32_t a, int32_t b) {
  const auto low = static_cast<uint32_t>(std::min(a, b)),
             high = static_cast<uint32_t>(std::max(a, b));
  return (static_cast<uint64_t>(low) << 32) | high;
}

int32_t BehaviourEntropy::Thing(int32_t item) const {
  return options_.categories ? category_[At(item)] : item;
}

double BehaviourEntropy::OfKey(int32_t a, int32_t b) const {
  const auto found = entropy_.find(Key(a, b));
  if (found == entropy_.end()) return options_.published ? 1 : 0;
  return found->second;
}

double BehaviourEntropy::Of(std::span<const int32_t> slate, std::span<const int32_t> before) const {
  double one = 0, two = 0;
  for (const int32_t item : slate) {
    one += OfKey(Thing(item), kNone);
    for (const int32_t earlier : before) two += OfKey(Thing(item), Thing(earlier));
  }
  one /= static_cast<double>(slate.size());
  if (before.empty()) return one + (options_.published ? 1 : 0);
  return one + two / static_cast<double>(slate.size() * before.size());
}

}  // namespace lerl
