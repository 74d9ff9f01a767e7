#include "lerl/base/ranks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "lerl/base/error.h"

namespace lerl {
namespace {

using ::testing::HasSubstr;
using Variables = std::map<std::string, std::string>;

std::optional<RankPlace> PlaceOf(const Variables& variables) {
  return RankPlaceOf([&](const char* name) -> const char* {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

const Variables kThirdOfFour = {{"RANK", "2"},
                                {"WORLD_SIZE", "4"},
                                {"LOCAL_RANK", "0"},
                                {"LOCAL_WORLD_SIZE", "2"},
                                {"MASTER_ADDR", "10.0.0.1"},
                                {"MASTER_PORT", "29500"}};

Variables With(Variables variables, const std::string& name, const std::string& value) {
  variables[name] = value;
  return variables;
}

Variables Without(Variables variables, const std::string& name) {
  variables.erase(name);
  return variables;
}

// The error that the variables give; "" without one.
std::string ErrorOf(const Variables& variables) {
  try {
    PlaceOf(variables);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kConfig);
    return error.what();
  }
  return "";
}

// One of four ranks, of which nothing but its number is asked.
class SomeRank : public Ranks {
 public:
  SomeRank(int rank, int size, std::vector<std::string> all = {})
      : rank_(rank), size_(size), all_(std::move(all)) {}
  int rank() const override { return rank_; }
  int size() const override { return size_; }
  void Sum(std::span<float> /*values*/) override {}
  void Sum(std::span<double> /*values*/) override {}
  std::vector<std::string> Gather(std::string_view /*bytes*/) override { return all_; }
  std::string FromFirst(std::string_view bytes) override { return std::string(bytes); }
  void OneBeforeOthers(const std::function<void()>& work) override { work(); }
  void Leave(const std::string& /*why*/) noexcept override {}

 private:
  const int rank_, size_;
  const std::vector<std::string> all_;
};

TEST(RankPlaceOf, ReadsWhatTorchrunSets) {
  const RankPlace place = PlaceOf(kThirdOfFour).value();
  EXPECT_EQ(place.rank, 2);
  EXPECT_EQ(place.size, 4);
  EXPECT_EQ(place.local_rank, 0);
  EXPECT_EQ(place.local_size, 2);
  EXPECT_EQ(place.address, "10.0.0.1");
  EXPECT_EQ(place.port, 29500);
  EXPECT_FALSE(place.agent_waits);
}

TEST(RankPlaceOf, KnowsThatTorchrunItselfWaitsForTheRanks) {
  const RankPlace place = PlaceOf(With(With(kThirdOfFour, "TORCHELASTIC_USE_AGENT_STORE", "True"),
                                       "TORCHELASTIC_RESTART_COUNT", "3"))
                              .value();
  EXPECT_TRUE(place.agent_waits);
  EXPECT_EQ(place.attempt, "3");
}

TEST(RankPlaceOf, IsNothingInAnEnvironmentThatNamesNoRank) {
  EXPECT_FALSE(PlaceOf({}));
  EXPECT_FALSE(PlaceOf({{"MASTER_PORT", "29500"}, {"LOCAL_RANK", "0"}}));
}

TEST(RankPlaceOf, NeedsNoAddressForOneRankAlone) {
  const RankPlace place =
      PlaceOf({{"RANK", "0"}, {"WORLD_SIZE", "1"}, {"LOCAL_RANK", "0"}}).value();
  EXPECT_EQ(place.size, 1);
}

TEST(RankPlaceOf, TakesAllRanksToBeOfThisMachineWhereItsNumberIsNotSet) {
  EXPECT_EQ(PlaceOf(Without(kThirdOfFour, "LOCAL_WORLD_SIZE")).value().local_size, 4);
}

TEST(RankPlaceOf, NamesAVariableThatIsMissing) {
  for (const char* name : {"RANK", "WORLD_SIZE", "LOCAL_RANK", "MASTER_ADDR", "MASTER_PORT"})
    EXPECT_THAT(ErrorOf(Without(kThirdOfFour, name)), HasSubstr(std::string(name) + " is not set"));
  EXPECT_THAT(ErrorOf(With(kThirdOfFour, "MASTER_ADDR", "")), HasSubstr("MASTER_ADDR is not set"));
}

TEST(RankPlaceOf, RefusesWhatIsNoNumberOrContradictsItself) {
  EXPECT_THAT(ErrorOf(With(kThirdOfFour, "RANK", "two")), HasSubstr("RANK is 'two'"));
  EXPECT_THAT(ErrorOf(With(kThirdOfFour, "RANK", "-1")), HasSubstr("RANK is '-1'"));
  EXPECT_THAT(ErrorOf(With(kThirdOfFour, "RANK", "1x")), HasSubstr("RANK is '1x'"));
  EXPECT_THAT(ErrorOf(With(kThirdOfFour, "MASTER_PORT", "70000")), HasSubstr("1 to 65535"));
  EXPECT_THAT(ErrorOf(With(kThirdOfFour, "RANK", "4")),
              HasSubstr("RANK is 4 and WORLD_SIZE 4: ranks count from 0"));
  EXPECT_THAT(ErrorOf(With(kThirdOfFour, "LOCAL_RANK", "2")),
              HasSubstr("LOCAL_RANK is 2 and LOCAL_WORLD_SIZE 2"));
  EXPECT_THAT(ErrorOf(With(kThirdOfFour, "LOCAL_WORLD_SIZE", "5")),
              HasSubstr("LOCAL_WORLD_SIZE is 5 and WORLD_SIZE 4"));
  EXPECT_THAT(ErrorOf(With(With(kThirdOfFour, "RANK", "0"), "LOCAL_RANK", "1")),
              HasSubstr("LOCAL_RANK is 1 and RANK 0"));
}

TEST(PartOf, CoversEverythingOnceInTheOrderOfTheRanks) {
  EXPECT_EQ(PartOf(10, SomeRank(0, 4)), (std::pair<int64_t, int64_t>(0, 2)));
  EXPECT_EQ(PartOf(10, SomeRank(1, 4)), (std::pair<int64_t, int64_t>(2, 5)));
  EXPECT_EQ(PartOf(10, SomeRank(2, 4)), (std::pair<int64_t, int64_t>(5, 7)));
  EXPECT_EQ(PartOf(10, SomeRank(3, 4)), (std::pair<int64_t, int64_t>(7, 10)));
  EXPECT_EQ(PartOf(10, Alone()), (std::pair<int64_t, int64_t>(0, 10)));
}

TEST(RequireAlike, NamesTheRankThatDiffersAndBothValues) {
  SomeRank alike(1, 3, {"a", "a", "a"}), other(1, 3, {"a", "a", "b"});
  EXPECT_NO_THROW(RequireAlike(alike, "the commit", "a", "start the same program"));
  try {
    RequireAlike(other, "the commit", "a", "start the same program");
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "the commit differs between ranks: rank 2 has b, rank 0 has a; start the same "
                 "program");
  }
}

TEST(ThreadsOfRank, ShareTheCoresOfAMachineAmongItsRanks) {
  const RankPlace two_here{.size = 4, .local_size = 2};
  EXPECT_EQ(ThreadsOfRank(8, 16, two_here), 8);
  EXPECT_EQ(ThreadsOfRank(8, 8, two_here), 4);
  EXPECT_EQ(ThreadsOfRank(8, 1, two_here), 1);
  EXPECT_EQ(ThreadsOfRank(1, 16, two_here), 1);
}

TEST(Alone, LeavesEverythingAsItIs) {
  float values[] = {1.5f, -2};
  Alone().Sum(std::span<float>(values));
  EXPECT_EQ(values[0], 1.5f);
  EXPECT_EQ(Alone().Gather("x"), std::vector<std::string>{"x"});
  EXPECT_EQ(Alone().FromFirst("x"), "x");
}

}  // namespace
}  // namespace lerl
