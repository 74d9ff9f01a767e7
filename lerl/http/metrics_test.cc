#include "lerl/http/metrics.h"

#include <gtest/gtest.h>

#include <thread>

#include "lerl/base/check.h"

namespace lerl {
namespace {

TEST(Metrics, WritesTheFormatOfPrometheus) {
  Metrics metrics;
  metrics.AddCounter("b_total", "things\nseen", {{"route", "a\"b\\c\nd"}, {"status", "200"}})
      .Add(3);
  metrics.AddGauge("a", "a level").Set(0.1);
  metrics.AddReading("c", "asked for", [] { return 2.0; });
  Histogram& histogram = metrics.AddHistogram("d_seconds", "how long", {}, {0.5, 1});
  for (const double value : {0.25, 0.5, 0.75, 4.0}) histogram.Observe(value);
  EXPECT_EQ(metrics.Text(),
            "# HELP a a level\n# TYPE a gauge\na 0.1\n"
            "# HELP b_total things\\nseen\n# TYPE b_total counter\n"
            "b_total{route=\"a\\\"b\\\\c\\nd\",status=\"200\"} 3\n"
            "# HELP c asked for\n# TYPE c gauge\nc 2\n"
            "# HELP d_seconds how long\n# TYPE d_seconds histogram\n"
            "d_seconds_bucket{le=\"0.5\"} 2\nd_seconds_bucket{le=\"1\"} 3\n"
            "d_seconds_bucket{le=\"+Inf\"} 4\nd_seconds_sum 5.5\nd_seconds_count 4\n");
}

TEST(Metrics, GiveTheSameFigureForTheSameLabels) {
  Metrics metrics;
  EXPECT_EQ(&metrics.AddCounter("n", "", {{"a", "1"}}), &metrics.AddCounter("n", "", {{"a", "1"}}));
  EXPECT_NE(&metrics.AddCounter("n", "", {{"a", "1"}}), &metrics.AddCounter("n", "", {{"a", "2"}}));
}

TEST(Metrics, RefuseNamesThatCannotBeWritten) {
  Metrics metrics;
  metrics.AddCounter("n", "");
  EXPECT_THROW(metrics.AddGauge("n", ""), CheckFailure);
  for (const char* bad : {"", "1a", "a-b", "a b", "A"})
    EXPECT_THROW(metrics.AddGauge(bad, ""), CheckFailure) << bad;
  EXPECT_THROW(metrics.AddGauge("m", "", {{"a-b", "1"}}), CheckFailure);
  EXPECT_THROW(metrics.AddHistogram("h", "", {}, {1, 1}), CheckFailure);
}

TEST(Metrics, CountFromManyThreads) {
  Metrics metrics;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&metrics] {
      for (int i = 0; i < 1000; ++i) {
        metrics.AddCounter("n", "").Add();
        metrics.AddGauge("g", "").Add(1);
        metrics.AddHistogram("h", "").Observe(0.001 * i);
      }
    });
  }
  EXPECT_FALSE(metrics.Text().empty() && threads.empty());
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(metrics.AddCounter("n", "").value(), 4000);
  EXPECT_EQ(metrics.AddGauge("g", "").value(), 4000);
  EXPECT_NE(metrics.Text().find("h_count 4000\n"), std::string::npos);
}

TEST(Metrics, TellOfTheProcess) {
  Metrics metrics;
  metrics.AddProcess();
  const std::string text = metrics.Text();
  EXPECT_NE(text.find("\nprocess_resident_memory_bytes "), std::string::npos);
  EXPECT_NE(text.find("\nprocess_start_time_seconds "), std::string::npos);
}

}  // namespace
}  // namespace lerl
