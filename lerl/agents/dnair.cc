#include "lerl/agents/dnair.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "lerl/agents/items/item_statistics.h"
#include "lerl/agents/learning/double_q.h"
#include "lerl/agents/learning/exploration.h"
#include "lerl/base/index.h"
#include "lerl/nn/torch_arrays.h"

namespace lerl {
namespace {

constexpr int64_t kRelevanceWindow = 10;
constexpr double kRelevanceDecay = 0.9;

double Novelty(double popularity) { return 1 / std::log10(popularity + 1.1); }

// beta quality(i) novelty(i) of every item [I], equations (1) and (2) of the header.
torch::Tensor Bonus(const ItemStatistics& statistics, const DnairConfig& config) {
  const double least = config.published_novelty ? 0 : Novelty(1);
  const double spread = config.published_novelty ? 1 : Novelty(0) - Novelty(1);
  std::vector<float> bonus;
  for (size_t i = 0; i < statistics.quality().size(); ++i) {
    const double novelty = (Novelty(double{statistics.popularity()[i]}) - least) / spread;
    bonus.push_back(static_cast<float>(config.beta * double{statistics.quality()[i]} * novelty));
  }
  return FromSpan(bonus, {std::ssize(bonus)});
}

class Dnair : public DoubleQ {
 public:
  Dnair(const AgentContext& context, const LearnerConfig& learner, const DnairConfig& config)
      : DoubleQ("dnair", context, learner, config.dqn),
        config_(config),
        statistics_(context.dataset, context.split),
        bonus_(Bonus(statistics_, config)) {}

  void Prepare(int slots) override {
    DoubleQ::Prepare(slots);
    last_.assign(At(slots), -1);
  }

  // I_sim is first around the last item of the user's training rows that counts, or around the last
  // one of all where none counts.
  void Start(int slot, int32_t user) override {
    DoubleQ::Start(slot, user);
    int32_t last = -1;
    bool found = false;
    for (const int64_t row : PastRows(dataset_, split_, user) | std::views::reverse) {
      found = Counts(dataset_.responses[0][At(row)] != 0);
      if (found || last < 0) last = dataset_.items[At(row)];
      if (found) break;
    }
    last_[At(slot)] = last;
  }

  void Observe(std::span<const Shown> shown) override {
    DoubleQ::Observe(shown);
    for (const Shown& slate : shown)
      for (size_t k = 0; k < slate.items.size(); ++k)
        if (Counts((slate.responses[k] & 1u) != 0)) last_[At(slate.slot)] = slate.items[k];
  }

 protected:
  torch::Tensor Credit(const SessionBatch& batch) override {
    torch::Tensor credit =
        DoubleQ::Credit(batch) + bonus_.index_select(0, batch.items.flatten()).view_as(batch.items);
    if (config_.relevance > 0) credit = credit + config_.relevance * Relevance(batch);
    return credit;
  }

  UpdateStats Learn(const SessionBatch& batch) override {
    UpdateStats stats = DoubleQ::Learn(batch);
    const torch::Tensor bonus =
        bonus_.index_select(0, batch.items.flatten()).view_as(batch.items).mean(-1);
    stats.emplace_back("novelty_bonus", MeanOver(bonus, batch.valid).item<double>());
    return stats;
  }

  void Choose(const Observation& seen, bool explore, std::span<float> values) override {
    // 1. The mask, divided into I_sim and I_div.
    const std::vector<int32_t> items = ItemsToShow(dataset_, seen);
    const std::vector<int32_t> far = FarItems(seen.slot, items);
    // 2. I_div goes below I_sim, so that slots take the best Q of I_sim first.
    const auto [least, most] = std::minmax_element(values.begin(), values.end());
    const float below = *most - *least + 1;
    for (const int32_t item : far) values[At(item)] -= below;
    // 3. Exploring slots take random items of I_div.
    if (!explore && !config_.always_diverse) return;
    ExploreSlotsFrom(config_.published_diversity || far.empty() ? items : far, seen, slate_,
                     epsilon(), values);
  }

 private:
  // Whether I_sim may be around an item that was `liked`, or was not.
  bool Counts(bool liked) const { return liked || config_.around == "last"; }

  // I_div: those of `items` that are less similar to the last item than its near * K nearest are.
  std::vector<int32_t> FarItems(int slot, const std::vector<int32_t>& items) const {
    const int32_t last = last_[At(slot)];
    const auto near = At(config_.near * slate_);
    if (last < 0 || near == 0 || near >= items.size()) return {};
    // The similarity of the last of the nearest is the bound; what ties with it is near, too.
    std::vector<float> row(At(dataset_.num_items())), of_items;
    statistics_.SimilarityRow(last, row);
    for (const int32_t item : items) of_items.push_back(row[At(item)]);
    const auto bound = of_items.begin() + static_cast<std::ptrdiff_t>(near) - 1;
    std::nth_element(of_items.begin(), bound, of_items.end(), std::greater<>());
    std::vector<int32_t> far;
    for (const int32_t item : items)
      if (row[At(item)] < *bound) far.push_back(item);
    return far;
  }

  // relevance(s, i) of every shown item, float [B, T, K], equation (3) of the header.
  torch::Tensor Relevance(const SessionBatch& batch) const {
    const int64_t slate = batch.items.size(2);
    torch::Tensor out = torch::zeros_like(batch.responses);
    for (int64_t b = 0; b < batch.sessions(); ++b) {
      const int64_t* items = batch.items[b].data_ptr<int64_t>();
      float* cell = out[b].data_ptr<float>();
      const auto length = static_cast<int64_t>(batch.valid[b].sum().item<float>());
      for (int64_t at = slate; at < length * slate; ++at) {
        const int64_t newest = at / slate * slate;  // one past the last item before this step
        double weight = 1;
        for (int64_t j = 1; j <= std::min(newest, kRelevanceWindow); ++j) {
          cell[at] += static_cast<float>(weight) *
                      statistics_.Similarity(static_cast<int32_t>(items[newest - j]),
                                             static_cast<int32_t>(items[at]));
          weight *= kRelevanceDecay;
        }
      }
    }
    return out;
  }

  const DnairConfig config_;
  const ItemStatistics statistics_;
  const torch::Tensor bonus_;  // [I]
  std::vector<int32_t> last_;  // of each slot, the item that I_sim is around; -1: none is known
};

}  // namespace

std::unique_ptr<Agent> MakeDnair(const AgentContext& context, const LearnerConfig& learner,
                                 const DnairConfig& config) {
  return std::make_unique<Dnair>(context, learner, config);
}

}  // namespace lerl
