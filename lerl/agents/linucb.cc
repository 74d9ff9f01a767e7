#include "lerl/agents/linucb.h"

#include <algorithm>
#include <cmath>

#include "lerl/agents/learning/linear_bandit.h"

namespace lerl {
namespace {

class Linucb : public LinearBandit {
 public:
  Linucb(const AgentContext& context, const LearnerConfig& learner, const LinucbConfig& config)
      : LinearBandit("linucb", context, learner, config.l2), config_(config) {}

 private:
  // The features of an item are x = D e with e = [1, E_i], where D holds the user's taste. So the
  // variance x' M^-1 x of every item is e' (D' M^-1 D) e, and the inner matrix, the same for all
  // items, is made once.
  void Explore(const Observation&, const Taste& taste, std::span<float> scores) override {
    const size_t side = 1 + width(), all = 1 + 2 * width();
    // 1. D' M^-1 D of this user's taste, [1 + A, 1 + A].
    std::vector<double> inner(side * side), e(side, 1.0);
    for (size_t a = 0; a < side; ++a) {
      for (size_t b = 0; b < side; ++b) {
        const double m_a = a == 0 ? 0 : taste.at(a - 1), m_b = b == 0 ? 0 : taste.at(b - 1);
        const size_t far_a = a == 0 ? 0 : a + width(), far_b = b == 0 ? 0 : b + width();
        inner[a * side + b] = inverse()[a * all + b] + m_b * inverse()[a * all + far_b] +
                              m_a * inverse()[far_a * all + b] +
                              m_a * m_b * inverse()[far_a * all + far_b];
      }
    }
    // 2. Every item's bound, equation (1) of the header.
    for (size_t i = 0; i < scores.size(); ++i) {
      const std::span<const float> vector = VectorOf(i);
      std::copy(vector.begin(), vector.end(), e.begin() + 1);
      double variance = 0;
      for (size_t a = 0; a < side; ++a) {
        double sum = 0;
        for (size_t b = 0; b < side; ++b) sum += inner[a * side + b] * e[b];
        variance += e[a] * sum;
      }
      scores[i] += static_cast<float>(config_.alpha * std::sqrt(std::max(variance, 0.0)));
    }
  }

  const LinucbConfig config_;
};

}  // namespace

std::unique_ptr<Agent> MakeLinucb(const AgentContext& context, const LearnerConfig& learner,
                                  const LinucbConfig& config) {
  return std::make_unique<Linucb>(context, learner, config);
}

}  // namespace lerl
