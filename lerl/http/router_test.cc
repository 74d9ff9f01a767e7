#include "lerl/http/router.h"

#include <gtest/gtest.h>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/json_text.h"

namespace lerl {
namespace {

Router SmallRouter() {
  Router router;
  const auto echo = [](const Request& request) {
    std::string text;
    for (const auto& [name, value] : request.parameters) text += name + "=" + value + ";";
    return Response{.body = text};
  };
  router.Add({.method = "GET", .pattern = "/", .name = "root", .handle = echo});
  router.Add({.method = "GET",
              .pattern = "/v1/things/{id}",
              .name = "thing",
              .query = {"k"},
              .handle = echo});
  router.Add({.method = "GET", .pattern = "/v1/things/all", .name = "all", .handle = echo});
  router.Add({.method = "POST", .pattern = "/v1/things/{id}:end", .name = "end", .handle = echo});
  router.Add({.method = "POST",
              .pattern = "/v1/policies:reload",
              .name = "reload",
              .scope = Scope::kWrite,
              .handle = echo});
  router.Add({.method = "POST",
              .pattern = "/v1/things/{id}/feedback",
              .name = "feedback",
              .json_body = true,
              .handle = echo});
  router.Add({.method = "GET",
              .pattern = "/fails",
              .name = "fails",
              .handle = [](const Request&) -> Response { throw Error(ErrorKind::kIo, "gone"); }});
  return router;
}

Response RouteTo(const Router& router, const std::string& method, const std::string& target,
                 const Fields& headers = {}, const std::string& body = "") {
  Request request = {.method = method,
                     .target = target,
                     .path = target.substr(0, target.find('?')),
                     .headers = headers,
                     .body = body};
  return router.Handle(request);
}

TEST(Router, FindsTheRouteThatFitsBest) {
  const Router router = SmallRouter();
  EXPECT_EQ(RouteTo(router, "GET", "/").route, "root");
  const Response thing = RouteTo(router, "GET", "/v1/things/a%2Fb?k=1");
  EXPECT_EQ(thing.route, "thing");
  EXPECT_EQ(thing.body, "id=a/b;");
  EXPECT_EQ(RouteTo(router, "GET", "/v1/things/all").route, "all");
  const Response end = RouteTo(router, "POST", "/v1/things/a:b:end");
  EXPECT_EQ(end.route, "end");
  EXPECT_EQ(end.body, "id=a:b;");
  EXPECT_EQ(RouteTo(router, "POST", "/v1/policies:reload").route, "reload");
}

TEST(Router, AnswersHeadByGet) { EXPECT_EQ(RouteTo(SmallRouter(), "HEAD", "/").route, "root"); }

TEST(Router, SaysWhatAPathKnows) {
  const Router router = SmallRouter();
  const Response wrong = RouteTo(router, "DELETE", "/v1/things/all");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.headers.at("Allow"), "GET, HEAD, OPTIONS");
  const Response options = RouteTo(router, "OPTIONS", "/v1/policies:reload");
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(options.headers.at("Allow"), "OPTIONS, POST");
  EXPECT_FALSE(options.headers.contains("Access-Control-Allow-Origin"));
  // A verb is no end of an id, for any method.
  EXPECT_EQ(RouteTo(router, "OPTIONS", "/v1/things/a:end").headers.at("Allow"), "OPTIONS, POST");
  EXPECT_EQ(RouteTo(router, "GET", "/v1/things/a:end").status, 405);
  EXPECT_EQ(RouteTo(router, "OPTIONS", "*").status, 204);
}

TEST(Router, KnowsNoOtherPaths) {
  const Router router = SmallRouter();
  for (const char* path : {"/v1", "/v1/things", "/v1/things/", "/v1/things/a/", "//",
                           "/V1/things/a", "/v1/policies", "/v1/policies:load"}) {
    const Response response = RouteTo(router, "GET", path);
    EXPECT_EQ(response.status, 404) << path;
    EXPECT_EQ(response.content_type, "application/problem+json");
    EXPECT_EQ(response.route, "");
  }
  EXPECT_EQ(RouteTo(router, "GET", "/v1/../v1/things/all").status, 400);
}

TEST(Router, RefusesQueryParametersThatARouteLacks) {
  const Response response = RouteTo(SmallRouter(), "GET", "/v1/things/a?k=1&q=2");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.route, "thing");
  EXPECT_NE(response.body.find(R"("field":"q")"), std::string::npos);
}

TEST(Router, TakesJsonInUtf8Alone) {
  const Router router = SmallRouter();
  const auto status = [&router](const Fields& headers, const std::string& body = "{}") {
    return RouteTo(router, "POST", "/v1/things/a/feedback", headers, body).status;
  };
  for (const char* good : {"application/json", "Application/JSON; charset=UTF-8",
                           "application/json;charset=\"utf-8\""})
    EXPECT_EQ(status({{"content-type", good}}), 200) << good;
  for (const char* bad : {"text/plain", "", "application/json; charset=latin1",
                          "application/json; a=b; charset=utf-16", "application/jsonx"})
    EXPECT_EQ(status({{"content-type", bad}}), 415) << bad;
  EXPECT_EQ(status({}), 415);
  EXPECT_EQ(status({{"content-type", "application/json"}, {"content-encoding", "gzip"}}), 415);
  EXPECT_EQ(status({{"content-type", "application/json"}}, "\xFF"), 400);
  EXPECT_EQ(RouteTo(router, "GET", "/", {}, "x").status, 400);
}

TEST(Router, AsksTheGuardForTheScopeOfARoute) {
  Router router = SmallRouter();
  router.SetGuard([](const Request&, Scope scope) {
    if (scope == Scope::kWrite) throw ProblemError({.status = 403});
  });
  EXPECT_EQ(RouteTo(router, "GET", "/").status, 200);
  EXPECT_EQ(RouteTo(router, "POST", "/v1/policies:reload").status, 403);
}

TEST(Router, NamesTheRouteOfAHandlerThatFailed) {
  const Response response = RouteTo(SmallRouter(), "GET", "/fails");
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.route, "fails");
}

TEST(Router, ListsItsRoutes) {
  const Router router = SmallRouter();
  ASSERT_EQ(router.routes().size(), 7U);
  EXPECT_EQ(router.routes()[4].pattern, "/v1/policies:reload");
  EXPECT_EQ(router.routes()[4].scope, Scope::kWrite);
}

TEST(Router, TakesARouteOnce) {
  Router router = SmallRouter();
  const auto handle = [](const Request&) { return Response{}; };
  EXPECT_THROW(router.Add({.method = "GET", .pattern = "/", .name = "again", .handle = handle}),
               CheckFailure);
  EXPECT_THROW(router.Add({.method = "GET", .pattern = "/{", .name = "odd", .handle = handle}),
               CheckFailure);
}

}  // namespace
}  // namespace lerl
