#include "lerl/base/error.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "lerl/base/check.h"

namespace lerl {
namespace {

constexpr ErrorKind kAll[] = {ErrorKind::kUsage, ErrorKind::kConfig,     ErrorKind::kData,
                              ErrorKind::kModel, ErrorKind::kCheckpoint, ErrorKind::kNoRun,
                              ErrorKind::kIo,    ErrorKind::kBusy,       ErrorKind::kUnusable};

TEST(Error, EveryKindHasItsOwnExitCodeAndName) {
  std::set<int> codes;
  std::set<std::string> names;
  for (const ErrorKind kind : kAll) {
    codes.insert(ExitCode(kind));
    names.emplace(Name(kind));
  }
  EXPECT_EQ(codes.size(), std::size(kAll));
  EXPECT_EQ(names.size(), std::size(kAll));
  for (const int taken : {0, 1, 130}) EXPECT_EQ(codes.count(taken), 0u);
}

// Scripts rely on these numbers.
TEST(Error, ExitCodesStayAsTheyAre) {
  int expected = 2;
  for (const ErrorKind kind : kAll) EXPECT_EQ(ExitCode(kind), expected++);
}

TEST(Error, CarriesItsKindAndMessage) {
  const Error error(ErrorKind::kData, "a.csv:3: 7 fields");
  EXPECT_EQ(error.kind(), ErrorKind::kData);
  EXPECT_STREQ(error.what(), "a.csv:3: 7 fields");
}

TEST(NearestName, FindsMisspellingsAndRefusesStrangers) {
  EXPECT_EQ(NearestName("clp", {"gamma", "clip", "clippings"}), "clip");
  EXPECT_EQ(NearestName("lerning_rate", {"learning_rate", "lambda"}), "learning_rate");
  EXPECT_EQ(NearestName("clip", {"clip"}), "clip");
  EXPECT_EQ(NearestName("temperature", {"seed", "users"}), "");
  EXPECT_EQ(NearestName("x", {}), "");
}

TEST(Check, NamesPlaceExpressionAndBothValues) {
  std::string message;
  try {
    LERL_CHECK_EQ(1 + 1, 3);
  } catch (const CheckFailure& failure) {
    message = failure.what();
  }
  EXPECT_NE(message.find("error_test.cc:"), std::string::npos) << message;
  EXPECT_NE(message.find("1 + 1 == 3 (2 vs 3)"), std::string::npos) << message;
}

TEST(Check, EvaluatesItsArgumentsOnce) {
  int calls = 0;
  LERL_CHECK_LT(calls++, 1);
  EXPECT_EQ(calls, 1);
  EXPECT_THROW(LERL_CHECK(calls == 0), CheckFailure);
}

}  // namespace
}  // namespace lerl
