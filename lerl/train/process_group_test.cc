#include "lerl/train/process_group.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/train/launch_ranks.h"

namespace lerl {
namespace {

using ::testing::HasSubstr;

const RankLimits kShort{.join = std::chrono::seconds(60),
                        .answer = std::chrono::seconds(60),
                        .roll_call = std::chrono::seconds(5)};

// Calls `work` for each of `size` ranks, each in a thread, and returns what they threw; "" where
// one threw nothing.
std::vector<std::string> WithGloo(int size, const std::function<void(Ranks&)>& work,
                                  const RankLimits& limits = kShort) {
  const int port = FreeLoopbackPort();
  std::vector<std::future<std::string>> ranks;
  for (int rank = 0; rank < size; ++rank)
    ranks.push_back(std::async(std::launch::async, [=] {
      try {
        const std::unique_ptr<Ranks> own = JoinRanks({.rank = rank,
                                                      .size = size,
                                                      .local_rank = rank,
                                                      .local_size = size,
                                                      .address = "127.0.0.1",
                                                      .port = port},
                                                     limits);
        work(*own);
      } catch (const Error& error) {
        return std::string(error.what());
      }
      return std::string();
    }));
  std::vector<std::string> thrown;
  for (auto& rank : ranks) thrown.push_back(rank.get());
  return thrown;
}

void ExpectNoErrors(const std::vector<std::string>& thrown) {
  for (const std::string& error : thrown) EXPECT_EQ(error, "");
}

TEST(ProcessGroup, AddsUpAndHandsOnWhatTheRanksGive) {
  for (const int size : {2, 3, 4})
    ExpectNoErrors(WithGloo(size, [size](Ranks& ranks) {
      EXPECT_EQ(ranks.size(), size);
      const auto r = static_cast<float>(ranks.rank());
      // 0 + 1 + ... + (size - 1), and size halves.
      float values[] = {r, 0.5f, -r};
      ranks.Sum(std::span<float>(values));
      const float sum = static_cast<float>(size * (size - 1)) / 2;
      EXPECT_EQ(values[0], sum);
      EXPECT_EQ(values[1], 0.5f * static_cast<float>(size));
      EXPECT_EQ(values[2], -sum);
      double precise[] = {1e-12};
      ranks.Sum(std::span<double>(precise));
      EXPECT_DOUBLE_EQ(precise[0], 1e-12 * size);

      const std::vector<std::string> all = ranks.Gather(std::string(At(ranks.rank()), 'x'));
      ASSERT_EQ(std::ssize(all), size);
      for (int rank = 0; rank < size; ++rank) EXPECT_EQ(all[At(rank)], std::string(At(rank), 'x'));
      EXPECT_EQ(ranks.Gather(""), std::vector<std::string>(At(size)));
      EXPECT_EQ(ranks.FromFirst(ranks.first() ? "of the first" : "not looked at"), "of the first");
      EXPECT_EQ(ranks.FromFirst(""), "");
    }));
}

TEST(ProcessGroup, GivesAllRanksTheSameBits) {
  ExpectNoErrors(WithGloo(4, [](Ranks& ranks) {
    std::vector<float> values(1001);
    for (size_t i = 0; i < values.size(); ++i)
      values[i] = 1 / static_cast<float>(i + 1 + 7 * At(ranks.rank()));
    ranks.Sum(std::span<float>(values));
    const auto bytes = std::as_bytes(std::span(values));
    const std::vector<std::string> all =
        ranks.Gather({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    for (const std::string& other : all) EXPECT_EQ(other, all[0]);
  }));
}

TEST(ProcessGroup, LetsOneOfAMachineWorkBeforeTheOthers) {
  std::atomic<int> done = 0;
  ExpectNoErrors(WithGloo(3, [&](Ranks& ranks) {
    ranks.OneBeforeOthers([&] {
      EXPECT_GE(done, ranks.first() ? 0 : 1);
      ++done;
    });
  }));
  EXPECT_EQ(done, 3);
}

TEST(ProcessGroup, SaysWhyARankHasLeft) {
  for (const int leaver : {0, 1}) {
    const std::vector<std::string> thrown = WithGloo(3, [leaver](Ranks& ranks) {
      float values[] = {1};
      ranks.Sum(std::span<float>(values));
      if (ranks.rank() == leaver) return ranks.Leave("the disk is full");
      ranks.Sum(std::span<float>(values));
      ADD_FAILURE() << "a rank is missing";
    });
    for (int rank = 0; rank < 3; ++rank) {
      if (rank == leaver) continue;
      EXPECT_THAT(thrown[At(rank)],
                  HasSubstr("rank " + std::to_string(leaver) + " of 3 failed: the disk is full"));
    }
  }
}

TEST(ProcessGroup, NamesARankThatDoesNotAnswer) {
  RankLimits limits = kShort;
  limits.answer = std::chrono::seconds(2);
  limits.roll_call = std::chrono::seconds(1);
  std::promise<void> others_ended;
  std::shared_future<void> ended = others_ended.get_future().share();
  std::atomic<int> left = 2;
  const std::vector<std::string> thrown = WithGloo(
      3,
      [&](Ranks& ranks) {
        if (ranks.rank() == 1) return ended.wait();  // as a process that was halted
        float values[] = {1};
        try {
          ranks.Sum(std::span<float>(values));
        } catch (const Error&) {
          if (--left == 0) others_ended.set_value();
          throw;
        }
      },
      limits);
  for (const size_t rank : {0, 2}) EXPECT_THAT(thrown[rank], HasSubstr("rank 1 of 3 is gone"));
}

TEST(ProcessGroup, NamesTheRanksThatNeverCome) {
  try {
    JoinRanks({.rank = 0, .size = 3, .address = "127.0.0.1", .port = FreeLoopbackPort()},
              {.join = std::chrono::seconds(1)});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kIo);
    EXPECT_THAT(error.what(), HasSubstr("ranks 1, 2 of 3 did not come"));
  }
}

TEST(ProcessGroup, RefusesAnAddressThatIsNone) {
  EXPECT_THROW(JoinRanks({.rank = 1, .size = 2, .address = "no.such.machine.invalid", .port = 1},
                         {.join = std::chrono::seconds(1)}),
               Error);
}

}  // namespace
}  // namespace lerl
