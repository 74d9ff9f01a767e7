#include "lerl/http/message.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "lerl/base/error.h"
#include "lerl/base/json_text.h"

namespace lerl {
namespace {

const Request kAsked = {.method = "GET", .path = "/v1/items", .id = "r-1"};

TEST(Message, WritesAProblemAsTheStandardSays) {
  const Response response = ProblemResponse(
      kAsked, {.status = 400, .detail = "k: no number", .members = {{"field", "k"}}});
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_EQ(ParseJson(response.body), nlohmann::json({{"type", "about:blank"},
                                                      {"title", "Bad Request"},
                                                      {"status", 400},
                                                      {"detail", "k: no number"},
                                                      {"instance", "/v1/items"},
                                                      {"request_id", "r-1"},
                                                      {"field", "k"}}));
}

TEST(Message, LetsNoMemberReplaceOneOfTheStandard) {
  const Response response =
      ProblemResponse(kAsked, {.status = 404, .members = {{"status", "200"}}});
  EXPECT_EQ(ParseJson(response.body)["status"], 404);
}

TEST(Message, WritesJsonOfAnyBytes) {
  const Response response = JsonResponse({{"name", "\xFF"}}, 201);
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(TextOf(ParseJson(response.body), "name"), "\xEF\xBF\xBD");
}

Response FaultOf(const std::function<void()>& work) {
  try {
    work();
  } catch (...) {
    return FaultResponse(kAsked, std::current_exception());
  }
  return {};
}

TEST(Message, AnswersAnErrorByItsKind) {
  const auto status = [](ErrorKind kind) {
    return FaultOf([kind] { throw Error(kind, "no /secret/file"); }).status;
  };
  for (const ErrorKind kind : {ErrorKind::kUsage, ErrorKind::kConfig, ErrorKind::kData})
    EXPECT_EQ(status(kind), 400);
  for (const ErrorKind kind : {ErrorKind::kBusy, ErrorKind::kIo}) EXPECT_EQ(status(kind), 503);
  for (const ErrorKind kind : {ErrorKind::kModel, ErrorKind::kCheckpoint, ErrorKind::kNoRun})
    EXPECT_EQ(status(kind), 500);
}

TEST(Message, ShowsNothingOfWhatFailedWithin) {
  for (const Response& response :
       {FaultOf([] { throw Error(ErrorKind::kIo, "no /secret/file"); }),
        FaultOf([] { throw Error(ErrorKind::kModel, "no /secret/file"); }),
        FaultOf([] { throw std::runtime_error("no /secret/file"); }), FaultOf([] { throw 1; })}) {
    EXPECT_EQ(response.body.find("secret"), std::string::npos);
    EXPECT_EQ(TextOf(ParseJson(response.body), "request_id"), "r-1");
  }
}

TEST(Message, SaysWhenToComeBack) {
  EXPECT_EQ(FaultOf([] { throw Error(ErrorKind::kBusy, "held"); }).headers.at("Retry-After"), "1");
}

TEST(Message, PassesAProblemOn) {
  const Response response = FaultOf([] {
    throw ProblemError({.status = 409, .detail = "twice", .headers = {{"X-Of", "it"}}});
  });
  EXPECT_EQ(response.status, 409);
  EXPECT_EQ(response.headers.at("X-Of"), "it");
}

TEST(Message, HasWordsForEveryStatusThatItUses) {
  for (const int status : {200, 201, 204, 304, 400, 401, 403, 404, 405, 408, 413, 415, 417, 421,
                           429, 431, 500, 501, 503})
    EXPECT_NE(ReasonOf(status), "Unknown") << status;
  EXPECT_EQ(ReasonOf(299), "Unknown");
}

}  // namespace
}  // namespace lerl
