#include "lerl/serve/api/api_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "lerl/base/index.h"
#include "lerl/serve/time_format.h"

namespace lerl {

using Json = nlohmann::json;

namespace {

Json NumberOrNull(const std::optional<double>& value) { return value ? Json(*value) : Json(); }

Json MeanJson(const LiveMean& mean) {
  return {{"sessions", mean.count},
          {"mean", mean.count > 0 ? Json(mean.mean) : Json()},
          {"low", NumberOrNull(mean.low)},
          {"high", NumberOrNull(mean.high)}};
}

Json PolicyFiguresJson(const PolicyStatistics& figures, const PolicyStatistics& first) {
  Json json = {{"policy", figures.policy},
               {"sessions", figures.sessions},
               {"running", figures.running},
               {"slates", figures.slates},
               {"items_shown", figures.items_shown},
               {"items_liked", figures.items_liked},
               {"origins", figures.origins.empty() ? Json::object() : Json(figures.origins)},
               {"share_liked", MeanJson(figures.share_liked)},
               {"slates_per_session", MeanJson(figures.slates_per_session)},
               {"agreement", MeanJson(figures.agreement)},
               {"difference", nullptr}};
  const bool comparable = figures.share_liked.count > 0 && first.share_liked.count > 0;
  if (figures.policy != first.policy && comparable)
    json["difference"] = {
        {"from", first.policy},
        {"share_liked", MeanJson(DifferenceOf(figures.share_liked, first.share_liked, 1))},
        {"slates_per_session",
         MeanJson(DifferenceOf(figures.slates_per_session, first.slates_per_session))}};
  return json;
}

// Items with their probabilities, and with titles where the catalog knows them.
Json ShownItemsJson(const Catalog& catalog, const std::vector<std::string>& ids,
                    const std::vector<double>& probabilities) {
  Json items = Json::array();
  for (size_t k = 0; k < ids.size(); ++k) {
    const auto known = catalog.Item(ids[k]);
    Json item = known ? ItemJson(catalog, *known)
                      : Json{{"item", ids[k]}, {"title", ids[k]}, {"categories", Json::array()}};
    item["probability"] = probabilities[k];
    items.push_back(std::move(item));
  }
  return items;
}

Json MinuteJson(const MinuteStatistics& minute) {
  return {{"from", FormatTime(minute.from_us)},
          {"slates", minute.slates},
          {"items_shown", minute.items_shown},
          {"items_liked", minute.items_liked},
          {"sessions", minute.sessions},
          {"slates_per_session", minute.sessions > 0 ? Json(minute.slates_per_session) : Json()}};
}

}  // namespace

Json ItemJson(const Catalog& catalog, int32_t item) {
  return {{"item", catalog.ItemId(item)},
          {"title", catalog.Title(item)},
          {"categories", catalog.CategoriesOf(item)}};
}

Json CatalogItemJson(const Catalog& catalog, int32_t item) {
  Json json = ItemJson(catalog, item);
  json["source"] = catalog.IsAdded(item) ? "added" : "data";
  json["withdrawn"] = catalog.IsWithdrawn(item);
  return json;
}

Json SlateJson(const Catalog& catalog, const SlateRecord& slate) {
  return {{"session", slate.session},
          {"step", slate.step},
          {"shown_at", FormatTime(slate.shown_us)},
          {"items", ShownItemsJson(catalog, slate.items, slate.probabilities)},
          {"log_probability", slate.log_probability},
          {"temperature", slate.temperature},
          {"candidates", slate.candidates},
          {"candidates_hash", slate.candidates_hash},
          {"plan", slate.plan},
          {"plan_hash", slate.plan_hash},
          {"origin", slate.origin},
          {"reason", slate.reason},
          {"version", slate.version},
          {"request", slate.request}};
}

Json FeedbackJson(const FeedbackRecord& record) {
  return {{"id", record.event},
          {"step", record.step},
          {"item", record.item},
          {"behaviours", record.behaviours},
          {"happened_at", record.happened_us == 0 ? Json() : Json(FormatTime(record.happened_us))},
          {"received_at", FormatTime(record.received_us)},
          {"number", record.number}};
}

Json ShadowJson(const Catalog& catalog, const ShadowRecord& shadow,
                const std::vector<std::string>& shown) {
  return {{"step", shadow.step},
          {"policy", shadow.policy},
          {"version", shadow.version},
          {"chosen_at", FormatTime(shadow.chosen_us)},
          {"items", ShownItemsJson(catalog, shadow.items, shadow.probabilities)},
          {"shown_probabilities", shadow.shown_probabilities},
          {"agreement", AgreementOf(shadow, shown)}};
}

Json SessionJson(const SessionRecord& session) {
  return {{"session", session.id},
          {"user", session.user},
          {"policy", session.policy},
          {"started_at", FormatTime(session.started_us)},
          {"ended_at", session.ended_us == 0 ? Json() : Json(FormatTime(session.ended_us))},
          {"end", session.end},
          {"split", session.split}};
}

Json StoredSessionJson(const Catalog& catalog, const StoredSession& stored) {
  Json json = SessionJson(stored.session);
  json["slates"] = json["feedback"] = json["shadows"] = Json::array();
  for (const SlateRecord& slate : stored.slates)
    json["slates"].push_back(SlateJson(catalog, slate));
  for (const FeedbackRecord& record : stored.feedback)
    json["feedback"].push_back(FeedbackJson(record));
  for (const ShadowRecord& shadow : stored.shadows)
    json["shadows"].push_back(ShadowJson(catalog, shadow, stored.slates.at(At(shadow.step)).items));
  return json;
}

Json PolicyJson(const PolicyInfo& policy) {
  Json json = {{"policy", policy.name},   {"version", policy.version},
               {"agent", policy.agent},   {"planner", policy.planner},
               {"folder", policy.folder}, {"slate_size", policy.slate_size},
               {"shadow", policy.shadow}, {"planner_health", nullptr}};
  if (policy.planner_health) {
    const PlannerHealth& health = *policy.planner_health;
    json["planner_health"] = {{"in_time", health.in_time},
                              {"kept", health.kept},
                              {"fallback", health.fallback},
                              {"answers", health.answers},
                              {"failures", health.failures},
                              {"waiting", health.waiting},
                              {"seconds_per_answer", health.seconds_per_answer},
                              {"last_failure", health.last_failure}};
  }
  return json;
}

Json SizeJson(const StoreSize& size) {
  return {{"bytes", size.bytes},
          {"sessions", size.sessions},
          {"slates", size.slates},
          {"feedback", size.feedback}};
}

Json StatisticsJson(const LiveStatistics& statistics, const std::vector<PolicyInfo>& served,
                    int64_t now_us) {
  std::vector<PolicyStatistics> ordered;
  ordered.reserve(served.size());
  for (const PolicyInfo& policy : served) ordered.push_back({.policy = policy.name});
  for (PolicyStatistics& figures : statistics.Policies()) {
    const auto found = std::ranges::find(ordered, figures.policy, &PolicyStatistics::policy);
    if (found != ordered.end())
      *found = std::move(figures);
    else
      ordered.push_back(std::move(figures));
  }
  Json policies = Json::array(), minutes = Json::array();
  for (const PolicyStatistics& figures : ordered)
    policies.push_back(PolicyFiguresJson(figures, ordered[0]));
  for (const MinuteStatistics& minute : statistics.Minutes(now_us))
    minutes.push_back(MinuteJson(minute));
  return {{"at", FormatTime(now_us)},
          {"sessions", statistics.sessions()},
          {"most_sessions", statistics.keep()},
          {"minutes", std::move(minutes)},
          {"policies", std::move(policies)}};
}

}  // namespace lerl
