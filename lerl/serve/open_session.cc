#include "lerl/serve/open_session.h"

#include <algorithm>
#include <utility>

#include "lerl/base/index.h"

namespace lerl {

OpenSession OpenAtStart(const SessionRecord& record, const Catalog& catalog) {
  return {.record = record,
          .live = {.id = record.id, .user = catalog.User(record.user), .seed = record.seed},
          .active_us = record.started_us};
}

void TakeSlates(OpenSession& session, std::vector<SlateRecord> slates, const Catalog& catalog) {
  for (SlateRecord& slate : slates) {
    LiveStep step;
    for (const std::string& id : slate.items)
      if (const auto item = catalog.Item(id)) step.items.push_back(*item);
    step.responses.resize(step.items.size());
    const bool known = step.items.size() == slate.items.size();
    session.live_step.push_back(known ? std::ssize(session.live.steps) : -1);
    if (known) session.live.steps.push_back(std::move(step));
    session.active_us = std::max(session.active_us, slate.shown_us);
    session.slates.push_back(std::move(slate));
  }
}

void TakeFeedback(OpenSession& session, std::span<const FeedbackRecord> feedback,
                  const Catalog& catalog) {
  for (const FeedbackRecord& record : feedback) {
    session.feedback = std::max(session.feedback, record.number);
    session.active_us = std::max(session.active_us, record.received_us);
    if (record.step < 0 || record.step >= std::ssize(session.slates)) continue;
    const int64_t place = session.live_step[At(record.step)];
    const auto item = catalog.Item(record.item);
    if (place < 0 || !item) continue;
    LiveStep& step = session.live.steps[At(place)];
    const auto at = std::ranges::find(step.items, *item);
    if (at == step.items.end()) continue;
    uint32_t& response = step.responses[At(at - step.items.begin())];
    for (const auto& [name, value] : record.behaviours) {
      const auto behaviour = catalog.Behaviour(name);
      if (!behaviour) continue;
      const uint32_t bit = uint32_t{1} << *behaviour;
      response = value > 0 ? response | bit : response & ~bit;
    }
  }
}

std::vector<LiveStep> StepsUntil(StoredSession stored, int64_t until_us, const Catalog& catalog) {
  OpenSession session = OpenAtStart(stored.session, catalog);
  std::erase_if(stored.slates, [&](const SlateRecord& r) { return r.shown_us > until_us; });
  TakeSlates(session, std::move(stored.slates), catalog);
  std::erase_if(stored.feedback, [&](const FeedbackRecord& r) { return r.received_us > until_us; });
  TakeFeedback(session, stored.feedback, catalog);
  return std::move(session.live.steps);
}

bool GoBack(std::vector<LiveStep>& past, const std::vector<LiveStep>& earlier, size_t longest) {
  const size_t room = std::min(longest - std::min(longest, past.size()), earlier.size());
  past.insert(past.begin(), earlier.end() - static_cast<std::ptrdiff_t>(room), earlier.end());
  return past.size() < longest;
}

}  // namespace lerl
