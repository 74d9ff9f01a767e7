#include "lerl/llm/endpoint/failure_advice.h"

#include <gmock/gmock.h>

namespace lerl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(RefusesAll, HoldsOfWhatNoOtherRequestWouldChange) {
  for (const int status : {301, 307, 401, 402, 403, 404, 405}) EXPECT_TRUE(RefusesAll(status));
  for (const int status : {0, 200, 400, 408, 429, 500, 503}) EXPECT_FALSE(RefusesAll(status));
}

TEST(AdviceOnRefusal, SaysWhatToCheck) {
  EXPECT_THAT(AdviceOnRefusal(401, "u"), HasSubstr("check the key"));
  EXPECT_THAT(AdviceOnRefusal(402, "u"), HasSubstr("nothing left to pay"));
  EXPECT_THAT(AdviceOnRefusal(307, "u"), HasSubstr("name that address"));
  EXPECT_THAT(AdviceOnRefusal(404, "http://a/chat"), HasSubstr("ends in /v1"));
  EXPECT_THAT(AdviceOnRefusal(404, "http://a/v1/chat"), Not(HasSubstr("ends in /v1")));
}

TEST(RemedyFor, DependsOnWhatBecameOfTheQuestion) {
  EXPECT_THAT(RemedyFor(0), HasSubstr("start the server"));
  EXPECT_THAT(RemedyFor(429), HasSubstr("ask less at once"));
  EXPECT_THAT(RemedyFor(503), HasSubstr("server's log"));
  EXPECT_THAT(RemedyFor(400), HasSubstr("planner.llm.endpoint.body"));
}

TEST(AdviceOnLength, NamesBothLengthsAndTheOptionsOfServers) {
  EXPECT_THAT(AdviceOnLength(900, 512),
              ::testing::AllOf(HasSubstr("about 900 tokens"), HasSubstr("at most 512"),
                               HasSubstr("--parallel"), HasSubstr("--max-model-len")));
  EXPECT_THAT(AdviceOnLength(900, 0), Not(HasSubstr("at most")));
}

}  // namespace
}  // namespace lerl
