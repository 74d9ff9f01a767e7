#include "lerl/serve/title_index.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>
#include <utility>

#include "lerl/base/index.h"
#include "lerl/base/printable.h"

namespace lerl {
namespace {

bool IsOfAWord(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || std::isalnum(byte) != 0;
}

// n_t of every term of a text. Trigrams begin with a blank, so that no word is one.
std::map<std::string, int> CountTerms(const std::string& text) {
  std::map<std::string, int> counts;
  const std::string small = SmallLetters(text);
  for (size_t begin = 0; begin < small.size(); ++begin) {
    if (!IsOfAWord(small[begin])) continue;
    size_t end = begin;
    while (end < small.size() && IsOfAWord(small[end])) ++end;
    const std::string word = small.substr(begin, end - begin);
    ++counts[word];
    const std::string marked = "^" + word + "$";
    for (size_t at = 0; at + 3 <= marked.size(); ++at) ++counts[" " + marked.substr(at, 3)];
    begin = end;
  }
  return counts;
}

}  // namespace

TitleIndex::TitleIndex(std::span<const std::string> texts) : texts_(texts.size()) {
  // 1. How rare each term is.
  std::vector<int64_t> texts_with;
  for (const std::string& text : texts) {
    for (const auto& [term, count] : CountTerms(text)) {
      const auto [found, added] = terms_.try_emplace(term, texts_with.size());
      if (added) texts_with.push_back(0);
      ++texts_with[found->second];
    }
  }
  for (const int64_t with : texts_with)
    rarity_.push_back(std::log((1 + static_cast<double>(texts_)) / static_cast<double>(with)));
  // 2. The texts of each term.
  postings_.resize(rarity_.size());
  for (size_t text = 0; text < texts_; ++text)
    for (const auto& [term, weight] : VectorOf(texts[text]))
      postings_[term].push_back({static_cast<int32_t>(text), static_cast<float>(weight)});
}

std::vector<std::pair<size_t, double>> TitleIndex::VectorOf(const std::string& text) const {
  std::vector<std::pair<size_t, double>> vector;
  double squares = 0;
  for (const auto& [term, count] : CountTerms(text)) {
    const auto found = terms_.find(term);
    if (found == terms_.end()) continue;
    const double x = (1 + std::log(count)) * rarity_[found->second];
    vector.emplace_back(found->second, x);
    squares += x * x;
  }
  for (auto& [term, x] : vector) x /= std::sqrt(squares);
  return vector;
}

std::vector<TitleMatch> TitleIndex::Nearest(const std::string& text, size_t most) const {
  std::vector<double> cosines(texts_, 0);
  for (const auto& [term, weight] : VectorOf(text))
    for (const Posting& posting : postings_[term])
      cosines[At(posting.text)] += weight * static_cast<double>(posting.weight);
  std::vector<TitleMatch> matches;
  for (size_t n = 0; n < texts_; ++n)
    if (cosines[n] > 0) matches.push_back({static_cast<int32_t>(n), std::min(cosines[n], 1.0)});
  const auto better = [](const TitleMatch& a, const TitleMatch& b) {
    return a.cosine != b.cosine ? a.cosine > b.cosine : a.text < b.text;
  };
  const auto kept = static_cast<std::ptrdiff_t>(std::min(most, matches.size()));
  std::partial_sort(matches.begin(), matches.begin() + kept, matches.end(), better);
  matches.resize(At(kept));
  return matches;
}

}  // namespace lerl
