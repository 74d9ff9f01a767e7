#include "lerl/nn/torch_threads.h"

#include <cblas.h>
#include <gtest/gtest.h>

#include "lerl/nn/torch.h"

namespace lerl {
namespace {

TEST(TorchThreads, AreOneAfterTheFirstCall) {
  UseOneTorchThread();
  UseOneTorchThread();
  EXPECT_EQ(at::get_num_threads(), 1);
  EXPECT_EQ(at::get_num_interop_threads(), 1);
}

}  // namespace
}  // namespace lerl
