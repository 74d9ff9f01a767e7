#pragma once
// For tests of metrics and reports: a tiny data set, sessions written by hand, and generated ones.

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "lerl/base/rng.h"
#include "lerl/data/dataset.h"
#include "lerl/data/split.h"
#include "lerl/sim/session_log.h"

namespace lerl {

// A data set of items with the given categories, in which nobody has interactions.
inline Dataset DatasetOf(const std::vector<std::vector<int32_t>>& categories_of_items,
                         int num_categories, int num_users) {
  Dataset dataset;
  dataset.name = "tiny";
  dataset.behaviours = {"like"};
  for (int c = 0; c < num_categories; ++c) dataset.categories.push_back("c" + std::to_string(c));
  for (int u = 0; u < num_users; ++u) dataset.user_ids.push_back("u" + std::to_string(u));
  std::vector<int64_t> offsets = {0};
  std::vector<int32_t> ids;
  for (const auto& categories : categories_of_items) {
    dataset.item_ids.push_back("i" + std::to_string(dataset.item_ids.size()));
    dataset.item_titles.push_back("Item " + std::to_string(dataset.item_titles.size()));
    ids.insert(ids.end(), categories.begin(), categories.end());
    offsets.push_back(static_cast<int64_t>(ids.size()));
  }
  dataset.category_offsets = offsets;
  dataset.category_ids = ids;
  dataset.user_offsets = std::vector<int64_t>(static_cast<size_t>(num_users) + 1);
  return dataset;
}

// A row of a user's log. AddRows gives user u the rows rows_of_users[u], of which the first `past`
// are training rows.
struct LoggedRow {
  int32_t item;
  uint8_t liked;
};
inline void AddRows(Dataset& dataset, Split& split,
                    const std::vector<std::vector<LoggedRow>>& rows_of_users, int64_t past) {
  std::vector<int32_t> items;
  std::vector<uint8_t> liked;
  std::vector<int64_t> offsets = {0};
  for (const auto& rows : rows_of_users) {
    split.train_end.push_back(offsets.back() + std::min<int64_t>(past, std::ssize(rows)));
    for (const LoggedRow& row : rows) items.push_back(row.item), liked.push_back(row.liked);
    offsets.push_back(std::ssize(items));
  }
  split.valid_end = split.train_end;
  dataset.times_ms = std::vector<int64_t>(items.size());
  dataset.items = std::move(items);
  dataset.responses = {Column<uint8_t>(std::move(liked))};
  dataset.user_offsets = std::move(offsets);
}

// The split of a data set in which nobody has rows.
inline Split EmptySplit(const Dataset& dataset) {
  Split split;
  split.train_end.assign(static_cast<size_t>(dataset.num_users()), 0);
  split.valid_end = split.train_end;
  return split;
}

// A log of one session per entry, of users 0, 1 and so on; an entry lists its slates, all of one
// size. All sessions are terminated; each step has the expected reward .5 and the drawn reward 1.
inline SessionLog LogOf(const std::vector<std::vector<std::vector<int32_t>>>& sessions,
                        int num_categories) {
  size_t steps = 0;
  for (const auto& slates : sessions) steps = std::max(steps, slates.size());
  SessionLog log;
  const size_t slate = sessions[0][0].size();
  log.Resize(static_cast<int64_t>(sessions.size()), static_cast<int64_t>(steps),
             static_cast<int64_t>(slate), num_categories, 0);
  for (size_t s = 0; s < sessions.size(); ++s) {
    log.user[s] = static_cast<int32_t>(s);
    log.length[s] = static_cast<int32_t>(sessions[s].size());
    log.terminated[s] = 1;
    for (size_t t = 0; t < sessions[s].size(); ++t) {
      const size_t cell = log.Cell(static_cast<int64_t>(s), static_cast<int64_t>(t));
      std::copy(sessions[s][t].begin(), sessions[s][t].end(),
                log.items.begin() + static_cast<std::ptrdiff_t>(cell * slate));
      log.expected[cell] = 0.5f;
      log.reward[cell] = 1;
    }
  }
  return log;
}

// What sessions RandomLog makes: of random lengths in [shortest, longest], with random slates and,
// where `planned`, random plans of 3 categories.
struct RandomSessions {
  int users = 30, slate = 6, shortest = 11, longest = 20;
  double like = 0.5;  // mean chance of a like
  bool planned = true;
  uint8_t origin = 0;  // PlanOrigin
};

inline SessionLog RandomLog(const Dataset& dataset, const RandomSessions& kind, uint64_t seed) {
  SessionLog log;
  const int64_t categories = dataset.num_categories();
  log.Resize(kind.users, kind.longest, kind.slate, categories, 0);
  for (int64_t s = 0; s < kind.users; ++s) {
    Rng rng(seed, "sessions", static_cast<uint64_t>(s));
    const size_t row = static_cast<size_t>(s);
    log.user[row] = static_cast<int32_t>(s);
    log.length[row] = static_cast<int32_t>(
        kind.shortest +
        static_cast<int>(rng.Below(static_cast<uint64_t>(kind.longest - kind.shortest) + 1)));
    log.terminated[row] = 1;
    std::vector<int32_t> items(static_cast<size_t>(dataset.num_items()));
    for (size_t i = 0; i < items.size(); ++i) items[i] = static_cast<int32_t>(i);
    std::vector<int16_t> ranking(static_cast<size_t>(categories));
    for (size_t c = 0; c < ranking.size(); ++c) ranking[c] = static_cast<int16_t>(c);
    for (int64_t t = 0; t < log.length[row]; ++t) {
      const size_t cell = log.Cell(s, t);
      rng.Shuffle(std::span(items));
      rng.Shuffle(std::span(ranking));
      log.origin[cell] = kind.origin;
      for (size_t c = 0; c < ranking.size(); ++c) {
        const size_t at = cell * ranking.size();
        log.plan[at + static_cast<size_t>(ranking[c])] = !kind.planned || c < 3;
        log.ranking[at + c] = kind.planned ? ranking[c] : int16_t{-1};
      }
      for (size_t k = 0; k < static_cast<size_t>(kind.slate); ++k) {
        const double p = 0.5 * kind.like + 0.5 * rng.Uniform();
        const bool liked = rng.Bernoulli(p);
        log.items[cell * static_cast<size_t>(kind.slate) + k] = items[k];
        log.responses[cell * static_cast<size_t>(kind.slate) + k] = liked;
        log.expected[cell] += static_cast<float>(p / kind.slate);
        log.reward[cell] += static_cast<float>(liked) / static_cast<float>(kind.slate);
      }
    }
  }
  return log;
}

// Unit vectors of random directions, [I, width].
inline std::vector<float> RandomUnitVectors(int64_t items, int64_t width, uint64_t seed) {
  Rng rng(seed, "item-vectors");
  std::vector<float> vectors(static_cast<size_t>(items * width));
  for (size_t i = 0; i < static_cast<size_t>(items); ++i) {
    const std::span<float> row(vectors.data() + i * static_cast<size_t>(width),
                               static_cast<size_t>(width));
    double squares = 0;
    for (float& x : row) {
      x = static_cast<float>(rng.Normal());
      squares += x * x;
    }
    for (float& x : row) x /= static_cast<float>(std::sqrt(squares));
  }
  return vectors;
}

}  // namespace lerl
