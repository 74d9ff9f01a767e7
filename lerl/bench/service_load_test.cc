#include "lerl/bench/service_load.h"

#include <gtest/gtest.h>

#include <atomic>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/bench/generated_data.h"
#include "lerl/events/make_event_store.h"
#include "lerl/http/server.h"

namespace lerl {
namespace {

constexpr char kPrinted[] =
    "Running 1s test\nTransfer/sec: 1KB\n"
    R"({"answered":4,"failed":0,"first_failure":"","cut":0,"seconds":0.5,)"
    R"("acknowledged":[1,2],"taken":[[100,1],[400,2],[200,1]]})"
    "\n";

TEST(LoadResult, HasRateAndPercentiles) {
  const LoadResult result = ResultOf(kPrinted);
  EXPECT_EQ(result.rate(), 8);
  EXPECT_EQ(result.acknowledged, (std::vector<int64_t>{1, 2}));
  EXPECT_NEAR(result.Milliseconds(0.5), 0.0525, 1e-4);  // 1.02^200 microseconds
  EXPECT_NEAR(result.Milliseconds(0.51), 2.755, 1e-3);  // 1.02^400
}

TEST(ResultOf, RefusesALoadThatWasRefused) {
  std::string printed = kPrinted;
  printed.replace(printed.find("\"failed\":0"), 10, "\"failed\":7");
  EXPECT_THROW(ResultOf(printed), Error);
  EXPECT_THROW(ResultOf("unable to connect\n"), Error);
}

// A service that answers as lerl's does, and fails from the request on whose number is given.
class FakeService {
 public:
  explicit FakeService(int64_t good) : good_(good), server_(Settings(), {.handler = Handler()}) {}
  std::string url() const { return server_.url(); }
  int64_t starts() const { return starts_; }

 private:
  static ServerConfig Settings() {
    ServerConfig config;
    config.port = 0;
    return config;
  }
  HttpHandler Handler() {
    return [this](const Request& request) -> Response {
      if (good_-- <= 0)
        return {.status = 409, .body = R"({"type":"urn:lerl:problem:session-ended"})"};
      if (request.path == "/v1/sessions")
        return {.status = 201, .body = R"({"session":"a)" + std::to_string(++starts_) + "\"}"};
      if (request.path.ends_with("/recommendations"))
        return {.body = R"({"items":[{"item":"50"},{"item":"7"}],"step":0})"};
      return {.body = R"({"accepted":1,"repeated":0})"};
    };
  }
  std::atomic<int64_t> good_, starts_ = 0;
  const HttpServer server_;
};

TEST(RunLoad, PlaysSessionsAtTheRateThatItIsTold) {
  const FakeService service(1 << 30);
  const LoadResult result = RunLoad({.url = service.url(),
                                     .word = "w",
                                     .connections = 4,
                                     .rate = 200,
                                     .seconds = 1,
                                     .slates = 3});
  EXPECT_EQ(result.acknowledged.size(), 4);
  EXPECT_NEAR(result.rate(), 200, 40);
  EXPECT_GE(service.starts(), result.answered / 6);
  EXPECT_GT(result.Milliseconds(0.5), 0);
}

TEST(RunLoad, SaysWhatWasRefused) {
  const FakeService service(40);
  try {
    RunLoad({.url = service.url(), .word = "w", .connections = 2, .seconds = 1});
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("409 urn:lerl:problem:session-ended"),
              std::string::npos)
        << error.what();
  }
}

class CheckStoredTest : public testing::Test {
 protected:
  CheckStoredTest() {
    store_->AddSession({.id = "s", .user = "1", .policy = "p", .started_us = 5, .end = ""});
    store_->AddSlate({.session = "s",
                      .request = "",
                      .version = "",
                      .items = {"50"},
                      .probabilities = {1},
                      .candidates_hash = "",
                      .plan_hash = "",
                      .plan = {},
                      .origin = "",
                      .reason = ""});
  }
  void Add(const std::string& event) {
    const FeedbackRecord record{.event = event, .session = "s", .item = "50", .behaviours = {}};
    store_->AddFeedback({&record, 1});
  }

  const TemporaryFolder folder_;
  const std::unique_ptr<EventStore> store_ =
      MakeEventStore({.url = (folder_.path() / "store").string()});
};

TEST_F(CheckStoredTest, FindsEachEventOnce) {
  for (const char* event : {"a-1-1", "a-1-2", "a-2-1", "a-2-2", "b-1-1"}) Add(event);
  EXPECT_EQ(CheckStored(*store_, {{"a", {2, 1}}, {"b", {1}}}), 4);  // a-2-2 was under way
}

TEST_F(CheckStoredTest, FailsWhereOneIsMissingOrWasNeverSent) {
  for (const char* event : {"a-1-1", "a-1-3"}) Add(event);
  EXPECT_THROW(CheckStored(*store_, {{"a", {3}}}), CheckFailure);
  EXPECT_THROW(CheckStored(*store_, {{"a", {1}}}), CheckFailure);
  EXPECT_THROW(CheckStored(*store_, {{"b", {1}}}), CheckFailure);
}

}  // namespace
}  // namespace lerl
