#include "lerl/events/record_checks.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/base/printable.h"

namespace lerl {
namespace {

constexpr double kRounding = 1e-9;  // of a probability

[[noreturn]] void Refuse(const std::string& field, const std::string& what) {
  throw Error(ErrorKind::kUsage, field + ": " + what);
}

void CheckText(const std::string& field, const std::string& text, size_t most = kLongestText) {
  if (text.size() > most)
    Refuse(field, std::to_string(text.size()) + " bytes; at most " + std::to_string(most));
  if (text.find('\0') != std::string::npos) Refuse(field, "holds a zero byte");
  if (!IsUtf8(text)) Refuse(field, "not UTF-8");
}

void CheckNumber(const std::string& field, double value) {
  if (!std::isfinite(value)) Refuse(field, "not a finite number");
}

std::string Of(const std::string& field, size_t index) {
  return field + "[" + std::to_string(index) + "]";
}

void CheckItems(const std::vector<std::string>& items, const std::vector<double>& probabilities) {
  if (probabilities.size() != items.size())
    Refuse("probabilities", std::to_string(probabilities.size()) + " of them for " +
                                std::to_string(items.size()) + " items");
  for (size_t i = 0; i < items.size(); ++i) {
    CheckId(Of("items", i).c_str(), items[i]);
    CheckNumber(Of("probabilities", i), probabilities[i]);
    if (!(probabilities[i] > 0 && probabilities[i] <= 1 + kRounding))
      Refuse(Of("probabilities", i), "not above 0 and at most 1");
    if (std::ranges::count(std::span(items).first(i), items[i]) > 0)
      Refuse(Of("items", i), "stands in the slate twice");
  }
}

void CheckOwner(const std::string& list, size_t index, const std::string& owner,
                const std::string& session) {
  if (owner != session) Refuse(Of(list, index), "of another session");
}

}  // namespace

void CheckId(const char* field, const std::string& id) {
  if (id.empty()) Refuse(field, "empty");
  CheckText(field, id, kLongestId);
}

void CheckSession(const SessionRecord& session) {
  CheckId("session", session.id);
  CheckId("user", session.user);
  CheckText("policy", session.policy);
  CheckText("split", session.split, kLongestId);
  if ((session.ended_us == 0) != session.end.empty())
    Refuse("end", "a session that has ended has a time and a reason, and one that runs neither");
  if (session.ended_us != 0) CheckEnd(session.ended_us, session.end);
}

void CheckEnd(int64_t ended_us, const std::string& end) {
  if (ended_us <= 0) Refuse("ended_us", "not a time");
  if (end.empty()) Refuse("end", "empty");
  CheckText("end", end);
}

void CheckSlate(const SlateRecord& slate) {
  CheckId("session", slate.session);
  if (slate.step < 0) Refuse("step", "below 0");
  CheckItems(slate.items, slate.probabilities);
  CheckNumber("log_probability", slate.log_probability);
  CheckNumber("temperature", slate.temperature);
  for (size_t i = 0; i < slate.plan.size(); ++i) CheckText(Of("plan", i), slate.plan[i]);
  CheckText("request", slate.request);
  CheckText("version", slate.version);
  CheckText("candidates_hash", slate.candidates_hash);
  CheckText("plan_hash", slate.plan_hash);
  CheckText("origin", slate.origin);
  CheckText("reason", slate.reason);
}

void CheckFeedback(const FeedbackRecord& feedback) {
  CheckId("event", feedback.event);
  CheckId("session", feedback.session);
  if (feedback.step < 0) Refuse("step", "below 0");
  CheckId("item", feedback.item);
  CheckBehaviours(feedback.behaviours);
}

void CheckBehaviours(const std::map<std::string, double>& behaviours) {
  for (const auto& [name, value] : behaviours) {
    CheckText("behaviours", name, kLongestId);
    CheckNumber("behaviours." + Printable(name), value);
    if (value < 0) Refuse("behaviours." + Printable(name), "below 0");
  }
}

void CheckShadow(const ShadowRecord& shadow) {
  CheckId("session", shadow.session);
  if (shadow.step < 0) Refuse("step", "below 0");
  CheckId("policy", shadow.policy);
  CheckText("version", shadow.version);
  CheckItems(shadow.items, shadow.probabilities);
  for (size_t i = 0; i < shadow.shown_probabilities.size(); ++i)
    CheckNumber(Of("shown_probabilities", i), shadow.shown_probabilities[i]);
}

void CheckDecision(const DecisionRecord& decision) {
  CheckId("experiment", decision.experiment);
  CheckId("policy", decision.policy);
  CheckId("outcome", decision.outcome);
  CheckNumber("difference", decision.difference);
  CheckNumber("low", decision.low);
  CheckNumber("high", decision.high);
}

void CheckItem(const ItemRecord& item) {
  CheckId("item", item.id);
  CheckText("title", item.title);
  for (size_t i = 0; i < item.categories.size(); ++i)
    CheckText(Of("categories", i), item.categories[i], kLongestId);
  CheckText("text", item.text);
  if (!item.added() && item.withdrawn_us == 0)
    Refuse("categories", "none, of an item that is not withdrawn");
  if (item.added_us < 0 || item.withdrawn_us < 0 || item.shown < 0)
    Refuse("item", "a time or a count below 0");
}

void CheckStored(const StoredSession& stored) {
  const std::string& id = stored.session.id;
  CheckSession(stored.session);
  for (size_t i = 0; i < stored.slates.size(); ++i) {
    CheckSlate(stored.slates[i]);
    CheckOwner("slates", i, stored.slates[i].session, id);
    if (At(stored.slates[i].step) != i) Refuse(Of("slates", i), "not in the order of steps from 0");
  }
  for (size_t i = 0; i < stored.feedback.size(); ++i) {
    CheckFeedback(stored.feedback[i]);
    CheckOwner("feedback", i, stored.feedback[i].session, id);
    const auto step = At(stored.feedback[i].step);
    if (step >= stored.slates.size()) Refuse(Of("feedback", i), "of a step without a slate");
    if (std::ranges::count(stored.slates[step].items, stored.feedback[i].item) == 0)
      Refuse(Of("feedback", i), "of an item that the slate does not have");
  }
  for (size_t i = 0; i < stored.shadows.size(); ++i) {
    CheckShadow(stored.shadows[i]);
    CheckOwner("shadows", i, stored.shadows[i].session, id);
    if (stored.shadows[i].step >= std::ssize(stored.slates))
      Refuse(Of("shadows", i), "of a step without a slate");
  }
}

}  // namespace lerl
