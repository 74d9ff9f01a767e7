#include "lerl/planner/wishes/embedding_reader.h"

#include <algorithm>
#include <numeric>

#include "lerl/base/index.h"
#include "lerl/planner/llm/prompt.h"
#include "lerl/planner/wishes/catalogue_clauses.h"
#include "lerl/wishes/phrasings.h"

namespace lerl {
namespace {

constexpr size_t kNearest = 3;            // references of a category that count
constexpr double kCosineScale = 0.03;     // of cosines
constexpr size_t kLongestReference = 80;  // bytes of a name

class EmbeddingReader : public WishReader {
 public:
  EmbeddingReader(const Dataset& dataset, bool clauses,
                  std::function<std::shared_ptr<TextEmbedder>()> make)
      : dataset_(dataset), clauses_(dataset, clauses), make_(std::move(make)) {}

  std::vector<WishScores> Read(std::span<const std::string> wishes) override {
    if (model_ == nullptr) Prepare();
    // 1. All clauses in one go.
    const std::vector<CatalogueClause> clauses = clauses_.Of(wishes);
    std::vector<std::string> texts;
    for (const CatalogueClause& clause : clauses)
      if (clause.chances.empty()) texts.push_back(clause.text);
    const std::vector<float> vectors = model_->Embed(texts);
    // 2. What each says of the categories.
    std::vector<WishScores> all(wishes.size(), WishScores(At(dataset_.num_categories())));
    const auto width = At(model_->width());
    const float* vector = vectors.data();
    for (const CatalogueClause& clause : clauses) {
      if (!clause.chances.empty()) {
        AddChances(clause.chances, clause.refuses, all[clause.wish]);
        continue;
      }
      AddEvidence(Nearness({vector, width}), kCosineScale, clause.refuses, all[clause.wish]);
      vector += width;
    }
    return all;
  }

 private:
  void Prepare() {
    model_ = make_();
    std::vector<std::string> texts;
    for (size_t c = 0; c < dataset_.categories.size(); ++c) {
      const std::string& name = dataset_.categories[c];
      const auto known = BuiltInPhrasings().of_category.find(name);
      const bool is_known = known != BuiltInPhrasings().of_category.end();
      texts.push_back(SafeText(name, kLongestReference) + (is_known ? " film" : ""));
      if (is_known)
        for (const std::string& word : known->second.words) texts.push_back("a film with " + word);
      ends_.push_back(texts.size());
    }
    references_ = model_->Embed(texts);
  }

  // x [C] of a clause's vector [D].
  std::vector<double> Nearness(std::span<const float> vector) const {
    std::vector<double> nearness;
    size_t reference = 0;
    for (const size_t end : ends_) {
      std::vector<double> cosines;
      for (; reference < end; ++reference)
        cosines.push_back(std::inner_product(vector.begin(), vector.end(),
                                             references_.data() + reference * vector.size(), 0.0));
      std::ranges::sort(cosines, std::greater());
      cosines.resize(std::min(cosines.size(), kNearest));
      nearness.push_back(std::accumulate(cosines.begin(), cosines.end(), 0.0) /
                         static_cast<double>(cosines.size()));
    }
    return nearness;
  }

  const Dataset& dataset_;
  const CatalogueClauses clauses_;
  const std::function<std::shared_ptr<TextEmbedder>()> make_;
  std::shared_ptr<TextEmbedder> model_;
  std::vector<size_t> ends_;       // [C] where the references of each category end
  std::vector<float> references_;  // [references, D]
};

}  // namespace

std::unique_ptr<WishReader> MakeEmbeddingReader(
    const Dataset& dataset, bool clauses, std::function<std::shared_ptr<TextEmbedder>()> make) {
  return std::make_unique<EmbeddingReader>(dataset, clauses, std::move(make));
}

}  // namespace lerl
