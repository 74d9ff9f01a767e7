#include "lerl/train/recommendations.h"

#include <algorithm>
#include <string>

#include "lerl/agents/slate_selector.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/base/progress.h"
#include "lerl/base/rng.h"
#include "lerl/train/player.h"

namespace lerl {
namespace {

// The best N items inside the plan: those of the slate, in its order, where it has so many.
std::vector<int32_t> BestItems(const Dataset& dataset, const ChosenSlate& slate, int64_t count) {
  if (count <= std::ssize(slate.items)) return {slate.items.begin(), slate.items.begin() + count};
  std::vector<uint8_t> inside(At(dataset.num_items()));
  ItemsInPlan(dataset, slate.plan.plan, inside);
  int64_t left = 0;
  for (size_t i = 0; i < inside.size(); ++i) left += inside[i] != 0 && slate.excluded[i] == 0;
  std::vector<int32_t> items(At(std::min(count, left)));
  SelectSlate(slate.scores, inside, slate.excluded, items);
  return items;
}

}  // namespace

std::vector<Recommendation> Recommend(const World& world, const RecommendConfig& config,
                                      std::span<const int32_t> users, Actors& actors) {
  const int64_t slate_size = actors.env->slate_size();
  const int64_t count = config.items == 0 ? slate_size : config.items;
  if (config.steps > 1 && count != slate_size)
    throw Error(ErrorKind::kUsage, std::to_string(count) +
                                       " items: a session of several slates shows those of the "
                                       "run, of " +
                                       std::to_string(slate_size) +
                                       " items (env.slate_size); ask for these, or for one slate");
  // 1. The sessions, with whatever is shown in them.
  std::vector<SessionSpec> specs;
  for (const int32_t user : users)
    specs.push_back({user, DeriveSeed(static_cast<uint64_t>(config.seed), "recommendations",
                                      static_cast<uint64_t>(user))});
  std::vector<Recommendation> found;
  std::vector<int64_t> session_of;
  Progress progress("recommend", std::ssize(users) * config.steps, "slates");
  PlayOptions options = {.mode = PlanMode::kEvaluation,
                         .reorder = config.reorder,
                         .steps = config.steps,
                         .scores = true};
  options.on_slate = [&](const ChosenSlate& slate) {
    Recommendation& next = found.emplace_back();
    next.user = users[At(slate.session)];
    next.step = slate.step;
    next.items = BestItems(world.dataset, slate, count);
    for (const int32_t item : next.items) next.scores.push_back(slate.scores[At(item)]);
    next.plan = slate.plan;
    session_of.push_back(slate.session);
    progress.Advance(std::ssize(found));
  };
  actors.plans->planner().BeginIteration(
      DeriveSeed(static_cast<uint64_t>(config.seed), "evaluation"), PlanMode::kEvaluation);
  const SessionLog log =
      PlaySessions(world.dataset, *actors.env, *actors.agent, *actors.plans, specs, options);
  // 2. The answers, where they decided what came next; then all by user and step.
  std::vector<size_t> order(found.size());
  for (size_t n = 0; n < found.size(); ++n) {
    order[n] = n;
    if (config.steps == 1) continue;
    const size_t first = log.Cell(session_of[n], found[n].step) * At(slate_size);
    found[n].responses.assign(
        log.responses.begin() + static_cast<std::ptrdiff_t>(first),
        log.responses.begin() + static_cast<std::ptrdiff_t>(first + At(slate_size)));
  }
  std::ranges::sort(order, {}, [&](size_t n) { return std::pair(session_of[n], found[n].step); });
  std::vector<Recommendation> sorted;
  for (const size_t n : order) sorted.push_back(std::move(found[n]));
  return sorted;
}

}  // namespace lerl
