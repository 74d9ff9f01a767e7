#include "lerl/serve/judged_events.h"

#include <cmath>
#include <map>
#include <utility>

#include "lerl/base/index.h"

namespace lerl {
namespace {

class Judge {
 public:
  Judge(const Catalog& catalog, ServedPolicy& policy) : catalog_(catalog), policy_(policy) {}

  void Take(const PastSession& session) {
    ++found_.sessions;
    session.ForEachSlate(catalog_, [&](size_t n, const LiveSession& before) {
      JudgeSlate(session.stored.slates[n], before, session.whole, n);
    });
  }

  JudgedEvents Result() { return std::move(found_); }

 private:
  void JudgeSlate(const SlateRecord& slate, const LiveSession& before, const OpenSession& whole,
                  size_t n) {
    const int64_t place = whole.live_step[n];
    if (place < 0) return void(++found_.unknown);
    if (slate.temperature <= 0) return void(++found_.deterministic);
    const LiveStep& shown = whole.live.steps[At(place)];
    const Judgement judged = policy_.Judge(before, shown.items);
    LoggedSlate& row = found_.slates.emplace_back();
    row.user = users_.try_emplace(whole.record.user, std::ssize(users_)).first->second;
    row.modelled = judged.modelled;
    row.modelled_target = judged.modelled_target;
    const double share = 1 / static_cast<double>(shown.items.size());
    for (size_t k = 0; k < shown.items.size(); ++k) {
      row.log_ratios.push_back(judged.log_probabilities[k] - std::log(slate.probabilities[k]));
      row.rewards.push_back((shown.responses[k] & 1U) != 0 ? share : 0);
    }
  }

  const Catalog& catalog_;
  ServedPolicy& policy_;
  std::map<std::string, int64_t> users_;  // numbers of those whose slates are judged
  JudgedEvents found_;
};

}  // namespace

JudgedEvents JudgeEvents(EventStore& store, const Catalog& catalog, const EventsToJudge& which,
                         ServedPolicy& policy, const std::function<void(int64_t)>& progress) {
  Judge judge(catalog, policy);
  ForEachPastSession(
      store, catalog, which, policy.config().longest_past,
      [&judge](const PastSession& session) { judge.Take(session); }, progress);
  return judge.Result();
}

}  // namespace lerl
