#include "lerl/planner/wishes/embedding_reader.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "lerl/base/index.h"
#include "lerl/planner/llm/prompt.h"
#include "lerl/wishes/named_titles.h"
#include "lerl/wishes/phrasings.h"
#include "lerl/wishes/wish_clauses.h"

namespace lerl {
namespace {

constexpr size_t kNearest = 3;            // references of a category that count
constexpr double kCosineScale = 0.03;     // of cosines
constexpr size_t kLongestReference = 80;  // bytes of a name
// A character of no alphabet, which stands for a title while a wish is cut into clauses.
constexpr std::string_view kTitle = "\xEE\x80\x80";

struct ReadClause {
  WishClause clause{};
  size_t wish = 0;                   // that it is of
  std::vector<int32_t> titled = {};  // categories of the titles that it names
};

std::string WithoutMark(std::string text) {
  for (size_t at = text.find(kTitle); at != std::string::npos; at = text.find(kTitle))
    text.replace(at, kTitle.size(), " ");
  return text;
}

class EmbeddingReader : public WishReader {
 public:
  EmbeddingReader(const Dataset& dataset, bool clauses,
                  std::function<std::shared_ptr<TextEmbedder>()> make)
      : dataset_(dataset), titles_(dataset), clauses_(clauses), make_(std::move(make)) {}

  std::vector<WishScores> Read(std::span<const std::string> wishes) override {
    if (model_ == nullptr) Prepare();
    // 1. All clauses in one go.
    std::vector<ReadClause> clauses;
    for (size_t i = 0; i < wishes.size(); ++i) AddClausesOf(wishes[i], i, clauses);
    std::vector<std::string> texts;
    for (const ReadClause& of : clauses)
      if (of.titled.empty()) texts.push_back(of.clause.text);
    const std::vector<float> vectors = model_->Embed(texts);
    // 2. What each says of the categories.
    std::vector<WishScores> all(wishes.size(), WishScores(At(dataset_.num_categories())));
    const auto width = At(model_->width());
    const float* vector = vectors.data();
    for (const ReadClause& of : clauses) {
      if (!of.titled.empty()) {
        AddChances(ChancesOf(of.titled), of.clause.refuses, all[of.wish]);
        continue;
      }
      AddEvidence(Nearness({vector, width}), kCosineScale, of.clause.refuses, all[of.wish]);
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

  // The clauses of a wish, with a mark in the place of each title that it names.
  void AddClausesOf(const std::string& wish, size_t place, std::vector<ReadClause>& clauses) const {
    std::string text = WithoutMark(wish);
    const std::vector<NamedTitle> titles = titles_.Find(text);
    for (auto title = titles.rbegin(); title != titles.rend(); ++title)
      text.replace(title->begin, title->end - title->begin, kTitle);
    size_t next = 0;  // title
    for (WishClause& clause : clauses_ ? ClausesOf(text) : std::vector<WishClause>{{text, false}}) {
      ReadClause& of = clauses.emplace_back(ReadClause{std::move(clause), place});
      for (size_t at = of.clause.text.find(kTitle); at != std::string::npos;
           at = of.clause.text.find(kTitle, at + kTitle.size())) {
        const std::vector<int32_t>& categories = titles.at(next++).categories;
        of.titled.insert(of.titled.end(), categories.begin(), categories.end());
      }
    }
  }

  // p [C] of a clause about these categories.
  std::vector<double> ChancesOf(const std::vector<int32_t>& categories) const {
    std::vector<double> chances(dataset_.categories.size());
    for (const int32_t c : categories)
      chances[At(c)] += 1.0 / static_cast<double>(categories.size());
    return chances;
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
  const NamedTitles titles_;
  const bool clauses_;
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
