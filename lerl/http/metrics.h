#pragma once
// Metrics: counters, gauges and histograms, and their text for Prometheus (exposition format
// 0.0.4, https://prometheus.io/docs/instrumenting/exposition_formats/).
//
// Debian's prometheus-cpp would bring a second HTTP server (civetweb) with it, for a text format
// of a page and three kinds of figures, so they are written here.
//
//   metrics.AddCounter("lerl_slates_total", "slates shown", {{"policy", name}}).Add();

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "lerl/http/message.h"

namespace lerl {

class Counter {
 public:
  void Add(int64_t amount = 1) { value_.fetch_add(amount, std::memory_order_relaxed); }
  int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<int64_t> value_ = 0;
};

class Gauge {
 public:
  void Set(double value) { value_.store(value, std::memory_order_relaxed); }
  void Add(double amount) { value_.fetch_add(amount, std::memory_order_relaxed); }
  double value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<double> value_ = 0;
};

class Histogram {
 public:
  // `bounds` are the upper ends of the buckets, rising; one without an end is added.
  explicit Histogram(std::vector<double> bounds);
  void Observe(double value);
  const std::vector<double>& bounds() const { return bounds_; }
  std::vector<int64_t> counts() const;  // [bounds + 1], each of its own bucket
  double sum() const { return sum_.load(std::memory_order_relaxed); }

 private:
  const std::vector<double> bounds_;
  std::vector<std::atomic<int64_t>> counts_;
  std::atomic<double> sum_ = 0;
};

// Buckets of durations, in seconds, from half a millisecond to ten seconds.
std::vector<double> DurationBounds();

// All may be called by several threads at once. References last as long as the object. The same
// name and labels give the same figure; one name of two kinds is a bug, and so is a name or a
// label's name that is not [a-z_][a-z0-9_]*.
class Metrics {
 public:
  Counter& AddCounter(const std::string& name, const std::string& help, const Fields& labels = {});
  Gauge& AddGauge(const std::string& name, const std::string& help, const Fields& labels = {});
  Histogram& AddHistogram(const std::string& name, const std::string& help,
                          const Fields& labels = {}, std::vector<double> bounds = DurationBounds());
  // A gauge that is asked for when the text is made.
  void AddReading(const std::string& name, const std::string& help, std::function<double()> read);
  // Figures of the process: resident memory and the time of its start.
  void AddProcess();

  std::string Text() const;
  static constexpr std::string_view kContentType = "text/plain; version=0.0.4; charset=utf-8";

 private:
  struct Series {
    std::unique_ptr<Counter> counter;
    std::unique_ptr<Gauge> gauge;
    std::unique_ptr<Histogram> histogram;
    std::function<double()> read;
  };
  struct Family {
    std::string help, kind;
    std::map<std::string, Series> series;  // by the text of its labels
  };
  Series& Find(const std::string& name, const std::string& help, const char* kind,
               const Fields& labels);

  mutable std::mutex mutex_;
  std::map<std::string, Family> families_;
};

}  // namespace lerl
