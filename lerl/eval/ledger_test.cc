#include "lerl/eval/ledger.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "lerl/base/file.h"
#include "lerl/base/version.h"
#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using ::testing::HasSubstr;
using ::testing::Optional;

class Ledger : public ::testing::Test {
 protected:
  std::vector<nlohmann::json> Lines() const {
    std::istringstream in(ReadFile(path_));
    std::vector<nlohmann::json> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(nlohmann::json::parse(line));
    return lines;
  }

  const TestFolder folder_;
  const std::filesystem::path path_ = folder_.path() / "looks.jsonl";
  const Look look_{.command = "lerl evaluate",
                   .config_hash = "abc",
                   .held_out = HeldOut::kTest,
                   .people = "people",
                   .users = 30,
                   .seeds = {1, 2}};
};

TEST_F(Ledger, SaysWhoLookedAtWhomWhenAndByWhat) {
  EXPECT_THAT(RecordLook(folder_.path(), look_), Optional(1));
  ASSERT_EQ(Lines().size(), 1U);
  const nlohmann::json line = Lines()[0];
  EXPECT_EQ(line["command"], "lerl evaluate");
  EXPECT_EQ(line["config_hash"], "abc");
  EXPECT_EQ(line["commit"], Commit());
  EXPECT_EQ(line["held_out"], "test");
  EXPECT_EQ(line["users"], 30);
  EXPECT_EQ(line["seeds"], (std::vector<int64_t>{1, 2}));
  EXPECT_EQ(line["time"].get<std::string>().size(), 20U);
}

TEST_F(Ledger, CountsDifferentLooksAtTheSamePeople) {
  RecordLook(folder_.path(), look_);
  EXPECT_THAT(RecordLook(folder_.path(), look_), Optional(1)) << "the same figures again";
  Look other = look_;
  other.config_hash = "def";
  EXPECT_THAT(RecordLook(folder_.path(), other), Optional(2));
  other.seeds = {3};
  EXPECT_THAT(RecordLook(folder_.path(), other), Optional(3));
  Look sealed = look_;
  sealed.held_out = HeldOut::kSealed;
  EXPECT_THAT(RecordLook(folder_.path(), sealed), Optional(1));
  Look elsewhere = look_;
  elsewhere.people = "others";
  EXPECT_THAT(RecordLook(folder_.path(), elsewhere), Optional(1));
  EXPECT_EQ(Lines().size(), 6U) << "each is written";
}

TEST_F(Ledger, ValidationUsersMayBeLookedAtAsOftenAsOneLikes) {
  Look look = look_;
  look.held_out = HeldOut::kValidation;
  EXPECT_EQ(RecordLook(folder_.path(), look), std::nullopt);
  EXPECT_FALSE(std::filesystem::exists(path_));
  EXPECT_EQ(LooksText(std::nullopt), "");
  EXPECT_THAT(LooksText(3), HasSubstr("looks: 3"));
}

TEST_F(Ledger, ALineThatWasCutShortCountsAndSpoilsNoOther) {
  RecordLook(folder_.path(), look_);
  WriteFileWhole(path_, ReadFile(path_) + "{\"time\": \"2026");
  EXPECT_THAT(RecordLook(folder_.path(), look_), Optional(2));
}

TEST_F(Ledger, LinesOfWritersSideBySideStayWhole) {
  std::vector<std::thread> writers;
  for (int64_t user = 1; user <= 8; ++user)
    writers.emplace_back([this, user] {
      Look look = look_;
      look.users = user;
      for (int n = 0; n < 5; ++n) RecordLook(folder_.path(), look);
    });
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(Lines().size(), 40U);
  EXPECT_THAT(RecordLook(folder_.path(), look_), Optional(9));
}

TEST(PeopleOf, TellsKindsOfUsersAndDataSetsApart) {
  Split split;
  split.test_users = {1, 2};
  split.sealed_users = {3};
  const std::string test = PeopleOf("data", split, HeldOut::kTest);
  EXPECT_EQ(PeopleOf("data", split, HeldOut::kTest), test);
  EXPECT_NE(PeopleOf("data", split, HeldOut::kSealed), test);
  EXPECT_NE(PeopleOf("others", split, HeldOut::kTest), test);
  split.test_users = {1};
  EXPECT_NE(PeopleOf("data", split, HeldOut::kTest), test);
}

}  // namespace
}  // namespace lerl
