#include "lerl/serve/experiment.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <numeric>
#include <span>
#include <utility>

#include "lerl/base/error.h"
#include "lerl/base/hash.h"
#include "lerl/base/index.h"
#include "lerl/base/log.h"
#include "lerl/eval/confidence_sequence.h"
#include "lerl/events/record_checks.h"
#include "lerl/serve/time_format.h"

namespace lerl {
namespace {

uint64_t HashOfText(const std::string& text) { return Hash(std::as_bytes(std::span(text))); }

int64_t TimeSetting(const std::string& name, const std::string& text, int64_t otherwise) {
  if (text.empty()) return otherwise;
  if (const auto us = ParseTime(text)) return *us;
  throw Error(ErrorKind::kConfig,
              "recommend." + name + ": \"" + text + "\" is no time such as 2026-03-01T00:00:00Z");
}

// Which policies users are split between, and how; so that other shares under the same name are not
// mixed up with these.
std::string SplitText(const std::vector<std::string>& policies, const ExperimentConfig& config) {
  std::string text = config.experiment + ":";
  for (size_t n = 0; n < policies.size(); ++n)
    text += (n > 0 ? ", " : " ") + policies[n] + " " + DescribeNumber(config.shares[n]);
  return text;
}

// The share liked of what a session showed before `end_us`, by the answers until then; nothing
// where it showed nothing.
std::optional<double> ShareLiked(const StoredSession& stored, const std::string& behaviour,
                                 int64_t end_us) {
  int64_t shown = 0, liked = 0;
  for (const SlateRecord& slate : stored.slates)
    if (slate.shown_us < end_us) shown += std::ssize(slate.items);
  if (shown == 0) return std::nullopt;
  std::map<std::pair<int32_t, std::string>, bool> answers;  // the newest of each item shown
  for (const FeedbackRecord& record : stored.feedback) {
    const auto said = record.behaviours.find(behaviour);
    if (said == record.behaviours.end() || record.received_us >= end_us) continue;
    answers[{record.step, record.item}] = said->second > 0;
  }
  for (const auto& [item, is_liked] : answers) liked += is_liked ? 1 : 0;
  return static_cast<double>(liked) / static_cast<double>(shown);
}

std::string DecisionText(const DecisionRecord& decision, const std::string& first) {
  char points[96];
  std::snprintf(points, sizeof points, "%.1f points (95%%: %.1f to %.1f)",
                100 * decision.difference, 100 * decision.low, 100 * decision.high);
  const bool better = decision.outcome == "better";
  return "experiment " + decision.experiment + ": " + decision.policy +
         (better ? " serves everybody from now on" : " is stopped") +
         "; its share liked less that of " + first + " is " + points + ", over " +
         std::to_string(decision.users) + " users and " + std::to_string(decision.first_users);
}

}  // namespace

Experiment::Experiment(EventStore& store, std::vector<std::string> policies, std::string behaviour,
                       const ExperimentConfig& config, Clock clock)
    : store_(store),
      policies_(std::move(policies)),
      behaviour_(std::move(behaviour)),
      config_(config),
      clock_(std::move(clock)),
      counted_us_(std::llround(config.counted_minutes * static_cast<double>(kMinuteUs))),
      arms_(policies_.size()) {
  from_us_ = TimeSetting("from", config_.from, from_us_);
  until_us_ = TimeSetting("until", config_.until, until_us_);
  CheckShares();
  const auto others = [](double share) { return share > 0 && share < 1; };
  if (!config_.shares.empty() && others(config_.shares[0])) {
    split_ = SplitText(policies_, config_);
    CheckId("recommend.experiment, with policies and shares", split_);
    unread_.emplace(store_, split_);
  }
  CheckRules();
}

void Experiment::CheckShares() const {
  const std::vector<double>& shares = config_.shares;
  if (shares.empty()) return;
  const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
  if (shares.size() != policies_.size() || std::abs(sum - 1) > 1e-9)
    throw Error(ErrorKind::kConfig, "recommend.shares: " + std::to_string(shares.size()) +
                                        " shares that add up to " + std::to_string(sum) + " for " +
                                        std::to_string(policies_.size()) +
                                        " policies; give one for each, which add up to 1");
}

void Experiment::CheckRules() const {
  if (config_.experiment.empty())
    throw Error(ErrorKind::kConfig, "recommend.experiment: it is empty; give it a name");
  if (from_us_ >= until_us_)
    throw Error(ErrorKind::kConfig, "recommend.until: " + config_.until +
                                        " is not after recommend.from, " + config_.from);
  const bool dates = !config_.from.empty() || !config_.until.empty();
  if (dates && config_.shares.empty())
    throw Error(ErrorKind::kConfig,
                "recommend.shares: without them users are not split, and recommend.from and until "
                "say nothing; give shares, or leave these out");
  const bool rules = config_.stop_when_worse >= 0 || config_.stop_when_better >= 0;
  if (rules && split_.empty())
    throw Error(ErrorKind::kConfig,
                "recommend.stop_when_worse and stop_when_better compare policies with the first "
                "one; give recommend.shares in which it and another one have a part");
}

// A user's place in [0, 1) is a hash of name and experiment; each policy has a part of the line.
size_t Experiment::ArmOf(const std::string& user) const {
  double place =
      std::ldexp(static_cast<double>(HashOfText(config_.experiment + '\n' + user) >> 11), -53);
  for (size_t n = 0; n < config_.shares.size(); ++n) {
    if (place < config_.shares[n]) return n;
    place -= config_.shares[n];
  }
  return 0;
}

const DecisionRecord* Experiment::DecisionOn(const std::string& policy) const {
  const auto found = std::ranges::find(decisions_, policy, &DecisionRecord::policy);
  return found == decisions_.end() ? nullptr : &*found;
}

// The first policy that was found better.
std::optional<size_t> Experiment::Winner() const {
  const auto better = std::ranges::find(decisions_, "better", &DecisionRecord::outcome);
  if (better == decisions_.end()) return std::nullopt;
  return static_cast<size_t>(std::ranges::find(policies_, better->policy) - policies_.begin());
}

// Whether a challenger is left that nothing is decided about.
bool Experiment::IsOpen() const {
  if (split_.empty() || Winner()) return false;
  for (size_t arm = 1; arm < policies_.size(); ++arm)
    if (config_.shares[arm] > 0 && DecisionOn(policies_[arm]) == nullptr) return true;
  return false;
}

void Experiment::ReadDecisions() {
  {
    const std::lock_guard lock(mutex_);
    if (!IsOpen()) return;
  }
  std::vector<DecisionRecord> found = store_.Decisions(config_.experiment);
  std::erase_if(found, [&](const DecisionRecord& decision) {
    return std::count(policies_.begin() + 1, policies_.end(), decision.policy) == 0;
  });
  const std::lock_guard lock(mutex_);
  if (found.size() <= decisions_.size()) return;
  for (const DecisionRecord& decision : found)
    if (DecisionOn(decision.policy) == nullptr) LogInfo(DecisionText(decision, policies_[0]));
  decisions_ = std::move(found);
}

ChosenPolicy Experiment::Choose(const std::string& user) {
  if (config_.shares.empty() || !InForce(clock_())) return {policies_[0], ""};
  const size_t arm = ArmOf(user);
  if (split_.empty()) return {policies_[arm], ""};
  ReadDecisions();
  const std::lock_guard lock(mutex_);
  if (!IsOpen()) return {policies_[Winner().value_or(0)], ""};
  if (DecisionOn(policies_[arm]) != nullptr) return {policies_[0], ""};
  return {policies_[arm], split_};
}

void Experiment::Count(const StoredSession& stored) {
  const auto policy = std::ranges::find(policies_, stored.session.policy);
  const std::optional<double> share =
      ShareLiked(stored, behaviour_, stored.session.started_us + counted_us_);
  if (policy == policies_.end() || !share) return;
  arms_[static_cast<size_t>(policy - policies_.begin())].Add(stored.session.user, *share);
  ++sessions_;
}

// Counts what began before, and returns whether that is all.
bool Experiment::CountUntil(int64_t to_us) {
  for (int64_t counted = 0; counted < SplitSessions::kMostAtOnce; counted += SplitSessions::kPage) {
    const std::vector<StoredSession> page = unread_->Next(to_us);
    const std::lock_guard lock(mutex_);
    for (const StoredSession& stored : page) Count(stored);
    const bool all = std::ssize(page) < SplitSessions::kPage;
    counted_until_us_ = all ? to_us : unread_->read_until_us();
    if (all) return true;
  }
  return false;
}

// The part of a challenger in the users of it and of the champion.
double Experiment::ShareOfBoth(size_t arm) const {
  return config_.shares[arm] / (config_.shares[arm] + config_.shares[0]);
}

std::optional<Interval> Experiment::Difference(size_t arm) const {
  const int64_t fewest = std::min(arms_[arm].users(), arms_[0].users());
  if (arm == 0 || config_.shares[arm] == 0 || fewest < config_.smallest_experiment)
    return std::nullopt;
  const double p = ShareOfBoth(arm);
  // Narrow when the rarer of the two has its fewest users.
  const ConfidenceSequence sequence(static_cast<double>(config_.smallest_experiment) /
                                    std::min(p, 1 - p));
  Interval interval = sequence.OfDifference(arms_[arm].sums(), arms_[0].sums(), p);
  interval.low = std::max(interval.low, -1.0);
  interval.high = std::min(interval.high, 1.0);
  return interval;
}

std::optional<DecisionRecord> Experiment::Judge(size_t arm, int64_t now_us) const {
  const std::optional<Interval> found = Difference(arm);
  if (!found || DecisionOn(policies_[arm]) != nullptr) return std::nullopt;
  const bool worse = config_.stop_when_worse >= 0 && found->high < -config_.stop_when_worse;
  const bool better = config_.stop_when_better >= 0 && found->low > config_.stop_when_better;
  if (!worse && !better) return std::nullopt;
  return DecisionRecord{.experiment = config_.experiment,
                        .policy = policies_[arm],
                        .outcome = worse ? "worse" : "better",
                        .decided_us = now_us,
                        .users = arms_[arm].users(),
                        .first_users = arms_[0].users(),
                        .difference = found->mean,
                        .low = found->low,
                        .high = found->high};
}

bool Experiment::Evaluate() {
  if (split_.empty()) return true;
  const std::lock_guard alone(evaluating_);
  const int64_t now_us = clock_();
  ReadDecisions();
  if (!CountUntil(now_us - counted_us_)) return false;
  std::vector<DecisionRecord> decisions;
  {
    const std::lock_guard lock(mutex_);
    if (!InForce(now_us) || !IsOpen()) return true;
    for (size_t arm = 1; arm < policies_.size(); ++arm)
      if (auto decision = Judge(arm, now_us)) decisions.push_back(std::move(*decision));
  }
  for (const DecisionRecord& decision : decisions) store_.AddDecision(decision);
  if (!decisions.empty()) ReadDecisions();
  return true;
}

std::vector<double> Experiment::SharesNow(int64_t now_us) const {
  std::vector<double> shares(policies_.size());
  if (!InForce(now_us) || Winner()) {
    shares[InForce(now_us) ? *Winner() : 0] = 1;
    return shares;
  }
  for (size_t arm = 0; arm < shares.size(); ++arm)
    shares[DecisionOn(policies_[arm]) != nullptr ? 0 : arm] += config_.shares[arm];
  return shares;
}

std::optional<ExperimentStatus> Experiment::Status() const {
  if (config_.shares.empty()) return std::nullopt;
  const int64_t now_us = clock_();
  const std::lock_guard lock(mutex_);
  ExperimentStatus status{.name = config_.experiment,
                          .smallest = config_.smallest_experiment,
                          .sessions = sessions_,
                          .counted_until_us = counted_until_us_,
                          .arms = {}};
  if (!config_.from.empty()) status.from_us = from_us_;
  if (!config_.until.empty()) status.until_us = until_us_;
  status.state = now_us < from_us_              ? ExperimentState::kWaiting
                 : now_us >= until_us_          ? ExperimentState::kOver
                 : !split_.empty() && !IsOpen() ? ExperimentState::kDecided
                                                : ExperimentState::kRunning;
  const std::vector<double> shares = SharesNow(now_us);
  for (size_t arm = 0; arm < policies_.size(); ++arm) {
    ArmStatus& shown = status.arms.emplace_back(ArmStatus{.policy = policies_[arm],
                                                          .share = config_.shares[arm],
                                                          .share_now = shares[arm],
                                                          .users = arms_[arm].users(),
                                                          .share_liked = arms_[arm].sums().Mean(),
                                                          .difference = Difference(arm)});
    if (const DecisionRecord* decision = DecisionOn(policies_[arm])) shown.decision = *decision;
  }
  return status;
}

int64_t Experiment::EveryUs() const { return std::min(kMinuteUs, counted_us_); }

}  // namespace lerl
