#include "lerl/testing/known_world.h"

#include <algorithm>
#include <functional>
#include <numeric>

#include "lerl/agents/agent_turn.h"
#include "lerl/base/index.h"
#include "lerl/sim/rules/leave_rules.h"

namespace lerl {
namespace {

constexpr int kPastRows = 8;

}  // namespace

KnownRules BanditWithCategories() {
  constexpr int kTypes = 4;
  constexpr double kChances[kTypes] = {0.9, 0.1, 0.1, 0.1};
  KnownRules rules{.users_per_type = 3,
                   .items_per_category = 4,
                   .steps = 6,
                   .slate = 2,
                   .chance = {},
                   .next = {},
                   .plans = {}};
  for (int type = 0; type < kTypes; ++type) {
    std::vector<double> chance;
    for (int c = 0; c < kTypes; ++c) chance.push_back(kChances[(c - type + kTypes) % kTypes]);
    rules.chance.push_back({chance});
    rules.next.push_back({std::vector<int>(kTypes, 0)});
  }
  for (int a = 0; a < kTypes; ++a) {
    for (int b = a + 1; b < kTypes; ++b) {
      rules.plans.emplace_back(kTypes, 0);
      rules.plans.back()[At(a)] = rules.plans.back()[At(b)] = 1;
    }
  }
  return rules;
}

KnownRules ChainWithSaturation() {
  constexpr double kSweet[] = {1, 0.5}, kPlain = 0.4;
  KnownRules rules{.users_per_type = 3,
                   .items_per_category = 3,
                   .steps = 7,
                   .slate = 1,
                   .drawn = false,
                   .chance = {},
                   .next = {},
                   .plans = {{1, 1}}};
  for (int type = 0; type < 2; ++type) {
    std::vector<std::vector<double>> chance;
    std::vector<std::vector<int>> next;
    for (int level = 0; level < 2; ++level) {
      chance.emplace_back(2, kPlain);
      chance.back()[At(type)] = kSweet[level];
      next.emplace_back(2, 0);
      next.back()[At(type)] = 1;
    }
    rules.chance.push_back(chance);
    rules.next.push_back(next);
  }
  return rules;
}

KnownRules PlanHidesThePrize() {
  return {.users_per_type = 6,
          .items_per_category = 3,
          .steps = 2,
          .slate = 1,
          .drawn = false,
          .chance = {{{0.3, 0.3, 0.0}, {0.0, 0.0, 1.0}, {0.6, 0.6, 0.0}}},
          .next = {{{1, 2, 2}, {1, 1, 1}, {2, 2, 2}}},
          .plans = {{1, 1, 0}, {1, 1, 0}, {1, 1, 1}}};
}

KnownWorld::KnownWorld(KnownRules rules, bool permute)
    : rules_(std::move(rules)), permute_(permute) {
  MakeItems();
  MakePasts(permute);
}

// Item i is of category i mod C; its vector is the category's.
void KnownWorld::MakeItems() {
  const int categories = rules_.categories();
  std::vector<int64_t> offsets{0};
  std::vector<int32_t> ids;
  factors_.width = categories;
  for (int c = 0; c < categories; ++c) dataset_.categories.push_back(std::to_string(c));
  for (int32_t i = 0; i < categories * rules_.items_per_category; ++i) {
    dataset_.item_ids.push_back(std::to_string(i));
    ids.push_back(CategoryOf(i));
    offsets.push_back(i + 1);
    for (int c = 0; c < categories; ++c)
      factors_.vectors.push_back(c == CategoryOf(i) ? 1.0f : 0.0f);
  }
  dataset_.behaviours = {"like"};
  dataset_.category_offsets = std::move(offsets);
  dataset_.category_ids = std::move(ids);
}

// Each user's past shows every category alike often, liked where the chance is at least even.
void KnownWorld::MakePasts(bool permute) {
  std::vector<int64_t> offsets{0};
  std::vector<int32_t> items;
  std::vector<uint8_t> likes;
  const int users = rules_.types() * rules_.users_per_type;
  for (int32_t user = 0; user < users; ++user) {
    Rng rng(1, "past", static_cast<uint64_t>(user));
    std::vector<int32_t> order(At(kPastRows));
    for (int row = 0; row < kPastRows; ++row) order[At(row)] = row % rules_.categories();
    rng.Shuffle(std::span(order));
    for (const int32_t item : order) {
      items.push_back(item);
      likes.push_back(Chance(TypeOf(user), 0, item) >= 0.5);
    }
    dataset_.user_ids.push_back(std::to_string(user));
    offsets.push_back(static_cast<int64_t>(items.size()));
    split_.train_end.push_back(offsets.back());
    split_.train_users.push_back(user);
  }
  if (permute) Rng(1, "permuted likes").Shuffle(std::span(likes));
  split_.valid_end = split_.train_end;
  dataset_.user_offsets = std::move(offsets);
  dataset_.items = std::move(items);
  dataset_.responses = {Column<uint8_t>(likes)};
}

std::span<const uint8_t> KnownWorld::Plan(const Session& session, int step) const {
  return rules_.plans[At(session.first_plan + step) % rules_.plans.size()];
}

double KnownWorld::Chance(int type, int level, int32_t item) const {
  return rules_.chance[At(type)][At(level)][At(CategoryOf(item))];
}

int KnownWorld::NextLevel(int type, int level, int32_t item) const {
  return rules_.next[At(type)][At(level)][At(CategoryOf(item))];
}

// Draws the user's answers to the slate in a cell of the log and moves the user's level.
void KnownWorld::Show(SessionLog& log, Session& session, size_t cell, Rng& rng,
                      double& total) const {
  const int type = TypeOf(session.user);
  for (int k = 0; k < rules_.slate; ++k) {
    const size_t place = cell * At(rules_.slate) + At(k);
    const double chance = Chance(type, session.level, log.items[place]);
    log.responses[place] = rng.Bernoulli(chance);
    log.reward[cell] += static_cast<float>(log.responses[place]) / static_cast<float>(rules_.slate);
    log.expected[cell] += static_cast<float>(chance / rules_.slate);
  }
  if (!rules_.drawn) log.reward[cell] = log.expected[cell];
  total += static_cast<double>(log.expected[cell]);
  session.level = NextLevel(type, session.level, log.items[cell * At(rules_.slate)]);
}

double KnownWorld::Play(Agent& agent, std::vector<Session> sessions, bool explore, Rng& rng,
                        SessionLog& log) const {
  const size_t count = sessions.size(), slate = At(rules_.slate),
               categories = At(rules_.categories()), width = At(agent.action_width());
  log.exclude_history = false;
  log.allow_repeats = true;
  log.Resize(static_cast<int64_t>(count), rules_.steps, rules_.slate, rules_.categories(),
             agent.action_width());
  const uint64_t seed = rng.Next();
  std::vector<uint8_t> dominant(count * categories);
  AgentTurn turn(dataset_, agent);
  double total = 0;
  agent.Prepare(static_cast<int>(count));
  for (size_t s = 0; s < count; ++s) {
    log.user[s] = sessions[s].user;
    log.length[s] = rules_.steps;
    log.terminated[s] = 1;
    agent.Start(static_cast<int>(s), sessions[s].user);
  }
  for (int t = 0; t < rules_.steps; ++t) {
    const float budget = 1 - static_cast<float>(t) / static_cast<float>(rules_.steps);
    std::vector<Observation> seen(count);
    for (size_t s = 0; s < count; ++s)
      seen[s] = {.slot = static_cast<int>(s),
                 .step = t,
                 .user = sessions[s].user,
                 .seed = DeriveSeed(seed, "session", s),
                 .budget_left = budget,
                 .plan = Plan(sessions[s], t),
                 .dominant = {dominant.data() + s * categories, categories}};
    turn.Act(seen, explore);
    std::vector<Shown> shown;
    for (size_t s = 0; s < count; ++s) {
      const size_t cell = log.Cell(static_cast<int64_t>(s), t);
      std::ranges::copy(turn.action(s), log.action.data() + cell * width);
      std::copy(seen[s].plan.begin(), seen[s].plan.end(), &log.plan[cell * categories]);
      std::copy(seen[s].dominant.begin(), seen[s].dominant.end(), &log.dominant[cell * categories]);
      log.budget[cell] = budget;
      const std::span<int32_t> picked(&log.items[cell * slate], slate);
      turn.Select(s, picked);
      Show(log, sessions[s], cell, rng, total);
      MarkDominantCategories(dataset_, picked, {dominant.data() + s * categories, categories});
      shown.push_back({static_cast<int>(s), picked, {&log.responses[cell * slate], slate}});
    }
    agent.Observe(shown);
  }
  return total / static_cast<double>(count);
}

void KnownWorld::Learn(Agent& agent, int sessions, uint64_t seed) const {
  Rng rng(seed, "known world");
  std::vector<Session> drawn(At(sessions));
  for (Session& session : drawn)
    session = {.user = static_cast<int32_t>(rng.Below(dataset_.user_ids.size())),
               .first_plan = static_cast<int>(rng.Below(rules_.plans.size()))};
  SessionLog log;
  Play(agent, drawn, true, rng, log);
  if (permute_) {  // whole steps change places
    const size_t slate = At(rules_.slate);
    for (size_t cell = log.reward.size(); cell > 1; --cell) {
      const size_t other = rng.Below(cell);
      std::swap(log.reward[cell - 1], log.reward[other]);
      std::swap(log.expected[cell - 1], log.expected[other]);
      std::swap_ranges(&log.responses[(cell - 1) * slate],
                       &log.responses[(cell - 1) * slate] + slate, &log.responses[other * slate]);
    }
  }
  agent.Update(log);
}

std::vector<KnownWorld::Session> KnownWorld::AllSessions() const {
  std::vector<Session> sessions;
  for (size_t user = 0; user < dataset_.user_ids.size(); ++user)
    for (size_t plan = 0; plan < rules_.plans.size(); ++plan)
      sessions.push_back({static_cast<int32_t>(user), static_cast<int>(plan), 0});
  return sessions;
}

double KnownWorld::Judge(Agent& agent) const {
  Rng rng(1, "judge");
  SessionLog log;
  return Play(agent, AllSessions(), false, rng, log);
}

// Every slate of items inside the plan. Each set of items comes once, in ascending order.
std::vector<std::vector<int32_t>> KnownWorld::Slates(std::span<const uint8_t> plan) const {
  std::vector<std::vector<int32_t>> slates{{}};
  for (int k = 0; k < rules_.slate; ++k) {
    std::vector<std::vector<int32_t>> longer;
    for (const std::vector<int32_t>& slate : slates) {
      for (int32_t i = slate.empty() ? 0 : slate.back() + 1; i < dataset_.num_items(); ++i) {
        if (plan[At(CategoryOf(i))] == 0) continue;
        longer.push_back(slate);
        longer.back().push_back(i);
      }
    }
    slates = std::move(longer);
  }
  return slates;
}

double KnownWorld::Value(Policy policy, const Session& session, int step) const {
  if (step == rules_.steps) return 0;
  const int type = TypeOf(session.user);
  double best = 0, sum = 0, myopic = 0, highest = -1;
  const auto slates = Slates(Plan(session, step));
  std::vector<double> later(rules_.chance[At(type)].size(), -1);  // by the level that follows
  for (const std::vector<int32_t>& slate : slates) {
    double reward = 0;
    for (const int32_t item : slate) reward += Chance(type, session.level, item) / rules_.slate;
    Session after = session;
    after.level = NextLevel(type, session.level, slate[0]);
    if (later[At(after.level)] < 0) later[At(after.level)] = Value(policy, after, step + 1);
    const double value = reward + later[At(after.level)];
    best = std::max(best, value);
    sum += value;
    if (reward > highest) {
      highest = reward;
      myopic = value;
    }
  }
  return policy == Policy::kBest     ? best
         : policy == Policy::kRandom ? sum / static_cast<double>(slates.size())
                                     : myopic;
}

double KnownWorld::Worth(Policy policy) const {
  double sum = 0;
  const std::vector<Session> sessions = AllSessions();
  for (const Session& session : sessions) sum += Value(policy, session, 0);
  return sum / static_cast<double>(sessions.size());
}

}  // namespace lerl
