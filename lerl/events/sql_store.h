#pragma once
// SqlStore: an EventStore over a database that speaks SQL. What it does with records is the same
// for every database (events/sql_records.h); the database itself says how a change and a view come
// about.

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lerl/events/event_store.h"
#include "lerl/events/sql.h"

namespace lerl {

class SqlStore : public EventStore {
 public:
  void AddSession(const SessionRecord& session) override;
  std::optional<SessionState> FindSession(const std::string& id) override;
  bool EndSession(const std::string& id, int64_t ended_us, const std::string& end) override;
  std::vector<std::string> EndIdle(int64_t before_us, int64_t ended_us, int64_t most) override;
  bool AddSlate(const SlateRecord& slate) override;
  std::vector<SlateRecord> Slates(const std::string& session, int32_t first_step) override;
  std::vector<FeedbackOutcome> AddFeedback(std::span<const FeedbackRecord> records) override;
  std::vector<FeedbackRecord> Feedback(const std::string& session, int64_t after) override;
  DefaultAnswers AnswerByDefault(int64_t before_us, int64_t now_us,
                                 const std::map<std::string, double>& behaviours,
                                 int64_t most) override;
  bool AddShadow(const ShadowRecord& shadow) override;
  std::vector<ShadowRecord> Shadows(const std::string& session) override;
  std::vector<SessionRecord> SessionsOf(const std::string& user, int64_t before_us,
                                        int64_t most) override;
  std::vector<SessionState> NewestSessions(int64_t most) override;
  void ForEachSession(int64_t from_us, int64_t to_us,
                      const std::function<void(const StoredSession&)>& visit) override;
  std::vector<StoredSession> SessionsOfSplit(const std::string& split, int64_t after_us,
                                             const std::string& after_id, int64_t to_us,
                                             int64_t most) override;
  bool AddDecision(const DecisionRecord& decision) override;
  std::vector<DecisionRecord> Decisions(const std::string& experiment) override;
  int64_t DeleteUser(const std::string& user) override;
  int64_t DeleteBefore(int64_t before_us) override;
  int64_t Import(std::span<const StoredSession> sessions) override;
  std::vector<ItemOutcome> AddItems(std::span<const ItemRecord> items) override;
  bool SetWithdrawn(const std::string& item, int64_t withdrawn_us) override;
  std::vector<ItemRecord> Items() override;
  int64_t ItemsRevision() override;
  void CountShown(const std::map<std::string, int64_t>& shown) override;
  StoreSize Size() override;
  void Ping() override;

 protected:
  using Change = std::function<bool(Sql&)>;
  using View = std::function<void(Sql&)>;

  // Runs a change in a transaction of its own or a savepoint. It is kept, and on the disk when the
  // call returns, where it returns true; taken back where it returns false or throws. It may be run
  // several times, and begins anew each time.
  virtual void Write(const Change& change) = 0;
  // Runs a view, likewise several times. With `as_one` all of its statements see the same.
  virtual void Read(const View& view, bool as_one) = 0;
  virtual int64_t Bytes(Sql& sql) = 0;
  // Called when sessions have been forgotten.
  virtual void AfterDelete() {}
};

}  // namespace lerl
