#include "lerl/eval/audit/plan_errors_audit.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/base/printable.h"
#include "lerl/base/progress.h"
#include "lerl/eval/audit/audit_users.h"
#include "lerl/eval/audit/closed_loop_audit.h"
#include "lerl/planner/registry.h"
#include "lerl/sim/evolving/cravings.h"
#include "lerl/train/cold_start.h"
#include "lerl/train/held_out.h"

namespace lerl {
namespace {

constexpr size_t kLongestName = 40;

std::string NameOf(const Dataset& dataset, int64_t category) {
  return SafeText(dataset.categories[At(category)], kLongestName);
}

// What users say at the start of the sessions of a log.
struct FirstWishes {
  std::vector<std::string> texts;     // [S]
  std::vector<WishCategories> named;  // [S]
};

FirstWishes WishesOf(const SessionLog& log, const Cravings& cravings) {
  FirstWishes wishes;
  for (int64_t s = 0; s < log.sessions; ++s) {
    const uint64_t seed = log.seed[At(s)];
    SaidWish wish =
        cravings.on() ? cravings.Say(cravings.Draw(seed, 0), log.user[At(s)], seed, 0) : SaidWish{};
    if (wish.text.empty()) wish.names = {};
    wishes.texts.push_back(std::move(wish.text));
    wishes.named.push_back(std::move(wish.names));
  }
  return wishes;
}

// "Drama 31, Comedy 20, Action 12": the highest of the counts [C].
std::string HighestText(const Dataset& dataset, const std::vector<int32_t>& counts) {
  std::string text;
  for (const int16_t c : OrderByCount(counts)) {
    if (counts[At(c)] == 0 || std::ranges::count(text, ',') == 2) break;
    text += (text.empty() ? "" : ", ") + NameOf(dataset, c) + " " + std::to_string(counts[At(c)]);
  }
  return text.empty() ? "nothing yet" : text;
}

// "Crime 3, Drama 2, liked 0 of 6": the slate before a step.
std::string SlateText(const Dataset& dataset, const SessionLog& log, size_t cell) {
  std::vector<int32_t> counts(At(log.categories));
  int64_t liked = 0;
  for (size_t k = 0; k < At(log.slate); ++k) {
    for (const int32_t c : dataset.CategoriesOf(log.items[cell * At(log.slate) + k]))
      ++counts[At(c)];
    liked += log.responses[cell * At(log.slate) + k] & 1U;
  }
  return HighestText(dataset, counts) + ", liked " + std::to_string(liked) + " of " +
         std::to_string(log.slate);
}

class PlanErrorsAudit {
 public:
  PlanErrorsAudit(const World& world, const RunConfig& config, const PlanErrorsOptions& options)
      : world_(world),
        config_(config),
        options_(options),
        cold_(CutHistories(world, config.agent.factors, kColdRows)),
        with_{.world = world,
              .cold = cold_,
              .backend = AnyAsks() ? LlmBackendOf(config.planner, options.backend) : nullptr,
              .users = options.users,
              .iterations = options.iterations},
        setting_{options.task, config.planner.plan_size},
        with_likes_(UsersToJudge(world, HeldOutUsers(world.split, world.judged), 0, options.users)),
        profiles_(Known().dataset, Known().split) {}

  std::optional<PlanErrorsOutcome> Run() {
    PlanErrorsOutcome outcome{.held_out = world_.judged,
                              .task = options_.task,
                              .seeds = std::ssize(options_.seeds),
                              .plan_size = setting_.plan_size};
    const std::vector<std::string> planners = Planners();
    Progress progress("errors", std::ssize(planners), "planners");
    for (size_t p = 0; p < planners.size(); ++p) {
      std::optional<PlanErrorsRow> row = Row(planners[p]);
      if (!row) return std::nullopt;
      outcome.rows.push_back(std::move(*row));
      progress.Advance(static_cast<int64_t>(p) + 1, planners[p]);
    }
    outcome.users = outcome.rows.empty() ? 0 : outcome.rows[0].rates[0][0].users;
    return outcome;
  }

 private:
  const World& Known() const { return options_.task == kColdTask ? cold_ : world_; }

  std::vector<std::string> Planners() const {
    if (!options_.planners.empty()) return options_.planners;
    std::vector<std::string> names;
    for (const PlannerRow& row : PlannerRows())
      if (row.ranks && !row.heeds_wishes && !row.has_teacher) names.emplace_back(row.name);
    return names;
  }

  bool AnyAsks() const {
    return std::ranges::any_of(
        Planners(), [](const std::string& name) { return FindPlannerRow(name).asks_model; });
  }

  std::optional<PlanErrorsRow> Row(const std::string& planner);
  // The errors of the sessions of one seed, and on the first one what is said once for a planner.
  PlanErrorTally Look(const SessionLog& log, Actors& actors, bool first, PlanErrorsRow& row);
  std::string Example(const SessionLog& log, const PlanFault& fault, const std::string& wish);
  std::string ReasonOf(const SessionLog& log, const PlanFault& fault);

  const World& world_;
  const RunConfig& config_;
  const PlanErrorsOptions& options_;
  const World cold_;
  const ClosedLoopPlay with_;
  const ClosedLoopSetting setting_;
  const std::vector<int32_t> with_likes_;  // to come, for the calibration
  UserProfiles profiles_;
};

// The rates of users of a group: `tallies` [seeds] of sessions of all users.
ErrorRate RateOf(const std::vector<PlanErrorTally>& tallies, size_t error,
                 const std::vector<uint8_t>& members) {
  ErrorRate rate;
  std::vector<SessionValues> values(tallies.size());
  for (size_t seed = 0; seed < tallies.size(); ++seed) {
    const SessionValues& all = tallies[seed].errors[error];
    for (size_t u = 0; u < members.size(); ++u) {
      if (members[u] == 0) continue;
      values[seed].numerator.push_back(all.numerator[u]);
      values[seed].denominator.push_back(all.denominator[u]);
      rate.steps += std::llround(all.denominator[u]);
    }
  }
  rate.users = std::ssize(values[0].numerator);
  if (rate.users < 2 || rate.steps == 0) return rate;
  rate.share = CrossedInterval(MakeCrossedTable(values));
  rate.share.low = std::max(0.0, rate.share.low);  // it is a share
  rate.share.high = std::min(1.0, rate.share.high);
  return rate;
}

std::optional<PlanErrorsRow> PlanErrorsAudit::Row(const std::string& planner) {
  PlanErrorsRow row{.planner = planner};
  std::vector<PlanErrorTally> tallies;
  std::vector<SessionValues> rewards;
  std::vector<int32_t> users;
  for (const int64_t seed : options_.seeds) {
    const auto look = [&](const SessionLog& log, Actors& actors) {
      LERL_CHECK(users.empty() || users == log.user);
      users = log.user;
      tallies.push_back(Look(log, actors, seed == options_.seeds.front(), row));
    };
    const std::optional<PlayedCell> played =
        PlayCell(config_, {.setting = setting_, .planner = planner, .seed = seed}, with_, look);
    if (!played) return std::nullopt;
    rewards.push_back({.numerator = played->reward});
  }
  if (users.size() < 2)
    throw Error(ErrorKind::kConfig,
                "audit errors: fewer than two held-out users can be played; raise --users");
  const auto groups = GroupUsers(Known().dataset, Known().split, users);
  for (size_t g = 0; g < groups.size(); ++g)
    for (size_t e = 0; e < kPlanErrors.size(); ++e) row.rates[g][e] = RateOf(tallies, e, groups[g]);
  row.reward = CrossedInterval(MakeCrossedTable(rewards));
  if (!tallies[0].worth.empty()) {
    std::vector<SessionValues> worth;
    for (PlanErrorTally& tally : tallies) worth.push_back(std::move(tally.worth));
    row.worth = CrossedInterval(MakeCrossedTable(worth));
  }
  return row;
}

PlanErrorTally PlanErrorsAudit::Look(const SessionLog& log, Actors& actors, bool first,
                                     PlanErrorsRow& row) {
  const RunConfig played =
      CellConfig(config_, {.setting = setting_, .planner = row.planner}, options_.users);
  const FirstWishes wishes = WishesOf(log, Cravings(world_.dataset, world_.split, *played.env));
  PlanErrorTally tally = TallyPlanErrors(log, {.dataset = Known().dataset,
                                               .split = Known().split,
                                               .plan_size = setting_.plan_size,
                                               .decay = played.planner.decay,
                                               .saturated = played.planner.saturated,
                                               .wishes = wishes.named});
  if (!first) return tally;
  // An example of each class, from a session in the middle of those that have one.
  for (size_t e = 0; e < kPlanErrors.size(); ++e) {
    std::vector<PlanFault> faults;
    std::ranges::copy_if(tally.faults, std::back_inserter(faults), [e](const PlanFault& fault) {
      return static_cast<size_t>(fault.error) == e;
    });
    if (faults.empty()) continue;
    const PlanFault& fault = faults[faults.size() / 2];
    row.examples.push_back(Example(log, fault, wishes.texts[At(fault.session)]));
  }
  Planner& planner = actors.plans->planner();
  LanguageModelPlanner* model = planner.language_model();
  // What a prior is mixed with is no probability.
  if (model != nullptr && planner.prior() == nullptr && with_likes_.size() >= 2)
    row.calibration = CalibratePlanner(Known(), with_likes_, *model);
  return tally;
}

// Why the fault is one, where the plan alone does not say it.
std::string PlanErrorsAudit::ReasonOf(const SessionLog& log, const PlanFault& fault) {
  if (fault.error == PlanError::kPopular)
    return "; everybody likes " + HighestText(world_.dataset, profiles_.Everyone().liked);
  if (fault.error != PlanError::kMissesInterest) return "";
  const size_t categories = At(log.categories), session = At(fault.session) * categories,
               cell = log.Cell(fault.session, fault.step) * categories;
  std::string interests;
  for (size_t c = 0; c < categories; ++c)
    if (log.truth.latent[session + c] != 0 && log.truth.interest[cell + c] > 0)
      interests +=
          (interests.empty() ? "" : ", ") + NameOf(world_.dataset, static_cast<int64_t>(c));
  return "; would also like " + interests;
}

// "stale, user 42, slate 4: likes Drama 31, Comedy 20; last slate Crime 3, liked 0 of 6; plan ..."
std::string PlanErrorsAudit::Example(const SessionLog& log, const PlanFault& fault,
                                     const std::string& wish) {
  const int32_t user = log.user[At(fault.session)];
  const size_t cell = log.Cell(fault.session, fault.step);
  std::string text = std::string(kPlanErrors[static_cast<size_t>(fault.error)]) + ", user " +
                     SafeText(world_.dataset.user_ids[At(user)], kLongestName) + ", slate " +
                     std::to_string(fault.step + 1) + ": likes " +
                     HighestText(world_.dataset, profiles_.Of(user).liked);
  if (fault.step > 0) text += "; last slate " + SlateText(world_.dataset, log, cell - 1);
  if (!wish.empty()) text += "; says \"" + wish + "\"";
  text += "; plan";
  for (int64_t place = 0; place < std::min(setting_.plan_size, log.categories); ++place)
    if (const int16_t c = log.ranking[cell * At(log.categories) + At(place)]; c >= 0)
      text += (place == 0 ? " " : ", ") + NameOf(world_.dataset, c);
  return text + ReasonOf(log, fault);
}

// The middle of the values, of which half are below.
double MedianOf(std::vector<double> values) { return PercentileOf(values, 0.5); }

}  // namespace

std::array<std::vector<uint8_t>, kUserGroups.size()> GroupUsers(const Dataset& dataset,
                                                                const Split& split,
                                                                const std::vector<int32_t>& users) {
  UserProfiles profiles(dataset, split);
  const CategoryCounts& everyone = profiles.Everyone();
  const double all = std::accumulate(everyone.liked.begin(), everyone.liked.end(), 0.0);
  // 1. Likes of each user, and how far their shares lie from everybody's.
  std::vector<double> likes, distance;
  for (const int32_t user : users) {
    const CategoryCounts& own = profiles.Of(user);
    const double sum = std::accumulate(own.liked.begin(), own.liked.end(), 0.0);
    double apart = 0;
    for (size_t c = 0; c < own.liked.size(); ++c)
      apart += std::abs(own.liked[c] / std::max(sum, 1.0) - everyone.liked[c] / std::max(all, 1.0));
    likes.push_back(static_cast<double>(own.total_liked));
    distance.push_back(apart);
  }
  // 2. Both are cut at their medians.
  const double middle_likes = MedianOf(likes), middle_distance = MedianOf(distance);
  std::array<std::vector<uint8_t>, kUserGroups.size()> groups;
  for (size_t u = 0; u < users.size(); ++u) {
    const bool few = likes[u]<middle_likes, niche = distance[u]> middle_distance;
    const std::array<bool, kUserGroups.size()> in = {true, few, !few, niche, !niche};
    for (size_t g = 0; g < groups.size(); ++g) groups[g].push_back(in[g] ? 1 : 0);
  }
  return groups;
}

std::optional<PlanErrorsOutcome> AuditPlanErrors(const World& world, const RunConfig& config,
                                                 const PlanErrorsOptions& options) {
  return PlanErrorsAudit(world, config, options).Run();
}

}  // namespace lerl
