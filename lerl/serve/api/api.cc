#include "lerl/serve/api/api.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <mutex>
#include <nlohmann/json.hpp>
#include <utility>

#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/base/periodic.h"
#include "lerl/http/static_files.h"
#include "lerl/serve/api/api_json.h"
#include "lerl/serve/api/apprentice_json.h"
#include "lerl/serve/api/body_reader.h"
#include "lerl/serve/api/experiment_json.h"
#include "lerl/serve/api/item_routes.h"
#include "lerl/serve/api/openapi_file.h"
#include "lerl/serve/api/problems.h"
#include "lerl/serve/api/session_watch.h"
#include "lerl/serve/time_format.h"
#include "lerl/wishes/wish_text.h"

namespace lerl {
namespace {

using Json = nlohmann::json;

constexpr size_t kMostEvents = 1000;  // of one request
constexpr size_t kMostItemsOfASlate = 1000;
constexpr int64_t kMostUsers = 1000;
constexpr int64_t kMostSessions = 1000;
constexpr auto kAnswersEvery = std::chrono::seconds(1);
constexpr auto kEndsEvery = std::chrono::seconds(30);
constexpr auto kSizeAge = std::chrono::seconds(2);  // until the store is measured anew

class Api {
 public:
  explicit Api(const ApiParts& parts)
      : recommender_(parts.recommender),
        metrics_(parts.metrics),
        feed_(parts.feed),
        draining_(parts.draining),
        full_(parts.full),
        sessions_(parts.recommender, parts.feed),
        slates_(metrics_.AddCounter("lerl_slates_total", "slates shown")),
        feedback_(metrics_.AddCounter("lerl_feedback_total", "feedback records taken")),
        repeated_(metrics_.AddCounter("lerl_feedback_repeated_total",
                                      "feedback records that had been taken before")),
        default_answers_(metrics_.AddCounter("lerl_default_answers_total",
                                             "answers for items about which nothing was said")),
        refused_(metrics_.AddCounter("lerl_sessions_refused_total",
                                     "sessions that there was no memory for")),
        store_bytes_(metrics_.AddGauge("lerl_store_bytes",
                                       "size of the event store; NaN while it can't be read")) {
    metrics_.AddReading("lerl_sessions_cached", "sessions kept in memory",
                        [this] { return static_cast<double>(recommender_.cached_sessions()); });
    metrics_.AddProcess();
    if (recommender_.config().default_answer.after_seconds > 0)
      answering_ = std::make_unique<Periodic>("default answers", kAnswersEvery,
                                              [this] { AnswerByDefault(); });
    ending_ = std::make_unique<Periodic>("ends of idle sessions", kEndsEvery, [this] {
      EndIdle();
      recommender_.upkeep().DeleteOld();
    });
    if (recommender_.shadows() != nullptr) WatchShadows(*recommender_.shadows());
  }
  ~Api() {
    if (recommender_.shadows() != nullptr) recommender_.shadows()->ListenBy({});
  }
  Api(const Api&) = delete;
  Api& operator=(const Api&) = delete;

  Response StartSession(const Request& request) {
    if (full_()) {
      refused_.Add();
      throw ProblemError({.status = 503,
                          .detail = "there is no memory left for another session; try again",
                          .headers = {{"Retry-After", "5"}}});
    }
    const Json body = ReadBody(request.body);
    ObjectReader reader(body, "");
    const std::string user = reader.Text("user"), policy = reader.TextOr("policy", "");
    reader.Finish();
    const SessionRecord session = recommender_.Start(user, policy);
    Json json = SessionJson(session);
    const auto catalog = recommender_.catalog();
    json["known_user"] = catalog->User(session.user) != catalog->guest();
    Response response = JsonResponse(json, 201);
    sessions_.Started(session, response.body);
    response.headers["location"] = "/v1/sessions/" + session.id;
    return response;
  }

  Response Recommend(const Request& request) {
    const Json body = ReadBody(request.body, /*may_be_empty=*/true);
    ObjectReader reader(body, "");
    const std::optional<int32_t> step = reader.Integer("step");
    const std::vector<std::string> product = reader.Texts("product_slate", kMostItemsOfASlate);
    const std::optional<std::string> wish = reader.OptionalText("wish");
    reader.Finish();
    const SlateRecord slate = NextSlate(request, step, product, wish);
    if (wish)
      metrics_
          .AddCounter("lerl_wishes_total", "slates that were asked for with a wish in words",
                      {{"looks_foreign", LooksForeign(*wish) ? "yes" : "no"}})
          .Add();
    slates_.Add();
    metrics_
        .AddCounter("lerl_plans_total", "plans of slates, by where they came from",
                    {{"origin", slate.origin}})
        .Add();
    Response response = JsonResponse(SlateJson(*recommender_.catalog(), slate));
    sessions_.Shown(slate, response.body);
    return response;
  }

  Response TakeFeedback(const Request& request) {
    const Json body = ReadBody(request.body);
    ObjectReader reader(body, "");
    const Json& events = reader.Any("events");
    reader.Finish();
    if (!events.is_array() || events.empty() || events.size() > kMostEvents)
      ObjectReader::Fail("/events", "it must be a list of 1 to " + std::to_string(kMostEvents));
    std::vector<FeedbackRecord> records;
    for (size_t n = 0; n < events.size(); ++n)
      records.push_back(EventOf(events[n], "/events/" + std::to_string(n)));
    const std::string& id = FieldOf(request.parameters, "id");
    const FeedbackCounts counts = recommender_.TakeFeedback(id, records);
    feedback_.Add(counts.accepted);
    repeated_.Add(counts.repeated);
    sessions_.Answered(id, records, counts.accepted,
                       JsonBody({{"session", id}, {"events", events}}));
    return JsonResponse({{"accepted", counts.accepted}, {"repeated", counts.repeated}});
  }

  Response ShowSession(const Request& request) {
    return JsonResponse(StoredSessionJson(*recommender_.catalog(),
                                          recommender_.Session(FieldOf(request.parameters, "id"))));
  }

  Response EndSession(const Request& request) {
    const std::string& id = FieldOf(request.parameters, "id");
    const bool now = recommender_.End(id);
    if (now) sessions_.Ended(id, "client");
    return JsonResponse({{"ended_now", now}});
  }

  Response ListSessions(const Request& request) {
    Json sessions = Json::array();
    const int64_t limit = QueryNumber(request, "limit", 50, kMostSessions);
    for (const SessionState& state : recommender_.store().NewestSessions(limit))
      sessions.push_back(SessionJson(state.session));
    return JsonResponse({{"sessions", std::move(sessions)}});
  }

  Response Watch(const Request& request) {
    auto stream = feed_.Watch(FieldOf(request.headers, "last-event-id"));
    if (stream == nullptr)
      throw ProblemError({.status = 503, .detail = "as many pages watch as may; try again later"});
    Response response;
    response.stream = std::move(stream);
    return response;
  }

  Response ForgetUser(const Request& request) {
    const std::string& user = FieldOf(request.parameters, "id");
    const std::vector<SessionRecord> forgotten =
        recommender_.store().SessionsOf(user, std::numeric_limits<int64_t>::max(), kMostSessions);
    const int64_t sessions = recommender_.store().DeleteUser(user);
    sessions_.Forgotten(user, forgotten);
    return JsonResponse({{"sessions", sessions}});
  }

  Response ListUsers(const Request& request) {
    const auto now = recommender_.catalog();
    const Catalog& catalog = *now;
    const int64_t offset = QueryNumber(request, "offset", 0, 1'000'000'000);
    const int64_t limit = QueryNumber(request, "limit", 100, kMostUsers);
    Json users = Json::array();
    for (int64_t user = offset; user < std::min<int64_t>(catalog.guest(), offset + limit); ++user)
      users.push_back(catalog.dataset().user_ids[At(user)]);
    return JsonResponse(
        {{"total", catalog.guest()}, {"offset", offset}, {"users", std::move(users)}});
  }

  Response ShowStatistics(const Request&) {
    sessions_.CatchUp();
    Json json =
        StatisticsJson(sessions_.figures(), recommender_.Policies(), Recommender::SystemClock());
    json["store"] = SizeJson(StoreSizeNow());
    return JsonResponse(json);
  }

  Response ListPolicies(const Request&) { return JsonResponse(Policies(recommender_.Policies())); }

  Response Reload(const Request&) {
    try {
      return JsonResponse(Policies(recommender_.Reload()));
    } catch (const Error& error) {
      throw Refusal(RefusalKind::kConflict, "reload-failed",
                    std::string("the policies stay as they are: ") + error.what());
    }
  }

  Response Ready(const Request&) {
    if (draining_()) throw ProblemError({.status = 503, .detail = "the service is about to end"});
    recommender_.store().Ping();
    return JsonResponse({{"status", "ready"}});
  }

  Response ShowMetrics(const Request&) {
    try {
      store_bytes_.Set(static_cast<double>(StoreSizeNow().bytes));
    } catch (const Error&) {  // figures are wanted most while the store is gone
      store_bytes_.Set(std::numeric_limits<double>::quiet_NaN());
    }
    if (const auto status = recommender_.experiment().Status())
      SetExperimentMetrics(*status, metrics_);
    if (const auto status = ApprenticeNow()) SetApprenticeMetrics(*status, metrics_);
    Response response{.content_type = std::string(Metrics::kContentType)};
    response.body = metrics_.Text();
    return response;
  }

 private:
  static FeedbackRecord EventOf(const Json& event, const std::string& pointer) {
    ObjectReader reader(event, pointer);
    FeedbackRecord record;
    record.event = reader.Text("id");
    record.step = reader.RequiredInteger("step");
    record.item = reader.Text("item");
    const Json& behaviours = reader.Any("behaviours");
    if (!behaviours.is_object())
      ObjectReader::Fail(reader.PointerOf("behaviours"), "it must be an object");
    for (const auto& [name, value] : behaviours.items()) {
      if (!value.is_number() && !value.is_boolean())
        ObjectReader::Fail(reader.PointerOf("behaviours"),
                           "a behaviour's value must be a number, true or false");
      record.behaviours[name] =
          value.is_boolean() ? (value.get<bool>() ? 1 : 0) : value.get<double>();
    }
    if (const std::string at = reader.TextOr("happened_at", ""); !at.empty()) {
      const auto us = ParseTime(at);
      if (!us)
        ObjectReader::Fail(reader.PointerOf("happened_at"),
                           "it must be a time such as 2026-03-01T12:00:00Z");
      record.happened_us = *us;
    }
    reader.Finish();
    return record;
  }

  Json Policies(const std::vector<PolicyInfo>& policies) const {
    Json json = Json::array();
    for (const PolicyInfo& policy : policies) json.push_back(PolicyJson(policy));
    return {{"policies", std::move(json)},
            {"behaviours", recommender_.catalog()->dataset().behaviours},
            {"experiment", ExperimentJson(recommender_.experiment().Status())},
            {"apprentice", ApprenticeJson(ApprenticeNow())}};
  }

  std::optional<ApprenticeStatus> ApprenticeNow() const {
    if (recommender_.apprentice() == nullptr) return std::nullopt;
    return recommender_.apprentice()->Status();
  }

  // The recommender's; tells who watches where it finds that the session has ended by itself.
  SlateRecord NextSlate(const Request& request, std::optional<int32_t> step,
                        const std::vector<std::string>& product,
                        const std::optional<std::string>& wish) {
    const std::string& id = FieldOf(request.parameters, "id");
    try {
      return recommender_.Recommend(id, step, request.id, product, wish);
    } catch (const Refusal& refusal) {
      if (refusal.name == "session-ended")
        sessions_.Ended(id, recommender_.Session(id).session.end);
      throw;
    }
  }

  void EndIdle() {
    std::vector<std::string> ended;
    do {
      ended = recommender_.upkeep().EndIdle();
      for (const std::string& id : ended) sessions_.Ended(id, kIdleEnd);
    } while (!ended.empty() && !draining_());
  }

  // A part at a time, until all that is due has its answer.
  void AnswerByDefault() {
    EventStore::DefaultAnswers answers;
    do {
      answers = recommender_.upkeep().AnswerByDefault();
      default_answers_.Add(answers.answers);
      // What was not given changes no figure.
      if (recommender_.config().default_answer.value > 0)
        for (const std::string& session : answers.sessions) sessions_.AnsweredByDefault(session);
    } while (answers.slates > 0 && !draining_());
  }

  void WatchShadows(ShadowPolicies& shadows) {
    metrics_.AddReading("lerl_shadow_slates_dropped", "slates that shadows were too slow for",
                        [&shadows] { return static_cast<double>(shadows.dropped()); });
    shadows.ListenBy([this](const ShadowRecord& shadow, double agreement) {
      metrics_
          .AddCounter("lerl_shadow_slates_total", "slates that shadows chose",
                      {{"policy", shadow.policy}})
          .Add();
      sessions_.AddAgreement(shadow, agreement);
    });
  }

  // Counting rows takes long in a large store, and several pages may ask at a time.
  StoreSize StoreSizeNow() {
    const std::lock_guard lock(size_mutex_);
    const auto now = std::chrono::steady_clock::now();
    if (!size_ || now - measured_ > kSizeAge) {
      size_ = recommender_.store().Size();
      measured_ = now;
    }
    return *size_;
  }

  Recommender& recommender_;
  Metrics& metrics_;
  LiveFeed& feed_;
  const std::function<bool()> draining_, full_;
  SessionWatch sessions_;
  std::mutex size_mutex_;
  std::optional<StoreSize> size_;
  std::chrono::steady_clock::time_point measured_;
  Counter &slates_, &feedback_, &repeated_, &default_answers_, &refused_;
  Gauge& store_bytes_;
  std::unique_ptr<Periodic> answering_, ending_;  // last: their threads use the rest
};

}  // namespace

void AddApiRoutes(Router& router, const ApiParts& parts) {
  const auto api = std::make_shared<Api>(parts);
  using Handle = Response (Api::*)(const Request&);
  const auto add = [&](Route route, Handle handle) {
    route.handle = WithProblems(
        [api, handle](const Request& request) { return (api.get()->*handle)(request); });
    router.Add(std::move(route));
  };
  constexpr Scope kRead = Scope::kRead, kWrite = Scope::kWrite;
  add({"POST", "/v1/sessions", "start_session", kWrite, {}, true}, &Api::StartSession);
  add({"POST", "/v1/sessions/{id}/recommendations", "recommend", kWrite, {}, true},
      &Api::Recommend);
  add({"POST", "/v1/sessions/{id}/feedback", "feedback", kWrite, {}, true}, &Api::TakeFeedback);
  add({"GET", "/v1/sessions/{id}", "session", kRead}, &Api::ShowSession);
  add({"GET", "/v1/sessions", "sessions", kRead, {"limit"}}, &Api::ListSessions);
  add({"GET", "/v1/events", "events", kRead}, &Api::Watch);
  add({"POST", "/v1/sessions/{id}:end", "end_session", kWrite}, &Api::EndSession);
  add({"DELETE", "/v1/users/{id}", "forget_user", kWrite}, &Api::ForgetUser);
  add({"GET", "/v1/users", "users", kRead, {"offset", "limit"}}, &Api::ListUsers);
  add({"GET", "/v1/statistics", "statistics", kRead}, &Api::ShowStatistics);
  add({"GET", "/v1/policies", "policies", kRead}, &Api::ListPolicies);
  add({"POST", "/v1/policies:reload", "reload", kWrite}, &Api::Reload);
  router.Add(
      {.method = "GET", .pattern = "/healthz", .name = "health", .handle = [](const Request&) {
         return JsonResponse({{"status", "alive"}});
       }});
  add({"GET", "/readyz", "ready", Scope::kNone}, &Api::Ready);
  add({"GET", "/metrics", "metrics", kRead}, &Api::ShowMetrics);
  AddItemRoutes(router, parts.recommender);
  AddStaticFiles(router, {{"/openapi.json", kOpenapiJson}}, "openapi");
}

}  // namespace lerl
