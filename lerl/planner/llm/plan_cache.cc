#include "lerl/planner/llm/plan_cache.h"

#include <nlohmann/json.hpp>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/base/json_text.h"
#include "lerl/planner/state_text.h"

namespace lerl {

std::string PlanCache::Key(const std::string& prefix_hash, const PlanState& state) {
  std::string key = prefix_hash;
  const auto add = [&key](const std::vector<int16_t>& categories) {
    key += '|';
    for (const int16_t category : categories) key += std::to_string(category) + ',';
  };
  add(state.favourites);
  add(state.last);
  add(state.often);
  return key + (state.last_liked ? '+' : '-') + state.user +
         (state.wish.empty() ? "" : "\n" + state.wish);
}

const PlanAnswer* PlanCache::Find(const std::string& prefix_hash, const PlanState& state) const {
  const auto found = places_.find(Key(prefix_hash, state));
  return found == places_.end() ? nullptr : &entries_[found->second].answer;
}

void PlanCache::Insert(const std::string& prefix_hash, PlanState state, PlanAnswer answer) {
  LERL_CHECK_EQ(std::ssize(answer.scores), categories_);
  LERL_CHECK(answer.error.empty() && answer.answered);
  nearest_.clear();
  const std::string key = Key(prefix_hash, state);
  if (const auto found = places_.find(key); found != places_.end()) {
    entries_[found->second].answer = std::move(answer);
    return;
  }
  Entry entry{prefix_hash, std::move(state), std::move(answer)};
  if (size() < capacity_) {
    places_[key] = entries_.size();
    entries_.push_back(std::move(entry));
    return;
  }
  places_.erase(Key(entries_[oldest_].prefix_hash, entries_[oldest_].state));
  places_[key] = oldest_;
  entries_[oldest_] = std::move(entry);
  oldest_ = (oldest_ + 1) % entries_.size();
}

std::optional<PlanCache::Nearest> PlanCache::FindNearest(const std::string& prefix_hash,
                                                         const PlanState& state) {
  const std::string key = Key(prefix_hash, state);
  if (const auto known = nearest_.find(key); known != nearest_.end()) {
    const Entry& entry = entries_[known->second];
    return Nearest{&entry.answer, StateDistance(entry.state, state)};
  }
  size_t best = entries_.size();
  int best_rank = 0;
  for (size_t age = 0; age < entries_.size(); ++age) {
    const size_t place = (oldest_ + age) % entries_.size();
    const Entry& entry = entries_[place];
    const int rank =
        2 * StateDistance(entry.state, state) + (entry.prefix_hash == prefix_hash ? 0 : 1);
    if (best == entries_.size() || rank < best_rank) {
      best = place;
      best_rank = rank;
    }
  }
  if (best == entries_.size()) return std::nullopt;
  nearest_[key] = best;
  return Nearest{&entries_[best].answer, best_rank / 2};
}

void PlanCache::Save(TensorFile& file, const std::string& name) const {
  nlohmann::json rows = nlohmann::json::array();
  std::vector<float> scores;
  for (size_t age = 0; age < entries_.size(); ++age) {
    const Entry& entry = entries_[(oldest_ + age) % entries_.size()];
    rows.push_back({entry.prefix_hash, entry.state.favourites, entry.state.last,
                    entry.state.last_liked, entry.state.often, entry.answer.error,
                    entry.state.user});
    const bool wish = !entry.state.wish.empty();
    if (wish || entry.answer.unlisted > 0) rows.back().push_back(entry.answer.unlisted);
    if (wish) rows.back().push_back(entry.state.wish);
    scores.insert(scores.end(), entry.answer.scores.begin(), entry.answer.scores.end());
  }
  SaveText(file, name + "/entries", rows.dump());
  file.arrays[name + "/scores"] = Array::Of<float>({size(), categories_}, scores.data());
}

void PlanCache::Load(const TensorFile& file, const std::string& name) {
  entries_.clear();
  places_.clear();
  nearest_.clear();
  oldest_ = 0;
  const nlohmann::json rows = ParseJson(LoadText(file, name + "/entries"));
  // A label that an answer does not name has the score -infinity, so that any value may stand here.
  const Array& array = file.at(name + "/scores");
  LERL_CHECK_EQ(array.size(), std::ssize(rows) * categories_);
  const std::vector<float> scores = array.Values<float>();
  auto next = scores.begin();
  for (const nlohmann::json& row : rows) {
    PlanState state{.user = row.at(6),
                    .favourites = row.at(1),
                    .last = row.at(2),
                    .last_liked = row.at(3),
                    .often = row.at(4)};
    for (const auto* list : {&state.favourites, &state.last, &state.often})
      for (const int16_t category : *list) LERL_CHECK(category >= 0 && category < categories_);
    PlanAnswer answer{{next, next + categories_}, row.at(5)};
    if (row.size() > 7) answer.unlisted = row.at(7);
    if (row.size() > 8) state.wish = row.at(8);
    next += categories_;
    // Files from before invalid answers were asked again may hold some.
    if (answer.error.empty()) Insert(row.at(0), std::move(state), std::move(answer));
  }
}

}  // namespace lerl
