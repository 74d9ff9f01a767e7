#pragma once
// For tests of agents whose reward depends on popularity: three items and sessions of one slate of
// two. Popularity and quality are those of agents/items/item_statistics.h.
//
//   item        0    1    2
//   popularity  1    1/3  0
//   quality     3/5  2/3  1/2

#include <utility>
#include <vector>

#include "lerl/agents/agent_context.h"
#include "lerl/sim/session_log.h"

namespace lerl {

struct ThreeItems {
  Dataset dataset;
  Split split;
  ItemFactors factors;

  ThreeItems() {
    dataset.behaviours = {"like"};
    dataset.categories = {"a"};
    dataset.user_ids = {"a", "b", "c"};
    dataset.item_ids = {"0", "1", "2"};
    dataset.category_offsets = std::vector<int64_t>{0, 1, 2, 3};
    dataset.category_ids = std::vector<int32_t>{0, 0, 0};
    dataset.user_offsets = std::vector<int64_t>{0, 2, 3, 4};
    dataset.items = std::vector<int32_t>{0, 1, 0, 0};
    dataset.responses = {Column<uint8_t>(std::vector<uint8_t>{1, 1, 0, 1})};
    split.train_end = split.valid_end = {2, 3, 4};
    split.train_users = {0, 1, 2};
    factors.width = 1;
    factors.vectors = {1, -1, 0};
  }

  AgentContext Context() const {
    return {.dataset = dataset, .split = split, .factors = factors, .slate = 2, .seed = 1};
  }

  static SessionLog Session(std::vector<int32_t> items, uint32_t liked = 0) {
    SessionLog log;
    log.exclude_history = false;
    log.Resize(1, 1, 2, 1, 0);
    log.length = {1};
    log.terminated = {1};
    log.items = std::move(items);
    log.responses = {liked, liked};
    log.reward = {static_cast<float>(liked)};
    log.plan = {1};
    return log;
  }
};

}  // namespace lerl
