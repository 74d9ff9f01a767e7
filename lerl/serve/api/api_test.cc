#include "lerl/serve/api/api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <thread>

#include "lerl/base/error.h"
#include "lerl/base/json_text.h"
#include "lerl/testing/memory_event_store.h"
#include "lerl/testing/small_served_run.h"

namespace lerl {
namespace {

using Json = nlohmann::json;

class ApiTest : public testing::Test {
 protected:
  ApiTest() {
    AddApiRoutes(router_, {recommender_, metrics_, feed_, [this] { return draining_; },
                           [this] { return full_; }});
  }

  Response Call(const std::string& method, const std::string& target,
                const std::string& body = "") {
    Request request{.method = method, .target = target, .path = target, .body = body, .id = "r"};
    if (const size_t at = target.find('?'); at != std::string::npos) request.path.resize(at);
    if (!body.empty()) request.headers["content-type"] = "application/json";
    return router_.Handle(request);
  }
  Json Ok(const std::string& method, const std::string& target, const Json& body = nullptr,
          int status = 200) {
    const Response response = Call(method, target, body.is_null() ? "" : body.dump());
    EXPECT_EQ(response.status, status) << response.body;
    return ParseJson(response.body);
  }
  // "422 urn:lerl:problem:x /field"
  std::string Problem(const std::string& method, const std::string& target,
                      const std::string& body = "") {
    const Response response = Call(method, target, body);
    EXPECT_EQ(response.content_type, "application/problem+json");
    const Json problem = ParseJson(response.body);
    EXPECT_EQ(problem.at("status"), response.status);
    std::string text = std::to_string(response.status) + " ";
    std::string type = problem.at("type");
    if (type.starts_with("urn:lerl:problem:")) type = type.substr(17);
    return text + type +
           (problem.contains("field") ? " " + problem["field"].get<std::string>() : "");
  }
  std::string NewSession() { return Ok("POST", "/v1/sessions", {{"user", "u"}}, 201)["session"]; }

  MemoryEventStore store_;
  Recommender recommender_{store_, {{"ppo", SmallServedRun::Get().folder()}}, {}};
  Metrics metrics_;
  LiveFeed feed_;
  Router router_;
  bool draining_ = false, full_ = false;
};

TEST_F(ApiTest, ServesASession) {
  const Json session = Ok("POST", "/v1/sessions", {{"user", "somebody"}}, 201);
  EXPECT_EQ(session["known_user"], false);
  const std::string at = "/v1/sessions/" + session["session"].get<std::string>();
  const Json slate = Ok("POST", at + "/recommendations");
  EXPECT_EQ(slate["step"], 0);
  ASSERT_EQ(slate["items"].size(), 3);
  EXPECT_GT(slate["items"][0]["probability"], 0);
  const Json event = {{"id", "e1"},
                      {"step", 0},
                      {"item", slate["items"][1]["item"]},
                      {"behaviours", {{"like", true}}},
                      {"happened_at", "2026-03-01T12:00:00Z"}};
  const Json events = {{"events", {event}}};
  EXPECT_EQ(Ok("POST", at + "/feedback", events), Json({{"accepted", 1}, {"repeated", 0}}));
  EXPECT_EQ(Ok("POST", at + "/feedback", events), Json({{"accepted", 0}, {"repeated", 1}}));
  EXPECT_EQ(Ok("POST", at + "/recommendations", {{"step", 0}})["items"], slate["items"]);
  EXPECT_EQ(Ok("POST", at + "/recommendations", {{"step", 1}, {"wish", "no war, please"}})["step"],
            1);
  const Json shown = Ok("GET", at);
  EXPECT_EQ(shown["slates"].size(), 2);
  EXPECT_EQ(shown["feedback"][0]["happened_at"], "2026-03-01T12:00:00.000000Z");
  EXPECT_EQ(Ok("POST", at + ":end")["ended_now"], true);
  EXPECT_EQ(Ok("POST", at + ":end")["ended_now"], false);
  EXPECT_EQ(Problem("POST", at + "/recommendations"), "409 session-ended");
  EXPECT_EQ(Ok("DELETE", "/v1/users/somebody")["sessions"], 1);
  EXPECT_EQ(Problem("GET", at), "404 unknown-session");
  EXPECT_THAT(Call("GET", "/metrics").body, testing::HasSubstr("lerl_feedback_total 1"));
}

TEST_F(ApiTest, WhoWatchesSeesWhatHappens) {
  const Response watching = Call("GET", "/v1/events");
  ASSERT_NE(watching.stream, nullptr);
  const std::string at = "/v1/sessions/" + NewSession();
  const Json slate = Ok("POST", at + "/recommendations");
  const Json event = {
      {"id", "e"}, {"step", 0}, {"item", slate["items"][0]["item"]}, {"behaviours", {{"like", 1}}}};
  for (int n = 0; n < 2; ++n) Ok("POST", at + "/feedback", {{"events", {event}}});
  Ok("POST", at + ":end");
  std::vector<std::string> names;
  std::istringstream lines(watching.stream->Take());
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("event: ")) names.push_back(line.substr(7));
  EXPECT_THAT(names, testing::ElementsAre("session", "slate", "feedback", "end"));
  EXPECT_EQ(Ok("GET", "/v1/sessions?limit=1")["sessions"][0]["end"], "client");
}

TEST_F(ApiTest, WhoWatchesIsToldOfAnEndByItselfAndOfWhoIsForgotten) {
  RecommenderConfig short_sessions;
  short_sessions.max_steps = 1;
  Recommender recommender(store_, {{"ppo", SmallServedRun::Get().folder()}}, short_sessions);
  Router router;
  Metrics metrics;
  AddApiRoutes(router, {recommender, metrics, feed_});
  const std::string id = recommender.Start("u").id;
  const std::string at = "/v1/sessions/" + id + "/recommendations";
  const auto next = [&] {
    Request request{.method = "POST", .target = at, .path = at};
    return router.Handle(request).status;
  };
  EXPECT_EQ(next(), 200);
  const auto stream = feed_.Watch("");
  EXPECT_EQ(next(), 409);
  EXPECT_EQ(next(), 409);
  EXPECT_THAT(stream->Take(),
              testing::EndsWith("data: {\"end\":\"limit\",\"session\":\"" + id + "\"}\n\n"));
  Ok("DELETE", "/v1/users/u");
  EXPECT_THAT(stream->Take(), testing::HasSubstr("data: {\"sessions\":[\"" + id + "\"]}"));
  EXPECT_THAT(feed_.Watch("0")->Take(), testing::Not(testing::HasSubstr("\"u\"")));
}

TEST_F(ApiTest, ShowsItemsAndPolicies) {
  const Json page = Ok("GET", "/v1/items?offset=58&limit=5");
  EXPECT_EQ(page["total"], 60);
  EXPECT_EQ(page["items"].size(), 2);
  const std::string id = page["items"][0]["item"];
  EXPECT_EQ(Ok("GET", "/v1/items/" + id), page["items"][0]);
  EXPECT_EQ(Problem("GET", "/v1/items/none"), "404 unknown-item");
  EXPECT_EQ(Problem("GET", "/v1/items?limit=1001"), "422 invalid-request ?limit");
  EXPECT_EQ(Problem("GET", "/v1/items?limit=-1"), "422 invalid-request ?limit");
  const Json policies = Ok("GET", "/v1/policies");
  EXPECT_EQ(policies["policies"][0]["policy"], "ppo");
  EXPECT_EQ(policies["behaviours"][0], "like");
  EXPECT_EQ(Ok("POST", "/v1/policies:reload"), policies);
}

TEST_F(ApiTest, ShowsTheExperiment) {
  EXPECT_EQ(Ok("GET", "/v1/policies")["experiment"], Json());
  RecommenderConfig halves;
  halves.experiment.shares = {0.5, 0.5};
  const std::filesystem::path folder = SmallServedRun::Get().folder();
  Recommender recommender(store_, {{"a", folder}, {"b", folder}}, halves);
  Router router;
  AddApiRoutes(router, {recommender, metrics_, feed_});
  const auto get = [&](const std::string& path) {
    Request request{.method = "GET", .target = path, .path = path};
    return router.Handle(request).body;
  };
  const Json experiment = ParseJson(get("/v1/policies"))["experiment"];
  EXPECT_EQ(experiment["state"], "running");
  EXPECT_EQ(experiment["policies"][1]["share_now"], 0.5);
  EXPECT_THAT(get("/metrics"),
              testing::HasSubstr("lerl_experiment_share{experiment=\"1\",policy=\"b\"} 0.5\n"));
  const std::string id = recommender.Start("u").id;
  EXPECT_EQ(ParseJson(get("/v1/sessions/" + id))["split"], "1: a 0.5, b 0.5");
}

TEST_F(ApiTest, ListsTheUsersOfTheDataWithoutTheGuest) {
  const Json all = Ok("GET", "/v1/users?limit=1000");
  EXPECT_EQ(all["total"], all["users"].size());
  EXPECT_EQ(all["total"], SmallServedRun::Get().guest());
  const Json page = Ok("GET", "/v1/users?offset=1&limit=2");
  EXPECT_EQ(page["users"], Json({all["users"][1], all["users"][2]}));
  EXPECT_EQ(Ok("POST", "/v1/sessions", {{"user", page["users"][0]}}, 201)["known_user"], true);
  EXPECT_EQ(Problem("GET", "/v1/users?limit=1001"), "422 invalid-request ?limit");
}

TEST_F(ApiTest, StatisticsFollowWhatHappens) {
  const std::string id = NewSession(), at = "/v1/sessions/" + id;
  const Json slate = Ok("POST", at + "/recommendations");
  Ok("POST", at + "/recommendations", {{"step", 0}});  // again, which counts once
  const Json event = {
      {"id", "e"}, {"step", 0}, {"item", slate["items"][0]["item"]}, {"behaviours", {{"like", 1}}}};
  Ok("POST", at + "/feedback", {{"events", {event}}});
  const Json json = Ok("GET", "/v1/statistics"), policy = json["policies"][0];
  EXPECT_EQ(policy["policy"], "ppo");
  EXPECT_EQ(policy["running"], 1);
  EXPECT_EQ(policy["slates"], 1);
  EXPECT_EQ(policy["items_liked"], 1);
  EXPECT_EQ(policy["origins"], Json({{slate["origin"], 1}}));
  EXPECT_EQ(json["store"]["slates"], 1);
  Ok("POST", at + ":end");
  EXPECT_EQ(Ok("GET", "/v1/statistics")["policies"][0]["running"], 0);
  // A service that starts on the same store knows it, and one that does not is told by the store.
  Router other;
  Metrics metrics;
  AddApiRoutes(other, {recommender_, metrics, feed_});
  Request request{.method = "GET", .target = "/v1/statistics", .path = "/v1/statistics"};
  EXPECT_EQ(ParseJson(other.Handle(request).body)["policies"][0]["items_liked"], 1);
  const std::string later = "/v1/sessions/" + NewSession();
  Request slate_of_later{
      .method = "POST", .target = later + "/recommendations", .path = later + "/recommendations"};
  EXPECT_EQ(other.Handle(slate_of_later).status, 200);
  EXPECT_EQ(ParseJson(other.Handle(request).body)["policies"][0]["slates"], 2);
  Ok("DELETE", "/v1/users/u");
  EXPECT_EQ(Ok("GET", "/v1/statistics")["policies"][0]["sessions"], 0);
}

TEST_F(ApiTest, WrongRequestsAreToldWhatIsWrongAndChangeNothing) {
  const std::string id = NewSession(), at = "/v1/sessions/" + id;
  EXPECT_EQ(Problem("POST", "/v1/sessions", "{"), "400 about:blank");
  EXPECT_EQ(Problem("POST", "/v1/sessions", "[]"), "422 invalid-request");
  const std::string nested = std::string(2000, '[') + std::string(2000, ']');
  EXPECT_EQ(Problem("POST", "/v1/sessions", R"({"user": )" + nested + "}"), "400 about:blank");
  EXPECT_EQ(Problem("POST", "/v1/sessions", "{}"), "422 invalid-request /user");
  EXPECT_EQ(Problem("POST", "/v1/sessions", R"({"user": 7})"), "422 invalid-request /user");
  EXPECT_EQ(Problem("POST", "/v1/sessions", R"({"user": "u", "usr": 1})"),
            "422 invalid-request /usr");
  EXPECT_EQ(Problem("POST", "/v1/sessions", R"({"user": "u", "policy": "x"})"),
            "422 unknown-policy /policy");
  EXPECT_EQ(Problem("POST", at + "/recommendations", R"({"step": 1.5})"),
            "422 invalid-request /step");
  EXPECT_EQ(Problem("POST", at + "/recommendations", R"({"step": 99999999999})"),
            "422 invalid-request /step");
  EXPECT_EQ(Problem("POST", at + "/recommendations", R"({"step": 3})"), "409 step-ahead /step");
  EXPECT_EQ(Problem("POST", at + "/recommendations", R"({"wish": " "})"), "422 invalid-wish /wish");
  EXPECT_EQ(Problem("POST", at + "/recommendations", R"({"wish": 7})"),
            "422 invalid-request /wish");
  EXPECT_EQ(
      Problem("POST", at + "/recommendations", Json({{"wish", std::string(301, 'a')}}).dump()),
      "422 invalid-wish /wish");
  EXPECT_EQ(Problem("POST", "/v1/sessions/none/recommendations"), "404 unknown-session");
  EXPECT_EQ(store_.Size().sessions, 1);
  EXPECT_EQ(store_.Size().slates, 0);
}

TEST_F(ApiTest, WrongFeedbackNamesTheEventAndNothingIsTaken) {
  const std::string at = "/v1/sessions/" + NewSession();
  const Json slate = Ok("POST", at + "/recommendations");
  const auto send = [&](const std::string& member, const Json& value) {
    Json event = {{"id", "e"},
                  {"step", 0},
                  {"item", slate["items"][0]["item"]},
                  {"behaviours", {{"like", 1}}}};
    const Json good = event;
    event["id"] = "f";
    event[member] = value;
    return Problem("POST", at + "/feedback", Json({{"events", {good, event}}}).dump());
  };
  EXPECT_EQ(send("id", ""), "422 bad-name /events/1/id");
  EXPECT_EQ(send("id", 4), "422 invalid-request /events/1/id");
  EXPECT_EQ(send("step", 1), "409 never-shown /events/1/step");
  EXPECT_EQ(send("item", "none"), "422 unknown-item /events/1/item");
  EXPECT_EQ(send("item", ""), "422 bad-name /events/1/item");
  EXPECT_EQ(send("behaviours", Json::object()), "422 no-behaviour /events/1/behaviours");
  EXPECT_EQ(send("behaviours", {{"like", "yes"}}), "422 invalid-request /events/1/behaviours");
  EXPECT_EQ(send("behaviours", {{"like", -1}}), "422 bad-value /events/1/behaviours");
  EXPECT_EQ(send("behaviours", {{"hate", 1}}), "422 unknown-behaviour /events/1/behaviours");
  EXPECT_EQ(send("happened_at", "yesterday"), "422 invalid-request /events/1/happened_at");
  EXPECT_EQ(send("colour", "red"), "422 invalid-request /events/1/colour");
  EXPECT_EQ(Problem("POST", at + "/feedback", R"({"events": []})"), "422 invalid-request /events");
  EXPECT_EQ(Problem("POST", at + "/feedback", R"({"events": [{"id": "e", "behaviours": 1e999}]})")
                .substr(0, 3),
            "400");
  EXPECT_EQ(store_.Size().feedback, 0);
}

TEST_F(ApiTest, IsReadyWhileTheStoreAnswersAndTheServiceGoesOn) {
  EXPECT_EQ(Ok("GET", "/readyz")["status"], "ready");
  store_.broken = true;
  EXPECT_EQ(Problem("GET", "/readyz"), "503 about:blank");
  EXPECT_EQ(Problem("POST", "/v1/sessions", R"({"user": "u"})"), "503 about:blank");
  store_.broken = false;
  draining_ = true;
  EXPECT_EQ(Problem("GET", "/readyz"), "503 about:blank");
  EXPECT_EQ(Ok("GET", "/healthz")["status"], "alive");
}

TEST_F(ApiTest, TakesNoNewSessionsWhileMemoryIsFullAndServesThoseThatRun) {
  const std::string at = "/v1/sessions/" + NewSession();
  full_ = true;
  const Response refused = Call("POST", "/v1/sessions", R"({"user": "u"})");
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(FieldOf(refused.headers, "Retry-After"), "5");
  Ok("POST", at + "/recommendations");
  EXPECT_EQ(store_.Size().sessions, 1);
  EXPECT_THAT(Call("GET", "/metrics").body, testing::HasSubstr("lerl_sessions_refused_total 1\n"));
  EXPECT_THAT(Call("GET", "/metrics").body, testing::HasSubstr("lerl_sessions_cached 1\n"));
  full_ = false;
  NewSession();
}

TEST_F(ApiTest, HasFiguresWhileTheStoreIsGone) {
  store_.broken = true;
  EXPECT_THAT(Call("GET", "/metrics").body, testing::HasSubstr("lerl_store_bytes NaN\n"));
}

// Every route is described, nothing else is, and so are its parameters and whether it has a body.
TEST_F(ApiTest, TheDescriptionIsThatOfTheRoutes) {
  const Json openapi = Ok("GET", "/openapi.json");
  std::set<std::string> described, served;
  for (const auto& [path, methods] : openapi["paths"].items())
    for (const auto& [method, operation] : methods.items()) {
      std::string line = method + " " + path + " " + operation["operationId"].get<std::string>();
      std::set<std::string> query;
      for (const Json& parameter : operation.value("parameters", Json::array()))
        if (parameter["in"] == "query") query.insert(parameter["name"]);
      for (const std::string& name : query) line += " ?" + name;
      described.insert(line + (operation.contains("requestBody") ? " body" : ""));
    }
  for (const Route& route : router_.routes()) {
    std::string method = route.method;
    for (char& c : method) c = static_cast<char>(std::tolower(c));
    std::string line = method + " " + route.pattern + " " + route.name;
    for (const std::string& name : std::set(route.query.begin(), route.query.end()))
      line += " ?" + name;
    served.insert(line + (route.json_body ? " body" : ""));
  }
  EXPECT_EQ(described, served);
}

TEST_F(ApiTest, ShowsShadowsAndDefaultAnswers) {
  const std::filesystem::path folder = SmallServedRun::Get().folder();
  RecommenderConfig config;
  config.shadows = {"beside"};
  config.default_answer = {.after_seconds = 0.001};
  Recommender recommender(store_, {{"ppo", folder}, {"beside", folder}}, config);
  Router router;
  Metrics metrics;
  AddApiRoutes(router, {recommender, metrics, feed_});
  const auto call = [&](const std::string& method, const std::string& path) {
    Request request{.method = method, .target = path, .path = path};
    return ParseJson(router.Handle(request).body);
  };
  const std::string at = "/v1/sessions/" + recommender.Start("u").id;
  call("POST", at + "/recommendations");
  recommender.shadows()->WaitUntilIdle();
  while (call("GET", at)["feedback"].size() < 3) std::this_thread::yield();
  const Json session = call("GET", at);
  ASSERT_EQ(session["shadows"].size(), 1);
  EXPECT_EQ(session["shadows"][0]["policy"], "beside");
  EXPECT_EQ(session["shadows"][0]["agreement"], 1);
  EXPECT_THAT(session["feedback"][0]["id"], testing::StartsWith("default:"));
  EXPECT_EQ(call("GET", "/v1/statistics")["policies"][1]["agreement"]["mean"], 1);
  EXPECT_EQ(call("GET", "/v1/policies")["policies"][1]["shadow"], true);
  Request metrics_request{.method = "GET", .target = "/metrics", .path = "/metrics"};
  EXPECT_THAT(router.Handle(metrics_request).body,
              testing::HasSubstr("lerl_shadow_slates_total{policy=\"beside\"} 1"));
}

}  // namespace
}  // namespace lerl
