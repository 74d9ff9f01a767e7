#include "lerl/eval/audit/wishes_audit.h"

#include <algorithm>
#include <chrono>

#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/planner/registry.h"
#include "lerl/planner/wishes/wish_planner.h"
#include "lerl/sim/env_config.h"
#include "lerl/sim/evolving/cravings.h"
#include "lerl/train/held_out.h"

namespace lerl {
namespace {

// Axes: S seeds, U users.
struct SaidWishes {
  int64_t users = 0, seeds = 0;
  std::vector<std::string> texts{};     // that are said
  std::vector<WishCategories> named{};  // by each of them
  std::vector<size_t> place{};          // of each in [S, U]
};

SaidWishes Listen(const World& world, const EnvConfig& env, const WishesOptions& options) {
  const Cravings cravings(world.dataset, world.split, env);
  SaidWishes said{.seeds = std::ssize(options.seeds)};
  size_t place = 0;
  for (const int64_t seed : options.seeds) {
    const auto specs = HeldOutSessions(world.split, world.judged, options.users, seed);
    said.users = std::ssize(specs);
    for (const SessionSpec& spec : specs) {
      const Craving craving = cravings.Draw(spec.seed, 0);
      SaidWish wish = cravings.Say(craving, spec.user, spec.seed, 0);
      if (!wish.text.empty()) {
        said.texts.push_back(std::move(wish.text));
        said.named.push_back(std::move(wish.names));
        said.place.push_back(place);
      }
      ++place;
    }
  }
  if (said.texts.empty())
    throw Error(ErrorKind::kConfig,
                "audit wishes: nobody says a wish; set env.task to evolving, "
                "env.evolving.craving.up or down above 0, and told above 0");
  return said;
}

// The tables of one reader's scores of all wishes.
std::array<CrossedTable, kWishFigures.size()> TablesOf(const SaidWishes& said,
                                                       const std::vector<WishScores>& scores) {
  std::array<std::vector<SessionValues>, kWishFigures.size()> values;
  for (auto& by_seed : values)
    by_seed.assign(At(said.seeds), {.numerator = std::vector<double>(At(said.users)),
                                    .denominator = std::vector<double>(At(said.users))});
  for (size_t i = 0; i < scores.size(); ++i) {
    const size_t seed = said.place[i] / At(said.users), user = said.place[i] % At(said.users);
    const auto marks = MarkWish(scores[i], said.named[i]);
    for (size_t f = 0; f < marks.size(); ++f) {
      values[f][seed].numerator[user] = marks[f].got;
      values[f][seed].denominator[user] = marks[f].of;
    }
  }
  std::array<CrossedTable, kWishFigures.size()> tables;
  std::ranges::transform(values, tables.begin(), MakeCrossedTable);
  return tables;
}

WishesRow ReadAll(const std::string& label, const PlannerConfig& planner, const World& world,
                  const SaidWishes& said, const WishesOptions& options) {
  const auto reader = MakeWishReader(planner, {.dataset = world.dataset,
                                               .split = world.split,
                                               .policy_model = world.factors.model,
                                               .backend = options.backend,
                                               .embedder = options.embedder});
  reader->Read({said.texts.data(), 1});  // loads the model
  const auto start = std::chrono::steady_clock::now();
  const std::vector<WishScores> scores = reader->Read(said.texts);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  return {.label = label,
          .planner = planner.name,
          .figures = TablesOf(said, scores),
          .seconds = took.count() / static_cast<double>(said.texts.size())};
}

}  // namespace

std::array<WishMark, kWishFigures.size()> MarkWish(const WishScores& scores,
                                                   const WishCategories& named) {
  if (scores.empty()) {  // no answer: nothing of what there was to have
    const double asks = named.up.empty() ? 0 : 1, refuses = named.down >= 0 ? 1 : 0;
    const auto ups = static_cast<double>(named.up.size());
    return {{{0, asks}, {0, asks}, {0, refuses}, {0, ups}, {0, refuses}, {0, 1}, {1, 1}}};
  }
  // 1. The scores of each kind.
  std::vector<double> asked, others, refused;
  for (size_t c = 0; c < scores.size(); ++c) {
    const auto category = static_cast<int32_t>(c);
    const bool up = std::ranges::find(named.up, category) != named.up.end();
    (up ? asked : category == named.down ? refused : others).push_back(scores[c]);
  }
  const auto mean = [](const std::vector<double>& of) {
    WishMark mark{.of = static_cast<double>(of.size())};
    for (const double score : of) mark.got += score;
    return mark;
  };
  // 2. The places. Of equal scores none is before the other.
  WishMark first, third, last;
  if (!asked.empty()) {
    const double best = *std::ranges::max_element(asked);
    const auto before = [best](double score) { return score >= best; };
    const auto ahead =
        std::ranges::count_if(others, before) + std::ranges::count_if(refused, before);
    first = {ahead == 0 ? 1.0 : 0, 1};
    third = {ahead < 3 ? 1.0 : 0, 1};
  }
  if (!refused.empty()) {
    const auto below = [&refused](double score) { return score <= refused.front(); };
    last = {std::ranges::none_of(asked, below) && std::ranges::none_of(others, below) ? 1.0 : 0, 1};
  }
  const bool silent = std::ranges::all_of(scores, [](double score) { return score == 0; });
  return {first, third, last, mean(asked), mean(refused), mean(others), {silent ? 1.0 : 0, 1}};
}

WishesOutcome AuditWishes(const World& world, const ComparisonConfig& comparison,
                          const WishesOptions& options) {
  const SaidWishes said = Listen(world, *comparison.rows.front().config.env, options);
  WishesOutcome outcome{.held_out = world.judged,
                        .users = said.users,
                        .seeds = said.seeds,
                        .wishes = std::ssize(said.texts)};
  for (const ComparisonRow& row : comparison.rows) {
    const PlannerRow& planner = FindPlannerRow(row.config.planner.name);
    if (planner.heeds_wishes && !planner.oracle)
      outcome.rows.push_back(ReadAll(row.label, row.config.planner, world, said, options));
  }
  if (outcome.rows.empty())
    throw Error(ErrorKind::kConfig,
                "audit wishes: no row of the comparison has a planner that reads wishes; set "
                "planner.name of one to wish_keywords, wish_embeddings or wish_model");
  return outcome;
}

}  // namespace lerl
