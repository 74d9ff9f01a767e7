#include "lerl/serve/api/live_statistics.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "lerl/base/index.h"
#include "lerl/eval/quantiles.h"
#include "lerl/serve/shadow_policies.h"

namespace lerl {
namespace {

constexpr int64_t kMinute = 60'000'000;  // microseconds
constexpr double kRounding = 1e-24;      // of a square, relative

// The interval of that reach about the mean, cut to what can be.
void SetInterval(LiveMean& mean, double reach, double least, double most) {
  mean.low = std::max(mean.mean - reach, least);
  mean.high = std::min(mean.mean + reach, most);
}

// Of values from 0 to `most`.
LiveMean MeanOf(const std::vector<double>& values, double most) {
  LiveMean result{.count = std::ssize(values)};
  if (values.empty()) return result;
  const auto count = static_cast<double>(result.count);
  for (const double value : values) result.mean += value;
  result.mean /= count;
  if (result.count < 2) return result;
  double squares = 0;
  for (const double value : values) squares += (value - result.mean) * (value - result.mean);
  // What values that are alike differ by is rounding, and no spread.
  if (squares > count * kRounding * result.mean * result.mean)
    result.variance = squares / (count - 1);
  const double reach = StudentQuantile(0.95, result.count - 1) * std::sqrt(result.variance / count);
  SetInterval(result, reach, 0, most);
  return result;
}

}  // namespace

// Welch's degrees of freedom, rounded down.
LiveMean DifferenceOf(const LiveMean& a, const LiveMean& b, double most) {
  LiveMean result{.count = a.count + b.count, .mean = a.mean - b.mean};
  if (a.count < 2 || b.count < 2) return result;
  const double of_a = a.variance / static_cast<double>(a.count);
  const double of_b = b.variance / static_cast<double>(b.count);
  double reach = 0;
  if (of_a + of_b > 0) {
    const double degrees = (of_a + of_b) * (of_a + of_b) /
                           (of_a * of_a / static_cast<double>(a.count - 1) +
                            of_b * of_b / static_cast<double>(b.count - 1));
    reach = StudentQuantile(0.95, std::max<int64_t>(1, static_cast<int64_t>(degrees))) *
            std::sqrt(of_a + of_b);
  }
  SetInterval(result, reach, -most, most);
  return result;
}

void LiveStatistics::Show(Session& session, const SlateRecord& slate) {
  if (slate.step != std::ssize(session.steps)) return;
  session.steps.push_back({.shown_us = slate.shown_us, .items = std::ssize(slate.items)});
  ++session.origins[slate.origin];
}

void LiveStatistics::Answer(Session& session, const FeedbackRecord& record) const {
  const auto said = record.behaviours.find(behaviour_);
  if (said == record.behaviours.end()) return;
  if (record.step < 0 || record.step >= std::ssize(session.steps)) return;
  std::set<std::string>& liked = session.steps[At(record.step)].liked;
  if (said->second > 0)
    liked.insert(record.item);
  else
    liked.erase(record.item);
}

void LiveStatistics::Put(const StoredSession& stored) {
  Session session{.user = stored.session.user,
                  .policy = stored.session.policy,
                  .running = stored.session.ended_us == 0,
                  .feedback = std::ssize(stored.feedback)};
  for (const SlateRecord& slate : stored.slates) Show(session, slate);
  for (const FeedbackRecord& record : stored.feedback) Answer(session, record);
  for (const ShadowRecord& shadow : stored.shadows) {
    auto& [sum, count] = session.agreements[shadow.policy];
    sum += AgreementOf(shadow, stored.slates.at(At(shadow.step)).items);
    ++count;
  }
  const std::lock_guard lock(mutex_);
  if (sessions_.insert_or_assign(stored.session.id, std::move(session)).second)
    order_.push_back(stored.session.id);
  while (order_.size() > keep_) {
    sessions_.erase(order_.front());
    order_.pop_front();
  }
}

bool LiveStatistics::AddSlate(const SlateRecord& slate) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(slate.session);
  if (found == sessions_.end() || slate.step > std::ssize(found->second.steps)) return false;
  Show(found->second, slate);
  return true;
}

bool LiveStatistics::AddFeedback(const std::string& session,
                                 const std::vector<FeedbackRecord>& records, int64_t added) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(session);
  if (found == sessions_.end()) return false;
  const auto steps = std::ssize(found->second.steps);
  if (std::ranges::any_of(records, [&](const auto& record) { return record.step >= steps; }))
    return false;
  for (const FeedbackRecord& record : records) Answer(found->second, record);
  found->second.feedback += added;
  return true;
}

void LiveStatistics::AddAgreement(const std::string& session, const std::string& policy,
                                  double agreement) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(session);
  if (found == sessions_.end()) return;
  auto& [sum, count] = found->second.agreements[policy];
  sum += agreement;
  ++count;
}

bool LiveStatistics::End(const std::string& session) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(session);
  return found != sessions_.end() && std::exchange(found->second.running, false);
}

void LiveStatistics::Forget(const std::string& user) {
  const std::lock_guard lock(mutex_);
  std::erase_if(sessions_, [&](const auto& entry) { return entry.second.user == user; });
  std::erase_if(order_, [&](const std::string& id) { return !sessions_.contains(id); });
}

bool LiveStatistics::Knows(const SessionState& state) const {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(state.session.id);
  return found != sessions_.end() && found->second.running == (state.session.ended_us == 0) &&
         std::ssize(found->second.steps) == state.steps && found->second.feedback == state.feedback;
}

std::vector<PolicyStatistics> LiveStatistics::Policies() const {
  struct Values {
    std::vector<double> shares, slates, agreements;
  };
  std::map<std::string, std::pair<PolicyStatistics, Values>> policies;
  const std::lock_guard lock(mutex_);
  for (const auto& [id, session] : sessions_) {
    for (const auto& [shadow, agreement] : session.agreements)
      policies[shadow].second.agreements.push_back(agreement.first /
                                                   static_cast<double>(agreement.second));
    auto& [figures, values] = policies[session.policy];
    ++figures.sessions;
    if (session.running) ++figures.running;
    int64_t shown = 0, liked = 0;
    for (const Step& step : session.steps) {
      shown += step.items;
      liked += std::ssize(step.liked);
    }
    figures.slates += std::ssize(session.steps);
    figures.items_shown += shown;
    figures.items_liked += liked;
    for (const auto& [origin, count] : session.origins) figures.origins[origin] += count;
    if (shown == 0) continue;
    values.shares.push_back(static_cast<double>(liked) / static_cast<double>(shown));
    values.slates.push_back(static_cast<double>(session.steps.size()));
  }
  std::vector<PolicyStatistics> list;
  for (auto& [name, entry] : policies) {
    entry.first.policy = name;
    entry.first.agreement = MeanOf(entry.second.agreements, 1);
    entry.first.share_liked = MeanOf(entry.second.shares, 1);
    entry.first.slates_per_session = MeanOf(entry.second.slates, kNoBound);
    list.push_back(std::move(entry.first));
  }
  return list;
}

std::vector<MinuteStatistics> LiveStatistics::Minutes(int64_t now_us) const {
  const int64_t first = now_us / kMinute - kMinutes + 1;
  std::vector<MinuteStatistics> minutes(kMinutes);
  for (int64_t n = 0; n < kMinutes; ++n) minutes[At(n)].from_us = (first + n) * kMinute;
  const auto of = [&](const Step& step) -> MinuteStatistics* {
    const int64_t n = step.shown_us / kMinute - first;
    return n >= 0 && n < kMinutes ? &minutes[At(n)] : nullptr;
  };
  const std::lock_guard lock(mutex_);
  for (const auto& [id, session] : sessions_) {
    for (const Step& step : session.steps) {
      MinuteStatistics* minute = of(step);
      if (minute == nullptr) continue;
      ++minute->slates;
      minute->items_shown += step.items;
      minute->items_liked += std::ssize(step.liked);
    }
    if (session.steps.empty()) continue;
    MinuteStatistics* last = of(session.steps.back());
    if (last == nullptr) continue;
    ++last->sessions;
    last->slates_per_session += static_cast<double>(session.steps.size());
  }
  for (MinuteStatistics& minute : minutes)
    if (minute.sessions > 0) minute.slates_per_session /= static_cast<double>(minute.sessions);
  return minutes;
}

size_t LiveStatistics::sessions() const {
  const std::lock_guard lock(mutex_);
  return sessions_.size();
}

}  // namespace lerl
