#include "lerl/planner/wishes/embedding_reader.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "lerl/base/index.h"
#include "lerl/planner/llm/prompt.h"
#include "lerl/wishes/phrasings.h"
#include "lerl/wishes/wish_clauses.h"
#include "lerl/wishes/wish_writer.h"

namespace lerl {
namespace {

constexpr size_t kExamples = 30;          // titles of a category
constexpr double kTitleMargin = 0.15;     // what the cosine with a title is less
constexpr double kCosineScale = 0.05;     // of cosines
constexpr size_t kLongestReference = 80;  // bytes of a name or a title

class EmbeddingReader : public WishReader {
 public:
  EmbeddingReader(const Dataset& dataset, const Split& split, bool clauses,
                  std::function<std::shared_ptr<TextEmbedder>()> make)
      : dataset_(dataset), split_(split), clauses_(clauses), make_(std::move(make)) {}

  std::vector<WishScores> Read(std::span<const std::string> wishes) override {
    if (model_ == nullptr) Prepare();
    // 1. All clauses in one go.
    std::vector<WishClause> clauses;
    std::vector<std::string> texts;
    std::vector<size_t> of_wish;
    for (size_t i = 0; i < wishes.size(); ++i) {
      for (WishClause& clause :
           clauses_ ? ClausesOf(wishes[i]) : std::vector<WishClause>{{wishes[i], false}}) {
        texts.push_back(clause.text);
        clauses.push_back(std::move(clause));
        of_wish.push_back(i);
      }
    }
    const std::vector<float> vectors = model_->Embed(texts);
    // 2. What each says of the categories.
    std::vector<WishScores> all(wishes.size(), WishScores(At(dataset_.num_categories())));
    const auto width = At(model_->width());
    for (size_t j = 0; j < clauses.size(); ++j)
      AddEvidence(Nearness({vectors.data() + j * width, width}), kCosineScale, clauses[j].refuses,
                  all[of_wish[j]]);
    return all;
  }

 private:
  void Prepare() {
    model_ = make_();
    std::vector<std::string> texts;
    for (size_t c = 0; c < dataset_.categories.size(); ++c) {
      const std::string& name = dataset_.categories[c];
      const bool known = BuiltInPhrasings().of_category.contains(name);
      texts.push_back(SafeText(name, kLongestReference) + (known ? " film" : ""));
    }
    std::map<int32_t, std::vector<int32_t>> categories_of;
    for (size_t c = 0; c < dataset_.categories.size(); ++c)
      for (const int32_t item : Examples(static_cast<int32_t>(c)))
        categories_of[item].push_back(static_cast<int32_t>(c));
    for (auto& [item, categories] : categories_of) {
      texts.push_back(SpokenTitle(SafeText(dataset_.item_titles[At(item)], kLongestReference)));
      of_title_.push_back(std::move(categories));
    }
    references_ = model_->Embed(texts);
  }

  std::vector<int32_t> Examples(int32_t category) const {
    if (rows_.empty()) {
      rows_.resize(At(dataset_.num_items()));
      for (int64_t user = 0; user < dataset_.num_users(); ++user)
        for (const int64_t row : PastRows(dataset_, split_, user))
          ++rows_[At(dataset_.items[At(row)])];
    }
    std::vector<int32_t> items;
    for (int32_t item = 0; item < dataset_.num_items(); ++item) {
      const auto of_item = dataset_.CategoriesOf(item);
      if (!dataset_.item_titles[At(item)].empty() &&
          std::ranges::find(of_item, category) != of_item.end())
        items.push_back(item);
    }
    std::ranges::stable_sort(items, {}, [this](int32_t item) { return -rows_[At(item)]; });
    items.resize(std::min(items.size(), kExamples));
    return items;
  }

  // x [C] of a clause's vector [D].
  std::vector<double> Nearness(std::span<const float> vector) const {
    const auto cosine = [&](size_t reference) {
      const float* with = references_.data() + reference * vector.size();
      return std::inner_product(vector.begin(), vector.end(), with, 0.0);
    };
    const size_t count = dataset_.categories.size();
    std::vector<double> nearness(count);
    for (size_t c = 0; c < count; ++c) nearness[c] = cosine(c);
    for (size_t t = 0; t < of_title_.size(); ++t) {
      const double near = cosine(count + t) - kTitleMargin;
      for (const int32_t c : of_title_[t]) nearness[At(c)] = std::max(nearness[At(c)], near);
    }
    return nearness;
  }

  const Dataset& dataset_;
  const Split& split_;
  const bool clauses_;
  const std::function<std::shared_ptr<TextEmbedder>()> make_;
  std::shared_ptr<TextEmbedder> model_;
  mutable std::vector<int64_t> rows_;           // [I] training rows, once they are asked for
  std::vector<std::vector<int32_t>> of_title_;  // categories of each title
  std::vector<float> references_;               // [C + titles, D]
};

}  // namespace

std::unique_ptr<WishReader> MakeEmbeddingReader(
    const Dataset& dataset, const Split& split, bool clauses,
    std::function<std::shared_ptr<TextEmbedder>()> make) {
  return std::make_unique<EmbeddingReader>(dataset, split, clauses, std::move(make));
}

}  // namespace lerl
