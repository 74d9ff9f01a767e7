#pragma once
// For tests: a data set in which each item's categories are given by hand, and a response model
// whose logits are.

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/data/split.h"
#include "lerl/sim/response/response_model.h"

namespace lerl {

// A data set of one user, who has seen and liked the items of `past`; categories are named c0, c1
// and so on.
inline Dataset HandMadeDataset(const std::vector<std::vector<int32_t>>& categories_of_items,
                               int num_categories, const std::vector<int32_t>& past = {},
                               int behaviours = 1) {
  Dataset data;
  data.name = "hand-made";
  data.user_ids = {"u0"};
  for (int f = 0; f < behaviours; ++f) data.behaviours.push_back("b" + std::to_string(f));
  for (int c = 0; c < num_categories; ++c) data.categories.push_back("c" + std::to_string(c));
  std::vector<int64_t> offsets = {0};
  std::vector<int32_t> ids;
  for (const auto& categories : categories_of_items) {
    data.item_ids.push_back("i" + std::to_string(data.item_ids.size()));
    ids.insert(ids.end(), categories.begin(), categories.end());
    offsets.push_back(static_cast<int64_t>(ids.size()));
  }
  data.item_titles.resize(data.item_ids.size());
  data.category_offsets = std::move(offsets);
  data.category_ids = std::move(ids);
  data.user_offsets = std::vector<int64_t>{0, static_cast<int64_t>(past.size())};
  data.items = past;
  data.times_ms = std::vector<int64_t>(past.size());
  for (int f = 0; f < behaviours; ++f)
    data.responses.emplace_back(std::vector<uint8_t>(past.size(), 1));
  return data;
}

inline Split AllIsTraining(const Dataset& data) {
  Split split;
  for (int64_t user = 0; user < data.num_users(); ++user) {
    split.train_end.push_back(data.RowsEnd(user));
    split.valid_end.push_back(data.RowsEnd(user));
    split.train_users.push_back(static_cast<int32_t>(user));
  }
  return split;
}

// For every user the logit of item i and behaviour f is logits[i * F + f].
class FixedResponse : public ResponseModel {
 public:
  FixedResponse(std::vector<float> logits, int behaviours)
      : logits_(std::move(logits)), behaviours_(behaviours) {}
  std::string name() const override { return "fixed"; }
  int64_t num_users() const override { return std::numeric_limits<int32_t>::max(); }
  int num_items() const override { return static_cast<int>(logits_.size()) / behaviours_; }
  int num_behaviours() const override { return behaviours_; }
  int history() const override { return 0; }
  std::unique_ptr<ResponseState> NewState(int) const override {
    return std::make_unique<ResponseState>();
  }
  void Start(ResponseState&, int, int32_t, std::span<const Interaction>) const override {}
  void Score(const ResponseState&, std::span<const int>, std::span<const int32_t> items,
             std::span<float> logits) const override {
    const auto width = static_cast<size_t>(behaviours_);
    for (size_t n = 0; n < logits.size(); ++n)
      logits[n] = logits_[static_cast<size_t>(items[n / width]) * width + n % width];
  }
  void ScoreAll(const ResponseState&, int, std::span<float> logits) const override {
    std::copy(logits_.begin(), logits_.end(), logits.begin());
  }
  void Append(ResponseState&, std::span<const int>, std::span<const Interaction>) const override {}
  TensorFile ToFile() const override { return {}; }

 private:
  std::vector<float> logits_;
  int behaviours_;
};

}  // namespace lerl
