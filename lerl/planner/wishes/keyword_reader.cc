#include "lerl/planner/wishes/keyword_reader.h"

#include <algorithm>

#include "lerl/wishes/phrasings.h"
#include "lerl/wishes/wish_clauses.h"
#include "lerl/wishes/wish_text.h"

namespace lerl {
namespace {

// The words of a text between blanks, so that whole words can be looked for in it.
std::string Spaced(std::string_view text) {
  std::string spaced = " ";
  for (const std::string& word : WordsOf(text)) spaced += word + " ";
  return spaced;
}

class KeywordReader : public WishReader {
 public:
  explicit KeywordReader(const Dataset& dataset) {
    for (const std::string& name : dataset.categories) {
      std::vector<std::string>& words = words_.emplace_back();
      words.push_back(Spaced(name));
      for (const std::string& word : PhrasingsOf(BuiltInPhrasings(), name).words)
        words.push_back(Spaced(word));
      std::erase(words, " ");  // of a name without a letter
    }
  }

  std::vector<WishScores> Read(std::span<const std::string> wishes) override {
    std::vector<WishScores> all;
    for (const std::string& wish : wishes) {
      WishScores& scores = all.emplace_back(words_.size());
      for (const WishClause& clause : ClausesOf(wish)) Look(clause, scores);
    }
    return all;
  }

 private:
  void Look(const WishClause& clause, WishScores& scores) const {
    const std::string text = Spaced(clause.text);
    for (size_t c = 0; c < words_.size(); ++c) {
      const bool named = std::ranges::any_of(words_[c], [&text](const std::string& word) {
        return text.find(word) != std::string::npos;
      });
      if (named && scores[c] >= 0) scores[c] = clause.refuses ? -1 : 1;
    }
  }

  std::vector<std::vector<std::string>> words_;  // [C]
};

}  // namespace

std::unique_ptr<WishReader> MakeKeywordReader(const Dataset& dataset) {
  return std::make_unique<KeywordReader>(dataset);
}

}  // namespace lerl
