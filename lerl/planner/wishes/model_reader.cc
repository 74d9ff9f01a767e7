#include "lerl/planner/wishes/model_reader.h"

#include <cmath>

#include "lerl/base/index.h"
#include "lerl/planner/llm/prompt.h"
#include "lerl/planner/wishes/catalogue_clauses.h"
#include "lerl/planner/wishes/wish_prompt.h"

namespace lerl {
namespace {

constexpr double kLogScale = 1;  // of log probabilities

class ModelReader : public WishReader {
 public:
  ModelReader(const Dataset& dataset, std::shared_ptr<LlmBackend> backend, bool clauses,
              uint64_t order_seed)
      : backend_(std::move(backend)),
        clauses_(dataset, clauses),
        names_(SafeNames(dataset.categories)),
        labels_(backend_->NameLabels(names_)),
        prompt_(names_, order_seed) {}

  std::vector<WishScores> Read(std::span<const std::string> wishes) override {
    // 1. The texts to ask with; the first is that of nobody's wish.
    const std::vector<CatalogueClause> clauses = clauses_.Of(wishes);
    std::vector<std::string> suffixes = {prompt_.Suffix(kNoWish)};
    for (const CatalogueClause& clause : clauses)
      if (clause.chances.empty()) suffixes.push_back(prompt_.Suffix(clause.text));
    const std::vector<float> answers = backend_->ScoreLabels(prompt_.prefix(), suffixes, labels_);
    // 2. What the answers say of the categories.
    const size_t count = names_.size();
    const std::span<const float> nobodys(answers.data(), count);
    std::vector<WishScores> all(wishes.size(), WishScores(count));
    std::vector<uint8_t> missing(wishes.size());
    const float* answer = answers.data();
    for (const CatalogueClause& clause : clauses) {
      if (!clause.chances.empty()) {
        AddChances(clause.chances, clause.refuses, all[clause.wish]);
        continue;
      }
      answer += count;
      const std::vector<double> nearness = Nearness({answer, count}, nobodys);
      if (nearness.empty()) missing[clause.wish] = 1;
      if (missing[clause.wish] == 0)
        AddEvidence(nearness, kLogScale, clause.refuses, all[clause.wish]);
    }
    for (size_t i = 0; i < wishes.size(); ++i)
      if (missing[i] != 0) all[i].clear();
    return all;
  }

 private:
  // x [C] of an answer [C], given that to nobody's wish [C]; empty where a score is missing.
  static std::vector<double> Nearness(std::span<const float> answer,
                                      std::span<const float> nobodys) {
    std::vector<double> nearness;
    for (size_t c = 0; c < answer.size(); ++c) {
      nearness.push_back(static_cast<double>(answer[c]) - static_cast<double>(nobodys[c]));
      if (!std::isfinite(nearness.back())) return {};
    }
    return nearness;
  }

  const std::shared_ptr<LlmBackend> backend_;
  const CatalogueClauses clauses_;
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
