#include "lerl/data/sources/csv_behaviour.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class CsvBehaviourTest : public testing::Test {
 protected:
  // The responses of each row of a column `value`.
  std::vector<uint32_t> ResponsesTo(const std::string& values, std::vector<CsvBehaviour> of) {
    Table table(folder_.Write("log.tsv", "value\tother\n" + values),
                {.separator = "\t", .columns = {}});
    behaviours_.emplace(of);
    behaviours_->FindColumns(table);
    std::vector<uint32_t> responses;
    while (table.Next()) responses.push_back(behaviours_->Responses(table));
    return responses;
  }
  TestFolder folder_;
  std::optional<CsvBehaviours> behaviours_;
};

TEST_F(CsvBehaviourTest, ComparesNumbersByValueAndTextsWithoutTheirSpaces) {
  const CsvBehaviour one{.name = "like", .column = "value", .equals = "1"};
  EXPECT_THAT(ResponsesTo("1.0\tx\n0.0\tx\n 1\tx\n10\tx\n", {one}), ElementsAre(1, 0, 1, 0));
  const CsvBehaviour yes{.name = "like", .column = "value", .equals = "yes"};
  EXPECT_THAT(ResponsesTo(" yes\tx\nno\tx\nyes \tx\n", {yes}), ElementsAre(1, 0, 1));
  const CsvBehaviour four{.name = "like", .column = "value", .at_least = 4};
  EXPECT_THAT(ResponsesTo("4\tx\n3.5\tx\n5\tx\n", {four, one}), ElementsAre(1, 0, 1));
}

TEST_F(CsvBehaviourTest, SaysHowOftenEachIsShownAndWhatTheColumnHolds) {
  const CsvBehaviour four{.name = "like", .column = "value", .at_least = 4};
  ResponsesTo("4\tx\n3\tx\n3\tx\n2\tx\n", {four});
  EXPECT_THAT(
      behaviours_->Summaries(),
      ElementsAre("like: 25% of 4 rows (value at least 4; commonest '3': 2, '2': 1, '4': 1)"));
  behaviours_->Check("log.tsv");
}

TEST_F(CsvBehaviourTest, ThatIsConstantIsAnErrorThatShowsTheValues) {
  ResponsesTo("True\tx\nFalse\tx\n", {{.name = "like", .column = "value", .equals = "true"}});
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { behaviours_->Check("log.tsv"); }),
              AllOf(HasSubstr("log.tsv: behaviour 'like' is shown in no row"),
                    HasSubstr("value equals \"true\"; commonest 'False': 1, 'True': 1")));
  ResponsesTo("buy\tx\nview\tx\n", {{.name = "event", .column = "other", .equals = "x"}});
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { behaviours_->Check("log.tsv"); }),
              HasSubstr("behaviour 'event' is shown in every row"));
}

}  // namespace
}  // namespace lerl
