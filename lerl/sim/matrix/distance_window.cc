#include "lerl/sim/matrix/distance_window.h"

#include "lerl/sim/env_config.h"
#include "lerl/sim/rules/window_rule.h"

namespace lerl {
namespace {

class DistanceWindowRule : public WindowRule {
 public:
  DistanceWindowRule(const MatrixTruth& matrix, const EnvConfig& config, int slots)
      : WindowRule(config, slots),
        matrix_(matrix),
        nearest_(static_cast<float>(config.window_distance)) {
    matrix.PrepareDistances();
  }

 private:
  bool Leaves(int, std::span<const int32_t> before, std::span<const int32_t> items) override {
    bool leaves = false;
    for (const int32_t item : items)
      for (const int32_t other : before) leaves |= matrix_.Distance(item, other) < nearest_;
    return leaves;
  }
  const MatrixTruth& matrix_;
  const float nearest_;
};

}  // namespace

std::unique_ptr<LeaveRule> MakeDistanceWindow(const MatrixTruth& matrix, const EnvConfig& config,
                                              int slots) {
  return std::make_unique<DistanceWindowRule>(matrix, config, slots);
}

}  // namespace lerl
