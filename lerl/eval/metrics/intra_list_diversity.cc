#include "lerl/eval/metrics/intra_list_diversity.h"

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/eval/metrics/slate_categories.h"

namespace lerl {
namespace {

// Mean over pairs of 1 - cosine; 0 where there is no pair.
double Diversity(std::span<const int32_t> slate, const MetricInput& input) {
  if (slate.size() < 2) return 0;
  const std::span<const float> vectors = input.item_vectors;
  const size_t width = vectors.size() / At(input.dataset.num_items());
  double of_sum = 0, own = 0;
  for (size_t d = 0; d < width; ++d) {
    double sum = 0;
    for (const int32_t item : slate) {
      const double value = vectors[At(item) * width + d];
      sum += value;
      own += value * value;
    }
    of_sum += sum * sum;
  }
  const double pairs = static_cast<double>(slate.size() * (slate.size() - 1));
  return 1 - (of_sum - own) / pairs;
}

void CheckVectors(const MetricInput& input) {
  const size_t items = At(input.dataset.num_items());
  LERL_CHECK(items > 0 && !input.item_vectors.empty());
  LERL_CHECK_EQ(input.item_vectors.size() % items, 0u);
}

}  // namespace

SessionValues IntraListDiversity(const SessionLog& log, const MetricInput& input) {
  CheckVectors(input);
  SessionValues values;
  for (int64_t s = 0; s < log.sessions; ++s) {
    const int64_t length = log.length[At(s)];
    double sum = 0;
    for (int64_t t = 0; t < length; ++t) {
      sum += Diversity(SlateOf(log, s, t), input);
    }
    values.numerator.push_back(sum);
    values.denominator.push_back(static_cast<double>(length));
  }
  return values;
}

SessionValues SessionDiversity(const SessionLog& log, const MetricInput& input) {
  CheckVectors(input);
  SessionValues values;
  for (const std::vector<int32_t>& items : ItemsShown(log)) {
    values.numerator.push_back(Diversity(items, input));
    values.denominator.push_back(items.size() < 2 ? 0 : 1);
  }
  return values;
}

}  // namespace lerl
