#include "lerl/serve/api/api_json.h"

#include <nlohmann/json.hpp>

#include "lerl/base/index.h"
#include "lerl/serve/api/time_format.h"

namespace lerl {

using Json = nlohmann::json;

Json ItemJson(const Catalog& catalog, int32_t item) {
  return {{"item", catalog.ItemId(item)},
          {"title", catalog.Title(item)},
          {"categories", catalog.CategoriesOf(item)}};
}

Json SlateJson(const Catalog& catalog, const SlateRecord& slate) {
  Json items = Json::array();
  for (size_t k = 0; k < slate.items.size(); ++k) {
    const auto known = catalog.Item(slate.items[k]);
    Json item = known ? ItemJson(catalog, *known)
                      : Json{{"item", slate.items[k]},
                             {"title", slate.items[k]},
                             {"categories", Json::array()}};
    item["probability"] = slate.probabilities[k];
    items.push_back(std::move(item));
  }
  return {{"session", slate.session},
          {"step", slate.step},
          {"shown_at", FormatTime(slate.shown_us)},
          {"items", std::move(items)},
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

Json SessionJson(const SessionRecord& session) {
  return {{"session", session.id},
          {"user", session.user},
          {"policy", session.policy},
          {"started_at", FormatTime(session.started_us)},
          {"ended_at", session.ended_us == 0 ? Json() : Json(FormatTime(session.ended_us))},
          {"end", session.end}};
}

Json PolicyJson(const PolicyInfo& policy) {
  Json json = {{"policy", policy.name},    {"version", policy.version},
               {"agent", policy.agent},    {"planner", policy.planner},
               {"folder", policy.folder},  {"slate_size", policy.slate_size},
               {"planner_health", nullptr}};
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

}  // namespace lerl
