#include "lerl/events/default_answers.h"

#include <algorithm>
#include <vector>

#include "lerl/events/record_json.h"
#include "lerl/events/sql_records.h"

namespace lerl {
namespace {

constexpr SqlStatement kOpenSlates{
    .name = "open_slates",
    .text =
        "SELECT session, step, items FROM lerl_slates WHERE settled = 0 AND shown_us < $1 "
        "ORDER BY shown_us LIMIT $2"};
constexpr SqlStatement kSettle{
    .name = "settle",
    .text =
        "UPDATE lerl_slates SET settled = 1 WHERE session = $1 AND step = $2 AND settled = 0 "
        "RETURNING step"};

struct SlateToSettle {
  int32_t step = 0;
  std::vector<std::string> items;
};

// What is added for the items of a slate that nobody said anything about.
std::vector<FeedbackRecord> DefaultFeedback(const std::string& session, const SlateToSettle& slate,
                                            const std::vector<FeedbackRecord>& said,
                                            const FeedbackRecord& what) {
  std::vector<FeedbackRecord> records;
  for (size_t k = 0; k < slate.items.size(); ++k) {
    const bool answered = std::ranges::any_of(said, [&](const FeedbackRecord& record) {
      return record.step == slate.step && record.item == slate.items[k];
    });
    if (answered) continue;
    FeedbackRecord& record = records.emplace_back(what);
    record.event =
        kDefaultEventPrefix + session + ":" + std::to_string(slate.step) + ":" + std::to_string(k);
    record.session = session;
    record.step = slate.step;
    record.item = slate.items[k];
  }
  return records;
}

}  // namespace

EventStore::DefaultAnswers AnswerRowsByDefault(Sql& sql, int64_t before_us, int64_t now_us,
                                               const std::map<std::string, double>& behaviours,
                                               int64_t most) {
  // Sessions are locked in the order of their ids, so that no two of these wait for each other.
  std::map<std::string, std::vector<SlateToSettle>> open;
  for (const SqlRow& row : sql.Run(kOpenSlates, {before_us, most}))
    open[row.Text(0)].push_back({static_cast<int32_t>(row.Count(1)), TextsOf(row.Text(2))});
  const FeedbackRecord what{
      .event = "", .session = "", .item = "", .behaviours = behaviours, .received_us = now_us};
  EventStore::DefaultAnswers answers;
  for (const auto& [session, slates] : open) {
    if (!LockSessionRow(sql, session)) continue;
    const std::vector<FeedbackRecord> said = FeedbackRows(sql, session, 0);
    std::vector<FeedbackRecord> records;
    for (const SlateToSettle& slate : slates) {
      // Another process may have been here.
      if (sql.Run(kSettle, {session, int64_t{slate.step}}).empty()) continue;
      ++answers.slates;
      for (FeedbackRecord& record : DefaultFeedback(session, slate, said, what))
        records.push_back(std::move(record));
    }
    if (records.empty()) continue;
    std::vector<FeedbackOutcome> outcomes;
    AddFeedbackRows(sql, records, outcomes);
    answers.answers += std::ssize(records);
    answers.sessions.push_back(session);
  }
  return answers;
}

}  // namespace lerl
