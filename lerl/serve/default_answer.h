#pragma once
// DefaultAnswerConfig: what counts as the answer to a slate that nobody answered. Without one an
// item about which nothing was said stands in the log as unanswered, and in the policies' states as
// not liked.

#include <map>
#include <string>

#include "lerl/base/config.h"

namespace lerl {

struct DefaultAnswerConfig {
  double after_seconds = 0;
  std::string behaviour = {};
  double value = 0;

  void VisitFields(FieldVisitor& visit) {
    visit("after_seconds", after_seconds,
          "after which an item that was shown, and about which nothing was said, gets the default "
          "answer; 0: never",
          Range{0, 1e9});
    visit("behaviour", behaviour, "of the default answer; empty: the main behaviour of the data");
    visit("value", value, "of the behaviour; 0: it was not given", Range{0, 1e9});
  }
};

}  // namespace lerl
