#pragma once
// What a record must be so that every store can keep it and give it back as it was. Each function
// throws Error(kUsage) that names the field.

#include <cstddef>
#include <map>
#include <string>

#include "lerl/events/event_store.h"

namespace lerl {

inline constexpr size_t kLongestId = 512;        // bytes of what records are found by
inline constexpr size_t kLongestText = 1 << 20;  // bytes of any other text

// Ids, users and items, which are not empty and have at most kLongestId bytes.
void CheckId(const char* field, const std::string& id);

void CheckSession(const SessionRecord& session);
void CheckEnd(int64_t ended_us, const std::string& end);
void CheckSlate(const SlateRecord& slate);
void CheckFeedback(const FeedbackRecord& feedback);
void CheckBehaviours(const std::map<std::string, double>& behaviours);
void CheckShadow(const ShadowRecord& shadow);
void CheckDecision(const DecisionRecord& decision);
// Only what is withdrawn may be without categories.
void CheckItem(const ItemRecord& item);
// A whole session: its records, which all name it, with steps from 0 without a gap.
void CheckStored(const StoredSession& session);

}  // namespace lerl
