#include "lerl/llm/endpoint/endpoint_pool.h"

#include <gtest/gtest.h>

#include "lerl/testing/endpoint_questions.h"

namespace lerl {
namespace {

// Blocks that stand for a prompt with this beginning.
std::vector<uint64_t> PromptOf(const std::string& letters) {
  std::string prompt;
  for (const char letter : letters) prompt += std::string(kPrefixBlockBytes, letter);
  return PrefixBlocks(prompt);
}

void FailThrice(EndpointPool& pool, double now) {
  for (int i = 0; i < kFailuresToGoDown; ++i) {
    const auto endpoint = pool.Take(now);
    ASSERT_TRUE(endpoint.has_value());
    pool.Failed(*endpoint, now, now);
  }
}

TEST(EndpointPool, GivesTheLeastBusyEndpointUpToItsConcurrency) {
  EndpointPool pool(2, {.concurrency = 2});
  EXPECT_EQ(pool.Take(0), 0);
  EXPECT_EQ(pool.Take(0), 1);
  EXPECT_EQ(pool.Take(0), 0);
  EXPECT_EQ(pool.Take(0), 1);
  EXPECT_EQ(pool.Take(0), std::nullopt);
  EXPECT_EQ(pool.Wait(0), std::nullopt);  // only an answer frees a place
  pool.Answered(1, 0);
  EXPECT_EQ(pool.Take(0), 1);
}

TEST(EndpointPool, LeavesAServerThatFailsAloneUntilItsCoolDownIsOver) {
  EndpointPool pool(1, {.concurrency = 4, .cool_down = 5});
  FailThrice(pool, 10);
  EXPECT_TRUE(pool.AllDown(10));
  EXPECT_EQ(pool.Take(14.9), std::nullopt);
  EXPECT_EQ(pool.Wait(12), 3.0);
  EXPECT_FALSE(pool.AllDown(15));
  EXPECT_EQ(pool.Take(15), 0);
  EXPECT_EQ(pool.Take(15), std::nullopt);  // one request tries it
  EXPECT_FALSE(pool.AllDown(15));          // the others wait for what becomes of it
  pool.Failed(0, 15, 15.5);
  EXPECT_TRUE(pool.AllDown(15.5));
  EXPECT_EQ(pool.Take(25.4), std::nullopt);  // twice as long
  EXPECT_EQ(pool.Take(25.5), 0);
  pool.Answered(0, 25.5);
  EXPECT_FALSE(pool.down(0));
  EXPECT_EQ(pool.Take(25.5), 0);
  EXPECT_EQ(pool.Take(25.5), 0);
  EXPECT_EQ(pool.figures(0).ejections, 1);
  EXPECT_EQ(pool.figures(0).returns, 1);
  EXPECT_EQ(pool.figures(0).failures, 4);
}

TEST(EndpointPool, CoolsDownTwiceAsLongEachTimeUpToABoundAndAnewAfterAnAnswer) {
  EndpointPool pool(1, {.concurrency = 1, .cool_down = 5});
  FailThrice(pool, 0);
  double now = 5;
  for (const double wait : {10.0, 20.0, 30.0, 30.0}) {
    ASSERT_EQ(pool.Take(now), 0);
    pool.Failed(0, now, now);
    EXPECT_EQ(pool.Wait(now), wait);
    now += wait;
  }
  ASSERT_EQ(pool.Take(now), 0);
  pool.Answered(0, now);
  FailThrice(pool, now);
  EXPECT_EQ(pool.Wait(now), 5.0);
}

TEST(EndpointPool, AServerThatIsDownIsTriedAfterAProbeAlone) {
  EndpointPool pool(1, {.concurrency = 2, .cool_down = 5, .probes = true});
  EXPECT_EQ(pool.Take(0), std::nullopt);  // its first probe has not ended
  EXPECT_TRUE(pool.ProbeDue(0, 0));
  pool.ProbeBegan(0);
  EXPECT_FALSE(pool.ProbeDue(0, 0));
  EXPECT_EQ(pool.Wait(0), std::nullopt);
  pool.ProbeAnswered(0, {});
  FailThrice(pool, 0);
  EXPECT_FALSE(pool.ProbeDue(0, 4.9));
  EXPECT_TRUE(pool.ProbeDue(0, 5));
  EXPECT_EQ(pool.Take(5), std::nullopt);
  pool.ProbeBegan(0);
  EXPECT_FALSE(pool.AllDown(5));  // what becomes of the probe is waited for
  pool.ProbeFailed(0, 6);
  EXPECT_TRUE(pool.AllDown(15.9));
  EXPECT_TRUE(pool.ProbeDue(0, 16));
  pool.ProbeBegan(0);
  pool.ProbeAnswered(0, {});
  EXPECT_FALSE(pool.ProbeDue(0, 16));
  EXPECT_EQ(pool.Take(16), 0);
  EXPECT_EQ(pool.Take(16), std::nullopt);  // one request tries it
  pool.Answered(0, 17);
  EXPECT_FALSE(pool.down(0));
  EXPECT_EQ(pool.figures(0).returns, 1);
}

TEST(EndpointPool, AServerWhoseFirstProbeWasInVainIsAskedAndProbedAgain) {
  EndpointPool pool(1, {.concurrency = 1, .cool_down = 5, .probes = true});
  pool.ProbeBegan(0);
  pool.ProbeFailed(0, 1);
  EXPECT_EQ(pool.Take(1), 0);
  EXPECT_FALSE(pool.ProbeDue(0, 5.9));
  EXPECT_TRUE(pool.ProbeDue(0, 6));
  pool.ProbeBegan(0);
  pool.ProbeAnswered(0, {.context = 512});
  EXPECT_FALSE(pool.ProbeDue(0, 100));
}

// Two servers, of which 1 was sent abcd and 0 was sent nothing.
EndpointPool OneKnowsAbcd(int imbalance) {
  EndpointPool pool(2, {.concurrency = 16, .imbalance = imbalance});
  const auto other = PromptOf("xyz"), abcd = PromptOf("abcd");
  EXPECT_EQ(pool.Take(0, {.blocks = other}), 0);
  EXPECT_EQ(pool.Take(0, {.blocks = abcd}), 1);  // the shortest queue
  pool.Answered(0, 0);
  pool.Answered(1, 0);
  return pool;
}

TEST(EndpointPool, APromptGoesToTheServerThatHadItsBeginning) {
  EndpointPool pool = OneKnowsAbcd(4);
  EXPECT_EQ(pool.Take(0, {.blocks = PromptOf("abce")}), 1);  // 3 of 4 blocks, over a half
  pool.Answered(1, 0);
  EXPECT_EQ(pool.Take(0, {.blocks = PromptOf("abuv")}), 0);  // 2 of 4 are no more than a half
  pool.Answered(0, 0);
  EXPECT_EQ(pool.Take(0), 0);  // nothing is known of its prompt
  EXPECT_EQ(pool.figures(1).blocks, 4 + 4);
  EXPECT_EQ(pool.figures(1).blocks_known, 3);
}

// The queue of 1 grows to imbalance + 1; then it is longer by more than `imbalance`, and more than
// 1.5 times as long. From then on both know the beginning, and the shorter queue is taken.
TEST(EndpointPool, UnlessItsQueueIsMuchLonger) {
  EndpointPool pool = OneKnowsAbcd(2);
  const auto blocks = PromptOf("abcd");
  for (const int chosen : {1, 1, 1, 0, 0, 0, 0, 1})
    EXPECT_EQ(pool.Take(0, {.blocks = blocks}), chosen);
}

TEST(EndpointPool, ALongQueueThatIsNotLongerByHalfKeepsItsPrompts) {
  EndpointPool pool(2, {.concurrency = 64, .imbalance = 2});
  for (int i = 0; i < 40; ++i) ASSERT_TRUE(pool.Take(0));  // 20 at each
  const auto blocks = PromptOf("abcd");
  int kept = 0;
  while (pool.Take(0, {.blocks = blocks}) == 0) ++kept;
  EXPECT_EQ(kept, 11);  // from 20 to 31, the first number above 1.5 * 20
}

TEST(EndpointPool, ARequestGoesWhereItFitsAndElseWhereThereIsMost) {
  EndpointPool pool(3, {.concurrency = 9, .probes = true});
  for (const auto& [i, context] : {std::pair{0, 512}, std::pair{1, 2048}, std::pair{2, 1024}}) {
    pool.ProbeBegan(i);
    pool.ProbeAnswered(i, {.context = context, .slots = 2});
  }
  EXPECT_EQ(pool.LongestContext(), 2048);
  EXPECT_EQ(pool.Take(0, {.tokens = 500}), 0);
  EXPECT_EQ(pool.Take(0, {.tokens = 900}), 1);
  EXPECT_EQ(pool.Take(0, {.tokens = 900}), 2);
  EXPECT_EQ(pool.Take(0, {.tokens = 1500}), 1);
  EXPECT_EQ(pool.Take(0, {.tokens = 9000}), 1);  // a guess; the server has the last word
  const std::vector<int> one = {1}, all = {0, 1, 2};
  EXPECT_EQ(pool.Take(0, {.tokens = 9000, .too_small = one}), 2);
  EXPECT_FALSE(pool.FitsNowhere({.too_small = one}));
  EXPECT_TRUE(pool.FitsNowhere({.too_small = all}));
  pool.Close(1);
  EXPECT_EQ(pool.LongestContext(), 1024);
  EXPECT_EQ(pool.Take(0, {.tokens = 9000}), 2);
  pool.LearnContext(2, 256);
  EXPECT_EQ(pool.Take(0, {.tokens = 9000}), 0);
}

TEST(EndpointPool, WhatOnlyAServerThatIsDownHoldsIsNotWaitedFor) {
  EndpointPool pool(2, {.concurrency = 1, .cool_down = 5, .probes = true});
  pool.ProbeBegan(0), pool.ProbeAnswered(0, {.context = 2048});
  pool.ProbeBegan(1), pool.ProbeAnswered(1, {.context = 512});
  for (int i = 0; i < kFailuresToGoDown; ++i) {
    ASSERT_EQ(pool.Take(0, {.tokens = 1000}), 0);
    pool.Failed(0, 0, 0);
  }
  EXPECT_TRUE(pool.AllDown(1, {.tokens = 1000}));
  EXPECT_FALSE(pool.AllDown(1, {.tokens = 100}));
  EXPECT_EQ(pool.Take(1, {.tokens = 100}), 1);
}

TEST(EndpointPool, AFailedRequestIsSentElsewhereIfItCanBe) {
  EndpointPool pool(2, {.concurrency = 1});
  EXPECT_EQ(pool.Take(0, {.failed_at = 0}), 1);
  EXPECT_EQ(pool.Take(0, {.failed_at = 0}), 0);  // the other one is busy
}

TEST(EndpointPool, AClosedServerGetsNothingMore) {
  EndpointPool pool(2, {.concurrency = 2});
  pool.Close(0);
  EXPECT_EQ(pool.Take(0), 1);
  EXPECT_EQ(pool.Take(0), 1);
  EXPECT_FALSE(pool.AllClosed());
  pool.Close(1);
  EXPECT_TRUE(pool.AllClosed());
  EXPECT_FALSE(pool.AllDown(0));
}

TEST(EndpointPool, CountsRequestsThatFailedTogetherOnce) {
  EndpointPool pool(1, {.concurrency = 10, .cool_down = 5});
  for (int i = 0; i < 10; ++i) ASSERT_EQ(pool.Take(0), 0);
  for (int i = 0; i < 10; ++i) pool.Failed(0, 0, 1 + i * 0.01);
  EXPECT_FALSE(pool.down(0));
}

TEST(EndpointPool, UsesTheOthersWhileOneIsDown) {
  EndpointPool pool(2, {.concurrency = 1, .cool_down = 5});
  for (int i = 0; i < kFailuresToGoDown; ++i) {
    EXPECT_EQ(pool.Take(0), 0);
    pool.Failed(0, 0, 0);
  }
  EXPECT_EQ(pool.Take(0), 1);
  EXPECT_EQ(pool.Take(0), std::nullopt);
  EXPECT_FALSE(pool.AllDown(0));
}

TEST(EndpointPool, APauseIsNoFailure) {
  EndpointPool pool(1, {.concurrency = 1});
  for (int i = 0; i < 5; ++i) {
    ASSERT_EQ(pool.Take(i), 0);
    pool.Pause(0, i, 0.5);
    EXPECT_EQ(pool.Take(i + 0.4), std::nullopt);
  }
  EXPECT_FALSE(pool.down(0));
  EXPECT_FALSE(pool.AllDown(4.1));
}

TEST(EndpointPool, APauseLongerThanItsPatiencePutsAServerDown) {
  EndpointPool pool(1, {.concurrency = 4, .cool_down = 5, .patience = 60});
  for (int i = 0; i < 4; ++i) ASSERT_EQ(pool.Take(0), 0);
  pool.Pause(0, 1, 60);
  EXPECT_FALSE(pool.down(0));
  pool.Pause(0, 1, 100);
  EXPECT_TRUE(pool.AllDown(1));
  pool.Answered(0, 2);  // sent before the server asked for its pause
  pool.Failed(0, 0, 3);
  EXPECT_TRUE(pool.AllDown(100));
  EXPECT_EQ(pool.Take(100), std::nullopt);
  EXPECT_EQ(pool.Take(101), 0);
  EXPECT_EQ(pool.Take(101), std::nullopt);  // one request tries it
  pool.Failed(0, 101, 102);
  EXPECT_TRUE(pool.AllDown(106));
  EXPECT_EQ(pool.Take(107), 0);
  pool.Pause(0, 107, 1e12);
  EXPECT_TRUE(pool.AllDown(107 + kLongestPause - 1));
  EXPECT_EQ(pool.Take(107 + kLongestPause), 0);
  pool.Answered(0, 108 + kLongestPause);
  EXPECT_FALSE(pool.down(0));
}

TEST(EndpointPool, KeepsToTheRate) {
  EndpointPool pool(1, {.concurrency = 1000, .requests_per_second = 4});
  int sent = 0;
  double now = 0;
  for (int tick = 0; tick < 1000; ++tick) {
    now = tick * 0.01;
    while (pool.Take(now)) ++sent;
  }
  EXPECT_GE(sent, 4 + 39);  // a full bucket and what flows in
  EXPECT_LE(sent, 4 + 40);
  EXPECT_GT(pool.Wait(now).value(), 0);
  EXPECT_LE(pool.Wait(now).value(), 0.25);
}

// Questions with one of two long beginnings, in turn.
ChatQuestion OneOfTwo(size_t i) {
  return {.prompt = MarkedChat(std::string(2000, i % 2 == 0 ? 'a' : 'b'), std::to_string(i)),
          .max_tokens = 2};
}

TEST(PoolOfAClient, SendsEachBeginningToAServerOfItsOwn) {
  const StubEndpoint one([](const StubRequest&) { return GoodReply(); });
  const StubEndpoint two([](const StubRequest&) { return GoodReply(); });
  EndpointConfig config = ImpatientConfig({one.url(), two.url()});
  config.concurrency = 2;
  config.imbalance = 100;
  EndpointClient client(config);
  for (int i = 0; i < 20; ++i)
    for (const ChatAnswer& answer : client.Ask(2, OneOfTwo)) EXPECT_TRUE(answer.answered);
  EXPECT_EQ(one.requests(), 20);
  EXPECT_EQ(two.requests(), 20);
  for (const EndpointUsage& usage : client.Endpoints()) {
    EXPECT_EQ(usage.blocks, 20 * 31);  // of 2,018 bytes of mark and beginning
    EXPECT_EQ(usage.blocks_known, 19 * 31);
  }
}

TEST(PoolOfAClient, LosesNoQuestionOfAServerThatDiesAndTakesItBack) {
  const auto slow = [](const StubRequest&) {
    return StubReply{.body = StubAnswer("A"), .delay = 0.02};
  };
  const StubEndpoint stays(slow);
  auto dies = std::make_unique<StubEndpoint>(slow);
  const int port = dies->port();
  EndpointConfig config = ImpatientConfig({dies->url(), stays.url()});
  config.retries = 1;
  config.cool_down = 0.05;
  EndpointClient client(config);
  for (int call = 0; call < 40; ++call) {
    if (call == 5) dies.reset();
    if (call == 20) dies = std::make_unique<StubEndpoint>(slow, port);
    for (const ChatAnswer& answer : client.Ask(32, NumberedQuestion))
      EXPECT_TRUE(answer.answered) << call << ": " << answer.error;
  }
  const EndpointUsage usage = client.Endpoints().at(0);
  EXPECT_EQ(usage.ejections, 1);
  EXPECT_EQ(usage.returns, 1);
  EXPECT_GT(dies->requests(), 0);
}

}  // namespace
}  // namespace lerl
