#include "lerl/eval/metrics/registry.h"

#include <gmock/gmock.h>

#include "lerl/base/error.h"
#include "lerl/data/sources/synthetic.h"
#include "lerl/testing/written_sessions.h"

namespace lerl {
namespace {

TEST(MetricRegistry, EveryMetricGivesOneFiniteValuePerSession) {
  const Dataset dataset = MakeSyntheticDataset({});
  const std::vector<float> vectors = RandomUnitVectors(dataset.num_items(), 8, 1);
  const Split split = MakeSplit(dataset, {});
  SessionLog log = RandomLog(dataset, {}, 1);
  for (size_t s = 0; s < log.length.size(); ++s)  // every session is one visit
    log.return_days[log.Cell(static_cast<int64_t>(s), log.length[s] - 1)] = 2;
  for (const Metric& metric : Metrics()) {
    const SessionValues values = metric.measure(log, {dataset, split, vectors});
    if (values.empty()) continue;  // of a truth that this log does not have
    const bool pooled = values.numerator.empty();
    EXPECT_EQ(pooled ? values.members.size() : values.numerator.size(), log.user.size())
        << metric.name;
    EXPECT_TRUE(values.denominator.empty() || values.denominator.size() == log.user.size());
    for (const double value : values.numerator) EXPECT_TRUE(std::isfinite(value)) << metric.name;
  }
}

TEST(MetricRegistry, NamesTheNearestMetricForAnUnknownOne) {
  try {
    FindMetric("R_cun");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kConfig);
    EXPECT_THAT(error.what(), testing::HasSubstr("R_cum"));
  }
}

}  // namespace
}  // namespace lerl
