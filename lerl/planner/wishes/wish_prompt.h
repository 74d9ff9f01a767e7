#pragma once
// WishPrompt: the short text by which a language model is asked what category a wish, or a clause
// of one, names (prompts/wish_names.txt). It ends where the name of a category goes on. All wishes
// share the prefix; the suffix quotes the wish as data (QuotedWish).
//
// Axes: C categories.

#include <cstdint>
#include <string>
#include <vector>

namespace lerl {

// What nobody's wish says. Answers to it are those that a model gives whatever is asked for.
inline constexpr char kNoWish[] = "something";

class WishPrompt {
 public:
  // `names` [C]; `order_seed` permutes them in the prompt.
  WishPrompt(const std::vector<std::string>& names, uint64_t order_seed);

  const std::string& prefix() const { return prefix_; }
  std::string Suffix(const std::string& wish) const;

 private:
  std::string prefix_, suffix_;
};

}  // namespace lerl
