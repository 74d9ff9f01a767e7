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

}  // namespace

std::vector<FeedbackRecord> DefaultFeedback(const std::string& session, int32_t step,
                                            std::span<const std::string> items,
                                            std::span<const FeedbackRecord> said,
                                            const std::map<std::string, double>& behaviours,
                                            int64_t now_us) {
  std::vector<FeedbackRecord> records;
  for (size_t k = 0; k < items.size(); ++k) {
    const bool answered = std::ranges::any_of(said, [&](const FeedbackRecord& record) {
      return record.step == step && record.item == items[k];
    });
    if (answered) continue;
    records.push_back({.event = kDefaultEventPrefix + session + ":" + std::to_string(step) + ":" +
                                std::to_string(k),
                       .session = session,
                       .step = step,
                       .item = items[k],
                       .behaviours = behaviours,
                       .received_us = now_us});
  }
  return records;
}

EventStore::DefaultAnswers AnswerRowsByDefault(Sql& sql, int64_t before_us, int64_t now_us,
                                               const std::map<std::string, double>& behaviours,
                                               int64_t most) {
  // Sessions are locked in the order of their ids, so that no two of these wait for each other.
  std::map<std::string, std::vector<SlateToSettle>> open;
  for (const SqlRow& row : sql.Run(kOpenSlates, {before_us, most}))
    open[row.Text(0)].push_back({static_cast<int32_t>(row.Count(1)), TextsOf(row.Text(2))});
  EventStore::DefaultAnswers answers;
  for (const auto& [session, slates] : open) {
    if (!LockSessionRow(sql, session)) continue;
    const std::vector<FeedbackRecord> said = FeedbackRows(sql, session, 0);
    std::vector<FeedbackRecord> records;
    for (const SlateToSettle& slate : slates) {
      // Another process may have been here.
      if (sql.Run(kSettle, {session, int64_t{slate.step}}).empty()) continue;
      ++answers.slates;
      for (FeedbackRecord& record :
           DefaultFeedback(session, slate.step, slate.items, said, behaviours, now_us))
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
