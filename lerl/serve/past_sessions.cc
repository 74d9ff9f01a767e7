#include "lerl/serve/past_sessions.h"

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>

#include "lerl/base/index.h"

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

namespace {

// Earlier sessions of users, for the pasts of the later ones. Sessions are added in the order in
// which they began.
class EarlierSessions {
 public:
  EarlierSessions(const Catalog& catalog, int64_t longest) : catalog_(catalog), longest_(longest) {}

  // The past of a session of the user that begins then.
  std::vector<LiveStep> PastOf(const std::string& user, int64_t start_us) {
    Settle(start_us);
    std::vector<LiveStep> past;
    const auto found = earlier_.find(user);
    if (found == earlier_.end()) return past;
    for (auto earlier = found->second.rbegin(); earlier != found->second.rend(); ++earlier) {
      if ((*earlier)->start_us == start_us) continue;
      const auto& open = (*earlier)->open;
      if (!GoBack(past, open ? StepsUntil(*open, start_us, catalog_) : (*earlier)->steps,
                  At(longest_)))
        break;
    }
    return past;
  }

  void Add(const StoredSession& stored, const OpenSession& whole) {
    auto earlier =
        std::make_shared<Earlier>(Earlier{stored.session.started_us, whole.live.steps, stored});
    std::deque<std::shared_ptr<Earlier>>& all = earlier_[stored.session.user];
    all.push_back(earlier);
    if (all.size() > kEarlierSessions) all.pop_front();
    unsettled_.emplace(whole.active_us, std::move(earlier));
  }

 private:
  struct Earlier {
    int64_t start_us;
    std::vector<LiveStep> steps;        // with all that came later
    std::optional<StoredSession> open;  // while a later session may begin before its end
  };

  // Lets go what sessions from then on see as a whole.
  void Settle(int64_t start_us) {
    const auto end = unsettled_.upper_bound(start_us);
    for (auto settled = unsettled_.begin(); settled != end; ++settled)
      settled->second->open.reset();
    unsettled_.erase(unsettled_.begin(), end);
  }

  const Catalog& catalog_;
  const int64_t longest_;
  std::map<std::string, std::deque<std::shared_ptr<Earlier>>> earlier_;  // by user, oldest first
  std::multimap<int64_t, std::shared_ptr<Earlier>> unsettled_;  // by the last that happened
};

}  // namespace

void ForEachPastSession(EventStore& store, const Catalog& catalog, const EventsToJudge& which,
                        int64_t longest_past, const std::function<void(const PastSession&)>& visit,
                        const std::function<void(int64_t)>& progress) {
  EarlierSessions earlier(catalog, longest_past);
  int64_t sessions = 0;
  store.ForEachSession(0, which.to_us, [&](const StoredSession& stored) {
    OpenSession whole = OpenAtStart(stored.session, catalog);
    TakeSlates(whole, stored.slates, catalog);
    TakeFeedback(whole, stored.feedback, catalog);
    if (stored.session.started_us >= which.from_us &&
        (which.policy.empty() || stored.session.policy == which.policy))
      visit({stored, whole, earlier.PastOf(stored.session.user, stored.session.started_us)});
    earlier.Add(stored, whole);
    progress(++sessions);
  });
}

}  // namespace lerl
