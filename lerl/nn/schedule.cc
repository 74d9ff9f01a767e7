#include "lerl/nn/schedule.h"

#include "lerl/base/check.h"

namespace lerl {

double Schedule::At(double start, double progress) const {
  LERL_CHECK(progress >= 0 && progress <= 1);
  if (kind == ScheduleKind::kConstant) return start;
  return start * (1 - progress + progress * end_fraction);
}

const Names& ScheduleNames() {
  static const Names names = {"constant", "linear"};
  return names;
}

Schedule MakeSchedule(const std::string& name, double end_fraction) {
  LERL_CHECK(name == "constant" || name == "linear");
  return {name == "linear" ? ScheduleKind::kLinear : ScheduleKind::kConstant, end_fraction};
}

}  // namespace lerl
