#include "lerl/serve/api/session_watch.h"

#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "lerl/http/message.h"
#include "lerl/serve/api/api_json.h"
#include "lerl/serve/refusal.h"

namespace lerl {
namespace {

using Json = nlohmann::json;

constexpr int64_t kNewest = 500;  // sessions that the figures begin with, and that are looked at
constexpr size_t kAtOnce = 100;   // sessions that are read anew; the next turn goes on
constexpr auto kEvery = std::chrono::seconds(2);

}  // namespace

SessionWatch::SessionWatch(Recommender& recommender, LiveFeed& feed)
    : recommender_(recommender),
      feed_(feed),
      figures_(recommender.catalog()->dataset().behaviours.at(0)) {
  EventStore& store = recommender_.store();
  const std::vector<SessionState> newest = store.NewestSessions(kNewest);
  if (newest.empty()) return;
  store.ForEachSession(newest.back().session.started_us, std::numeric_limits<int64_t>::max(),
                       [this](const StoredSession& session) { figures_.Put(session); });
}

void SessionWatch::Started(const SessionRecord& session, std::string json) {
  figures_.Put({session, {}, {}});
  feed_.Publish("session", std::move(json));
}

void SessionWatch::Shown(const SlateRecord& slate, std::string json) {
  if (!figures_.AddSlate(slate)) Refresh(slate.session);
  feed_.Publish("slate", std::move(json));
}

void SessionWatch::Answered(const std::string& session, const std::vector<FeedbackRecord>& records,
                            int64_t accepted, std::string json) {
  if (accepted == 0) return;
  if (!figures_.AddFeedback(session, records, accepted)) Refresh(session);
  feed_.Publish("feedback", std::move(json));
}

void SessionWatch::AnsweredByDefault(const std::string& session) { Refresh(session); }

void SessionWatch::AddAgreement(const ShadowRecord& shadow, double agreement) {
  figures_.AddAgreement(shadow.session, shadow.policy, agreement);
}

void SessionWatch::Ended(const std::string& session, const std::string& why) {
  if (figures_.End(session)) feed_.Publish("end", JsonBody({{"session", session}, {"end", why}}));
}

void SessionWatch::Forgotten(const std::string& user, const std::vector<SessionRecord>& sessions) {
  Json ids = Json::array();
  for (const SessionRecord& session : sessions) ids.push_back(session.id);
  figures_.Forget(user);
  feed_.Forget();
  feed_.Publish("forget", JsonBody({{"sessions", std::move(ids)}}));
}

// Takes a session into the figures, unless it is forgotten meanwhile.
void SessionWatch::Refresh(const std::string& session) {
  try {
    figures_.Put(recommender_.Session(session));
  } catch (const Refusal&) {
  }
}

std::vector<std::string> SessionWatch::Behind() const {
  std::vector<std::string> behind;
  for (const SessionState& state : recommender_.store().NewestSessions(kNewest)) {
    if (behind.size() == kAtOnce) break;
    if (!figures_.Knows(state)) behind.push_back(state.session.id);
  }
  return behind;
}

void SessionWatch::CatchUp() {
  const std::unique_lock alone(catching_up_, std::try_to_lock);
  if (!alone || std::chrono::steady_clock::now() - caught_up_ < kEvery) return;
  for (const std::string& id : Behind()) {
    try {
      const StoredSession stored = recommender_.Session(id);
      figures_.Put(stored);
      feed_.Publish("session", JsonBody(StoredSessionJson(*recommender_.catalog(), stored)));
    } catch (const Refusal&) {
    }
  }
  caught_up_ = std::chrono::steady_clock::now();
}

}  // namespace lerl
