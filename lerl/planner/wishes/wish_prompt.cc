#include "lerl/planner/wishes/wish_prompt.h"

#include <span>

#include "lerl/base/rng.h"
#include "lerl/planner/llm/prompt.h"
#include "lerl/planner/llm/prompt_files.h"

namespace lerl {

WishPrompt::WishPrompt(const std::vector<std::string>& names, uint64_t order_seed) {
  std::vector<std::string> order = names;
  Rng(order_seed, "labels").Shuffle(std::span<std::string>(order));
  std::string all;
  for (const std::string& name : order) all += (all.empty() ? "" : ", ") + name;
  // The text is one prefix of all wishes up to the line that quotes one.
  std::string text(kWishNamesTxt);
  while (text.ends_with('\n')) text.pop_back();
  const size_t quote = text.rfind('\n', text.find("{wish}")) + 1;
  prefix_ = FillTemplate(text.substr(0, quote), {{"categories", all}});
  suffix_ = text.substr(quote);
}

std::string WishPrompt::Suffix(const std::string& wish) const {
  return FillTemplate(suffix_, {{"wish", QuotedWish(wish)}});
}

}  // namespace lerl
