#include "lerl/sim/evolving/cravings.h"

#include <algorithm>

#include "lerl/base/error.h"
#include "lerl/base/index.h"

namespace lerl {
namespace {

constexpr double kUneasyFrom = 0.25;  // chance of leaving from which a user may say it again
constexpr size_t kFewestCategories = 4;
constexpr int64_t kStepsApart = 100000;  // more than a visit has steps

std::vector<int32_t> WellFilled(const Dataset& dataset, int64_t slate_size) {
  std::vector<int64_t> items(At(dataset.num_categories()));
  for (int64_t item = 0; item < dataset.num_items(); ++item)
    for (const int32_t c : dataset.CategoriesOf(item)) ++items[At(c)];
  std::vector<int32_t> filled;
  for (size_t c = 0; c < items.size(); ++c)
    if (items[c] >= 2 * slate_size) filled.push_back(static_cast<int32_t>(c));
  return filled;
}

// A category of `from` that is none of `taken`.
int32_t DrawOther(const std::vector<int32_t>& from, const std::vector<int32_t>& taken, Rng& rng) {
  for (;;) {
    const int32_t category = from[rng.Below(from.size())];
    if (std::ranges::find(taken, category) == taken.end()) return category;
  }
}

}  // namespace

Cravings::Cravings(const Dataset& dataset, const Split& split, const EnvConfig& config)
    : config_(config.evolving.craving),
      categories_(WellFilled(dataset, config.slate_size)),
      count_(At(dataset.num_categories())),
      speaks_learned_(At(dataset.num_users())) {
  if (!on()) return;
  for (const auto* users : {&split.train_users, &split.valid_users})
    for (const int32_t user : *users) speaks_learned_[At(user)] = 1;
  if (categories_.size() < kFewestCategories)
    throw Error(ErrorKind::kConfig, "env.evolving.craving: " + dataset.name + " has " +
                                        std::to_string(categories_.size()) +
                                        " categories with two slates of items, and cravings need " +
                                        std::to_string(kFewestCategories) +
                                        "; set up and down to 0, or a smaller env.slate_size");
  writer_.emplace(dataset, split);
}

Craving Cravings::Draw(uint64_t session_seed, int64_t visit) const {
  Craving craving;
  if (!on()) return craving;
  Rng rng(session_seed, "cravings", static_cast<uint64_t>(visit));
  craving.added.resize(count_);
  std::vector<int32_t> taken;
  const int ups = config_.up > 0 ? 1 + static_cast<int>(rng.Bernoulli(config_.two)) : 0;
  for (int i = 0; i < ups; ++i) {
    taken.push_back(DrawOther(categories_, taken, rng));
    craving.added[At(taken.back())] = config_.up;
  }
  craving.about.up = taken;
  if (config_.down > 0) {
    craving.about.down = DrawOther(categories_, taken, rng);
    craving.added[At(craving.about.down)] = -config_.down;
  }
  return craving;
}

SaidWish Cravings::Write(const Craving& craving, int32_t user, Rng& rng) const {
  if (!writer_) return {};  // nobody craves anything
  WishCategories subject = craving.about;
  const bool whole = rng.Bernoulli(config_.whole);
  const bool asks = rng.Bernoulli(2.0 / 3);
  if (!whole && !subject.up.empty() && subject.down >= 0) {
    if (asks) {
      subject.down = -1;
    } else {
      subject.up.clear();
    }
  }
  const PhrasingPart part =
      speaks_learned_[At(user)] != 0 ? PhrasingPart::kLearning : PhrasingPart::kHeldOut;
  std::string text =
      writer_->Write(subject, part, {.titles = config_.titles, .typos = config_.typos}, rng);
  return {std::move(text), std::move(subject)};
}

SaidWish Cravings::Say(const Craving& craving, int32_t user, uint64_t session_seed,
                       int64_t visit) const {
  if (craving.added.empty()) return {};
  Rng rng(session_seed, "wishes", static_cast<uint64_t>(visit * kStepsApart));
  return rng.Bernoulli(config_.told) ? Write(craving, user, rng) : SaidWish();
}

SaidWish Cravings::SayAgain(const Craving& craving, int32_t user, uint64_t session_seed,
                            int64_t visit, int64_t step, double leave_chance) const {
  if (craving.added.empty() || leave_chance < kUneasyFrom) return {};
  Rng rng(session_seed, "wishes", static_cast<uint64_t>(visit * kStepsApart + step));
  return rng.Bernoulli(config_.again) ? Write(craving, user, rng) : SaidWish();
}

}  // namespace lerl
