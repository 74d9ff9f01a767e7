#include "lerl/serve/judged_events.h"

#include <cmath>
#include <map>
#include <utility>

#include "lerl/base/index.h"

namespace lerl {
namespace {

class Judge {
 public:
  Judge(const Catalog& catalog, const EventsToJudge& which, ServedPolicy& policy)
      : catalog_(catalog), which_(which), policy_(policy) {}

  void Take(const StoredSession& stored) {
    OpenSession whole = OpenAtStart(stored.session, catalog_);
    TakeSlates(whole, stored.slates, catalog_);
    TakeFeedback(whole, stored.feedback, catalog_);
    const bool judged = stored.session.started_us >= which_.from_us &&
                        (which_.policy.empty() || stored.session.policy == which_.policy);
    if (judged) JudgeSession(stored, whole);
    // What came of it is the past of the user's later sessions.
    std::vector<LiveStep>& past = past_[stored.session.user];
    past.insert(past.end(), whole.live.steps.begin(), whole.live.steps.end());
    const auto most = static_cast<std::ptrdiff_t>(policy_.config().longest_past);
    if (std::ssize(past) > most) past.erase(past.begin(), past.end() - most);
  }

  JudgedEvents Result() { return std::move(found_); }

 private:
  void JudgeSession(const StoredSession& stored, const OpenSession& whole) {
    ++found_.sessions;
    OpenSession before = OpenAtStart(stored.session, catalog_);
    before.live.past = past_[stored.session.user];
    size_t answered = 0;
    for (size_t n = 0; n < stored.slates.size(); ++n) {
      const SlateRecord& slate = stored.slates[n];
      // The answers that had come until this slate was chosen.
      const size_t first = answered;
      while (answered < stored.feedback.size() &&
             stored.feedback[answered].received_us <= slate.shown_us)
        ++answered;
      TakeFeedback(before, std::span(stored.feedback).subspan(first, answered - first), catalog_);
      JudgeSlate(slate, before.live, whole, n);
      TakeSlates(before, {slate}, catalog_);
    }
  }

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
  const EventsToJudge& which_;
  ServedPolicy& policy_;
  std::map<std::string, std::vector<LiveStep>> past_;  // by user
  std::map<std::string, int64_t> users_;               // numbers of those whose slates are judged
  JudgedEvents found_;
};

}  // namespace

JudgedEvents JudgeEvents(EventStore& store, const Catalog& catalog, const EventsToJudge& which,
                         ServedPolicy& policy, const std::function<void(int64_t)>& progress) {
  Judge judge(catalog, which, policy);
  int64_t sessions = 0;
  // Sessions before the range are read as well, for the pasts of those inside it.
  store.ForEachSession(0, which.to_us, [&](const StoredSession& stored) {
    judge.Take(stored);
    progress(++sessions);
  });
  return judge.Result();
}

}  // namespace lerl
