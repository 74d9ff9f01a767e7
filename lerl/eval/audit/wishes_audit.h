#pragma once
// How well do readers understand wishes (planner/wishes/wish_reader.h)? Each reads what held-out
// users say at the start of their sessions (sim/evolving/cravings.h), one sentence of each user
// under each seed, which are those of an evaluation of the same users and seeds. What a sentence
// names is known, so its scores can be judged without anybody playing:
//
//   first          share of wishes that ask in which a category that is asked for has the highest
//                  score; of equal scores none is first
//   among three    the same for the three highest
//   refused last   share of wishes that refuse in which what is refused has the lowest score alone
//   asked, refused, other   mean scores of the categories that are asked for, that are refused, and
//                  of those that the wish is silent on; who understands everything has 1, -1 and 0
//   unread         share of wishes without an answer, or in which nothing was found
//
// Validation users speak in the phrasings to learn from, so choices are made by them; test users in
// held-out ones (wishes/phrasings.h).

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lerl/eval/comparison_config.h"
#include "lerl/eval/statistics.h"
#include "lerl/llm/backend.h"
#include "lerl/llm/text_embedder.h"
#include "lerl/planner/wishes/wish_reader.h"
#include "lerl/train/world.h"
#include "lerl/wishes/wish_writer.h"

namespace lerl {

inline constexpr std::array<std::string_view, 7> kWishFigures = {
    "first", "among three", "refused last", "asked", "refused", "other", "unread"};

// What one wish adds to each figure, and how much of it there was to have.
struct WishMark {
  double got = 0, of = 0;
};
// `scores` [C] or empty.
std::array<WishMark, kWishFigures.size()> MarkWish(const WishScores& scores,
                                                   const WishCategories& named);

struct WishesOptions {
  int64_t users = 100;  // at most
  std::vector<int64_t> seeds = {1, 2, 3, 4, 5};
  // In place of the models of the settings (tests).
  std::shared_ptr<LlmBackend> backend = nullptr;
  std::shared_ptr<TextEmbedder> embedder = nullptr;
};

struct WishesRow {
  std::string label{}, planner{};
  std::array<CrossedTable, kWishFigures.size()> figures{};
  double seconds = 0;  // per wish, all read in one go, once the model is loaded
};

struct WishesOutcome {
  HeldOut held_out = HeldOut::kValidation;
  int64_t users = 0, seeds = 0, wishes = 0;
  std::vector<WishesRow> rows{};
};

// The rows of a comparison whose planner reads wishes; the oracle does not. `world` is that of its
// first row. Throws Error(kConfig) where there is no such row or users say nothing, Error(kModel)
// where a model can't be loaded.
WishesOutcome AuditWishes(const World& world, const ComparisonConfig& comparison,
                          const WishesOptions& options);

}  // namespace lerl
