#include "lerl/planner/wishes/model_reader.h"

#include <algorithm>
#include <cmath>

#include "lerl/base/index.h"
#include "lerl/planner/llm/prompt.h"
#include "lerl/planner/wishes/wish_prompt.h"
#include "lerl/wishes/wish_clauses.h"

namespace lerl {
namespace {

constexpr double kLogScale = 1;  // of log probabilities

class ModelReader : public WishReader {
 public:
  ModelReader(const Dataset& dataset, std::shared_ptr<LlmBackend> backend, bool clauses,
              uint64_t order_seed)
      : backend_(std::move(backend)),
        clauses_(clauses),
        names_(SafeNames(dataset.categories)),
        labels_(backend_->NameLabels(names_)),
        prompt_(names_, order_seed) {}

  std::vector<WishScores> Read(std::span<const std::string> wishes) override {
    // 1. The texts to ask with; the first is that of nobody's wish.
    std::vector<std::string> suffixes = {prompt_.Suffix(kNoWish)};
    std::vector<WishClause> clauses;
    std::vector<size_t> of_wish;
    for (size_t i = 0; i < wishes.size(); ++i) {
      for (WishClause& clause :
           clauses_ ? ClausesOf(wishes[i]) : std::vector<WishClause>{{wishes[i], false}}) {
        suffixes.push_back(prompt_.Suffix(clause.text));
        clauses.push_back(std::move(clause));
        of_wish.push_back(i);
      }
    }
    const std::vector<float> answers = backend_->ScoreLabels(prompt_.prefix(), suffixes, labels_);
    // 2. What the answers say of the categories.
    const size_t count = names_.size();
    std::vector<WishScores> all(wishes.size(), WishScores(count));
    std::vector<uint8_t> missing(wishes.size());
    for (size_t j = 0; j < clauses.size(); ++j) {
      std::vector<double> nearness(count);
      for (size_t c = 0; c < count; ++c) {
        nearness[c] =
            static_cast<double>(answers[(j + 1) * count + c]) - static_cast<double>(answers[c]);
        if (!std::isfinite(nearness[c])) missing[of_wish[j]] = 1;
      }
      if (missing[of_wish[j]] == 0)
        AddEvidence(nearness, kLogScale, clauses[j].refuses, all[of_wish[j]]);
    }
    for (size_t i = 0; i < wishes.size(); ++i)
      if (missing[i] != 0) all[i].clear();
    return all;
  }

 private:
  const std::shared_ptr<LlmBackend> backend_;
  const bool clauses_;
  const std::vector<std::string> names_, labels_;  // [C]
  const WishPrompt prompt_;
};

}  // namespace

std::unique_ptr<WishReader> MakeModelReader(const Dataset& dataset,
                                            std::shared_ptr<LlmBackend> backend, bool clauses,
                                            uint64_t order_seed) {
  return std::make_unique<ModelReader>(dataset, std::move(backend), clauses, order_seed);
}

}  // namespace lerl
