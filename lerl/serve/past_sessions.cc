#include "lerl/serve/past_sessions.h"

#include <map>
#include <span>

namespace lerl {

void PastSession::ForEachSlate(const Catalog& catalog,
                               const std::function<void(size_t, const LiveSession&)>& visit) const {
  OpenSession before = OpenAtStart(stored.session, catalog);
  before.live.past = past;
  size_t answered = 0;
  for (size_t n = 0; n < stored.slates.size(); ++n) {
    // The answers that had come until this slate was chosen.
    const size_t first = answered;
    while (answered < stored.feedback.size() &&
           stored.feedback[answered].received_us <= stored.slates[n].shown_us)
      ++answered;
    TakeFeedback(before, std::span(stored.feedback).subspan(first, answered - first), catalog);
    visit(n, before.live);
    TakeSlates(before, {stored.slates[n]}, catalog);
  }
}

void ForEachPastSession(EventStore& store, const Catalog& catalog, const EventsToJudge& which,
                        int64_t longest_past, const std::function<void(const PastSession&)>& visit,
                        const std::function<void(int64_t)>& progress) {
  std::map<std::string, std::vector<LiveStep>> pasts;  // by user
  int64_t sessions = 0;
  store.ForEachSession(0, which.to_us, [&](const StoredSession& stored) {
    OpenSession whole = OpenAtStart(stored.session, catalog);
    TakeSlates(whole, stored.slates, catalog);
    TakeFeedback(whole, stored.feedback, catalog);
    std::vector<LiveStep>& past = pasts[stored.session.user];
    if (stored.session.started_us >= which.from_us &&
        (which.policy.empty() || stored.session.policy == which.policy))
      visit({stored, whole, past});
    // What came of it is the past of the user's later sessions.
    past.insert(past.end(), whole.live.steps.begin(), whole.live.steps.end());
    if (std::ssize(past) > longest_past) past.erase(past.begin(), past.end() - longest_past);
    progress(++sessions);
  });
}

}  // namespace lerl
