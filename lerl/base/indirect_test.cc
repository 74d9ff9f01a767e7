#include "lerl/base/indirect.h"

#include <gtest/gtest.h>

#include <string>

namespace lerl {
namespace {

struct Inner;

}  // namespace

extern template class Indirect<Inner>;

namespace {

struct Outer {  // knows nothing of Inner, and is copied all the same
  Indirect<Inner> inner;
};

Outer CopyOf(const Outer& outer) { return outer; }

struct Inner {
  std::string text = "default";
  int number = 7;
};

}  // namespace

template class Indirect<Inner>;

namespace {

TEST(Indirect, HoldsADefaultValueAndCopiesIt) {
  Outer first;
  EXPECT_EQ(first.inner->text, "default");
  Outer second = CopyOf(first);
  second.inner->number = 8;
  EXPECT_EQ((*first.inner).number, 7);
  first = second;
  second.inner->number = 9;
  EXPECT_EQ(first.inner->number, 8);
}

TEST(Indirect, IsMovedWithoutACopy) {
  Outer first;
  const Inner* const value = &*first.inner;
  const Outer second = std::move(first);
  EXPECT_EQ(&*second.inner, value);
}

}  // namespace
}  // namespace lerl
