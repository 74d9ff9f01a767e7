#pragma once
// TitleIndex: which of some texts are like another one, by the cosine of their TF-IDF vectors.
//
//   x_t     = (1 + log n_t) log((1 + N) / d_t)
//   like(a, b) = x_a . x_b / (|x_a| |x_b|)               in [0, 1]; 0 where a text has no terms
//
//   n_t   how often term t stands in the text
//   d_t   texts of the index that have the term, N all of them. A term that none has is left out.
// Terms are words, and the trigrams of letters of each word between marks of its ends ("^ba",
// "bat", ..., "an$" of "batman"), so that words of one stem and misspelt ones are alike too.
// Capital letters of ASCII count as small ones, and every byte beyond ASCII as a letter.
//
// References: Salton and Buckley 1988, doi 10.1016/0306-4573(88)90021-0, for the weights; Damashek
// 1995, doi 10.1126/science.267.5199.843, for n-grams of letters.

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace lerl {

struct TitleMatch {
  int32_t text = 0;   // its place in the index
  double cosine = 0;  // above 0
};

class TitleIndex {
 public:
  explicit TitleIndex(std::span<const std::string> texts);

  // The texts that are most like this one, `most` at most, best first, ties by the lower place.
  std::vector<TitleMatch> Nearest(const std::string& text, size_t most) const;

 private:
  struct Posting {
    int32_t text;
    float weight;  // x_t / |x| of that text
  };
  // x of a text, of the terms that the index knows; its length is 1, or it is empty.
  std::vector<std::pair<size_t, double>> VectorOf(const std::string& text) const;

  std::unordered_map<std::string, size_t> terms_;
  std::vector<double> rarity_;                  // [terms] log((1 + N) / d_t)
  std::vector<std::vector<Posting>> postings_;  // [terms]
  size_t texts_ = 0;
};

}  // namespace lerl
