#include "lerl/sim/response/response_store.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/index.h"
#include "lerl/data/sources/synthetic.h"

namespace lerl {
namespace {

class ResponseStore : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              ("lerl-response-store-" + std::to_string(::getpid()));
    ::setenv("LERL_CACHE_DIR", folder_.c_str(), 1);
    config_.model = "mf";
    config_.mf.epochs = 1;
  }
  void TearDown() override {
    std::filesystem::remove_all(folder_);
    ::unsetenv("LERL_CACHE_DIR");
  }
  std::string ErrorOfLoading(const std::filesystem::path& path, const Dataset& data) const {
    try {
      LoadResponseModel(path, data);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }
  const Dataset data_ = MakeSyntheticDataset({});
  const Split split_ = MakeSplit(data_, {});
  ResponseConfig config_;
  std::filesystem::path folder_;
};

TEST_F(ResponseStore, TrainsOnceAndThenReads) {
  const auto path = ResponseModelPath(data_, split_, config_);
  const auto first = LoadOrTrainResponseModel(data_, split_, config_);
  ASSERT_TRUE(std::filesystem::exists(path));
  const auto written = std::filesystem::last_write_time(path);
  const auto second = LoadOrTrainResponseModel(data_, split_, config_);
  EXPECT_EQ(std::filesystem::last_write_time(path), written);
  EXPECT_EQ(first->ToFile().at("mf0.item_factors").bytes,
            second->ToFile().at("mf0.item_factors").bytes);
}

TEST_F(ResponseStore, NamesFilesByWhatTheyAreMadeFrom) {
  const auto path = ResponseModelPath(data_, split_, config_);
  ResponseConfig other = config_;
  other.mf.factors = 3;
  EXPECT_NE(path, ResponseModelPath(data_, split_, other));
  EXPECT_NE(path, ResponseModelPath(MakeSyntheticDataset({.seed = 2}), split_, config_));
  ResponseConfig transformer;
  Split moved = split_;
  moved.train_end[0] -= 1;
  EXPECT_NE(ResponseModelPath(data_, split_, transformer),
            ResponseModelPath(data_, moved, transformer));
}

TEST_F(ResponseStore, RefusesFilesThatAreDamagedOrOfAnotherDataSet) {
  const auto path = ResponseModelPath(data_, split_, config_);
  LoadOrTrainResponseModel(data_, split_, config_);
  EXPECT_NE(ErrorOfLoading(path, MakeSyntheticDataset({.seed = 2})).find("another data set"),
            std::string::npos);
  const std::string bytes = ReadFile(path);
  WriteFileWhole(path, bytes.substr(0, bytes.size() / 2));
  EXPECT_NE(ErrorOfLoading(path, data_).find(path.string()), std::string::npos);
  WriteFileWhole(path, "something else");
  EXPECT_NE(ErrorOfLoading(path, data_), "");
}

TEST_F(ResponseStore, NamesTheNearestModel) {
  try {
    FindResponseModel("transfomer");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("did you mean 'transformer'?"), std::string::npos);
  }
}

// Every model of the table keeps the contract of sim/response/response_model.h.
TEST_F(ResponseStore, HoldsModelsThatComeBackFromTheirFilesAndGiveFiniteLogits) {
  config_.transformer.transformer = {
      .width = 16, .layers = 1, .heads = 2, .feed_forward = 16, .band = 20};
  config_.transformer.epochs = 1;
  for (const ResponseModelRow& row : ResponseModelRows()) {
    config_.model = row.name;
    const auto model = LoadOrTrainResponseModel(data_, split_, config_);
    const auto again = LoadOrTrainResponseModel(data_, split_, config_);
    EXPECT_EQ(model->name(), row.name);
    std::vector<float> one(At(model->num_items())), two(one.size());
    const std::vector<Interaction> history = {{1, 1}, {2, 0}};
    const auto a = model->NewState(2), b = again->NewState(2);
    model->Start(*a, 1, 3, history);
    again->Start(*b, 1, 3, history);
    model->Append(*a, std::vector<int>{1}, history);
    again->Append(*b, std::vector<int>{1}, history);
    model->ScoreAll(*a, 1, one);
    again->ScoreAll(*b, 1, two);
    EXPECT_EQ(one, two) << row.name;
    for (const float logit : one) ASSERT_TRUE(std::isfinite(logit)) << row.name;
  }
}

}  // namespace
}  // namespace lerl
