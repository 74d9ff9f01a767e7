#include "lerl/train/factor_store.h"

#include <gtest/gtest.h>

#include "lerl/base/file.h"
#include "lerl/data/sources/synthetic.h"
#include "lerl/sim/item_vectors.h"
#include "lerl/testing/small_world.h"

namespace lerl {
namespace {

class FactorStore : public ::testing::Test {
 protected:
  void ExpectSameAsFitted(const Factorisations& read) const {
    const ItemFactors fitted = FitItemFactors(data_, split_, config_);
    EXPECT_EQ(read.unit_vectors, FitUnitItemVectors(data_, split_));
    EXPECT_EQ(read.factors.vectors, fitted.vectors);
    EXPECT_EQ(read.factors.width, fitted.width);
    EXPECT_EQ(read.factors.model.users, fitted.model.users);
    EXPECT_EQ(read.factors.model.items, fitted.model.items);
    EXPECT_EQ(read.factors.model.factors, fitted.model.factors);
    EXPECT_EQ(read.factors.model.user_factors, fitted.model.user_factors);
    EXPECT_EQ(read.factors.model.Logit(3, 7), fitted.model.Logit(3, 7));
  }
  const TestFolder folder_;
  const ScopedVariable cache_{"LERL_CACHE_DIR", folder_.path().string()};
  const Dataset data_ = MakeSyntheticDataset({});
  const Split split_ = MakeSplit(data_, {});
  const MfConfig config_{.factors = 5, .epochs = 2};
};

TEST_F(FactorStore, FitsOnceAndThenReadsTheSame) {
  ExpectSameAsFitted(LoadOrFitFactorisations(data_, split_, config_));
  const auto path = FactorisationsPath(data_, split_, config_);
  const auto written = std::filesystem::last_write_time(path);
  ExpectSameAsFitted(LoadOrFitFactorisations(data_, split_, config_));
  EXPECT_EQ(std::filesystem::last_write_time(path), written);
}

TEST_F(FactorStore, FitsAnewWhatIsDamaged) {
  LoadOrFitFactorisations(data_, split_, config_);
  WriteFileWhole(FactorisationsPath(data_, split_, config_), "not a file of arrays");
  ExpectSameAsFitted(LoadOrFitFactorisations(data_, split_, config_));
  ExpectSameAsFitted(LoadOrFitFactorisations(data_, split_, config_));
}

TEST_F(FactorStore, NamesFilesByWhatTheyAreFittedOn) {
  const auto path = FactorisationsPath(data_, split_, config_);
  EXPECT_NE(path, FactorisationsPath(data_, split_, {.factors = 6, .epochs = 2}));
  Split earlier = split_;
  --earlier.train_end[0];
  EXPECT_NE(path, FactorisationsPath(data_, earlier, config_));
  const Dataset other = MakeSyntheticDataset({.seed = 2});
  EXPECT_NE(path, FactorisationsPath(other, MakeSplit(other, {}), config_));
}

}  // namespace
}  // namespace lerl
