#include "lerl/nn/mf_arrays.h"

#include <gtest/gtest.h>

namespace lerl {
namespace {

TEST(MfArrays, GiveBackWhatWasSavedBesideAnother) {
  const MfModel one{.users = 2,
                    .items = 3,
                    .factors = 1,
                    .user_factors = {1, 2},
                    .item_factors = {3, 4, 5},
                    .user_bias = {6, 7},
                    .item_bias = {8, 9, 10},
                    .mean = 11};
  MfModel other = one;
  other.mean = 12;
  TensorFile file;
  SaveMf(one, "one.", file.arrays);
  SaveMf(other, "", file.arrays);
  const MfModel read = LoadMf(file, "one.");
  EXPECT_EQ(read.users, 2);
  EXPECT_EQ(read.items, 3);
  EXPECT_EQ(read.factors, 1);
  EXPECT_EQ(read.user_factors, one.user_factors);
  EXPECT_EQ(read.item_bias, one.item_bias);
  EXPECT_EQ(read.Logit(1, 2), one.Logit(1, 2));
  EXPECT_EQ(LoadMf(file, "").mean, 12);
}

}  // namespace
}  // namespace lerl
