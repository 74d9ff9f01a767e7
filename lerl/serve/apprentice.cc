#include "lerl/serve/apprentice.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include "lerl/base/index.h"
#include "lerl/base/log.h"
#include "lerl/eval/confidence_sequence.h"
#include "lerl/events/record_checks.h"
#include "lerl/serve/shadow_policies.h"
#include "lerl/serve/time_format.h"

namespace lerl {
namespace {

constexpr char kAgrees[] = "agrees";  // the outcome of the decision

std::string SplitOf(const std::string& decided_as, const std::string& policy,
                    const std::string& version) {
  return decided_as + ": " + policy + " " + version;
}

// The mean agreement of what a policy chose before `end_us` in the place of the slates of a
// session; nothing where it chose nothing.
std::optional<double> AgreementIn(const StoredSession& stored, const std::string& policy,
                                  const std::string& version, int64_t end_us) {
  double sum = 0;
  int64_t slates = 0;
  for (const ShadowRecord& shadow : stored.shadows) {
    if (shadow.policy != policy || shadow.version != version || shadow.chosen_us >= end_us)
      continue;
    sum += AgreementOf(shadow, stored.slates.at(At(shadow.step)).items);
    ++slates;
  }
  if (slates == 0) return std::nullopt;
  return sum / static_cast<double>(slates);
}

}  // namespace

Apprentice::Apprentice(EventStore& store, std::string policy, const ApprenticeConfig& config,
                       const std::string& experiment, VersionNow version, Clock clock)
    : store_(store),
      policy_(std::move(policy)),
      config_(config),
      decided_as_("apprentice " + experiment),
      version_(std::move(version)),
      clock_(std::move(clock)),
      counted_us_(std::llround(config.counted_minutes * static_cast<double>(kMinuteUs))) {
  CheckId("recommend.experiment, with the policy", SplitOf(decided_as_, policy_, version_()));
}

bool Apprentice::Serves() {
  {
    const std::lock_guard lock(mutex_);
    if (decision_) return true;
  }
  for (DecisionRecord& decision : store_.Decisions(decided_as_)) {
    if (decision.policy != policy_) continue;
    const std::lock_guard lock(mutex_);
    if (!decision_)
      LogInfo(policy_ + " serves from now on: it agrees with the product over " +
              std::to_string(decision.users) + " users");
    decision_ = std::move(decision);
    return true;
  }
  return false;
}

std::optional<std::string> Apprentice::Split() {
  if (Serves()) return std::nullopt;
  return SplitOf(decided_as_, policy_, version_());
}

void Apprentice::Count(const StoredSession& stored) {
  const std::optional<double> agreement =
      AgreementIn(stored, policy_, counted_version_, stored.session.started_us + counted_us_);
  if (agreement) means_.Add(stored.session.user, *agreement);
}

// Counts what began before, and returns whether that is all.
bool Apprentice::CountUntil(int64_t to_us) {
  for (int64_t counted = 0; counted < SplitSessions::kMostAtOnce; counted += SplitSessions::kPage) {
    const std::vector<StoredSession> page = unread_->Next(to_us);
    const std::lock_guard lock(mutex_);
    for (const StoredSession& stored : page) Count(stored);
    if (std::ssize(page) < SplitSessions::kPage) return true;
  }
  return false;
}

std::optional<Interval> Apprentice::Agreement() const {
  if (means_.users() < config_.smallest) return std::nullopt;
  const ConfidenceSequence sequence(static_cast<double>(config_.smallest));
  Interval interval = sequence.OfMean(means_.sums());
  interval.low = std::max(interval.low, 0.0);
  interval.high = std::min(interval.high, 1.0);
  return interval;
}

bool Apprentice::Evaluate() {
  const std::lock_guard alone(evaluating_);
  if (Serves()) return true;
  // 1. Another version begins anew.
  const std::string version = version_();
  {
    const std::lock_guard lock(mutex_);
    if (version != counted_version_) {
      counted_version_ = version;
      means_ = {};
      unread_.emplace(store_, SplitOf(decided_as_, policy_, version));
    }
  }
  // 2. What has become old enough.
  const int64_t now_us = clock_();
  if (!CountUntil(now_us - counted_us_)) return false;
  // 3. Whether that is enough.
  std::optional<Interval> found;
  int64_t users = 0;
  {
    const std::lock_guard lock(mutex_);
    found = Agreement();
    users = means_.users();
  }
  if (!found || found->low <= config_.agreement) return true;
  store_.AddDecision({.experiment = decided_as_,
                      .policy = policy_,
                      .outcome = kAgrees,
                      .decided_us = now_us,
                      .users = users,
                      .first_users = users,
                      .difference = found->mean,
                      .low = found->low,
                      .high = found->high});
  Serves();
  return true;
}

ApprenticeStatus Apprentice::Status() const {
  const std::string version = version_();
  const std::lock_guard lock(mutex_);
  ApprenticeStatus status{.policy = policy_,
                          .version = version,
                          .serves = decision_.has_value(),
                          .needed = config_.agreement,
                          .smallest = config_.smallest,
                          .decision = decision_};
  if (version != counted_version_) return status;
  status.users = means_.users();
  status.agreement = means_.sums().Mean();
  status.interval = Agreement();
  return status;
}

int64_t Apprentice::EveryUs() const { return std::min(kMinuteUs, counted_us_); }

}  // namespace lerl
