#include "lerl/http/metrics.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/base/memory.h"
#include "lerl/base/printable.h"

namespace lerl {
namespace {

bool IsMetricName(std::string_view name) {
  constexpr std::string_view kKnown = "abcdefghijklmnopqrstuvwxyz_0123456789";
  return !name.empty() && !(name[0] >= '0' && name[0] <= '9') &&
         name.find_first_not_of(kKnown) == std::string_view::npos;
}

std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\n')
      escaped += "\\n";
    else if (c == '\\' || c == '"')
      escaped.append(1, '\\').append(1, c);
    else
      escaped += c;
  }
  return escaped;
}

// `route="item",status="200"`; "" without labels.
std::string LabelText(const Fields& labels) {
  std::string text;
  for (const auto& [name, value] : labels) {
    LERL_CHECK(IsMetricName(name));
    text += (text.empty() ? "" : ",") + name + "=\"" + Escaped(ToUtf8(value)) + "\"";
  }
  return text;
}

std::string NumberText(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  char text[32];
  std::snprintf(text, sizeof(text), "%.17g", value);
  char shorter[32];
  std::snprintf(shorter, sizeof(shorter), "%.12g", value);
  return std::strtod(shorter, nullptr) == value ? shorter : text;
}

std::string Line(const std::string& name, const std::string& labels, const std::string& value) {
  return name + (labels.empty() ? "" : "{" + labels + "}") + " " + value + "\n";
}

std::string HistogramText(const std::string& name, const std::string& labels,
                          const Histogram& histogram) {
  std::string text;
  int64_t total = 0;
  const std::vector<int64_t> counts = histogram.counts();
  for (size_t i = 0; i < counts.size(); ++i) {
    total += counts[i];
    const std::string bound =
        i < histogram.bounds().size() ? NumberText(histogram.bounds()[i]) : "+Inf";
    text += Line(name + "_bucket", labels + (labels.empty() ? "" : ",") + "le=\"" + bound + "\"",
                 std::to_string(total));
  }
  return text + Line(name + "_sum", labels, NumberText(histogram.sum())) +
         Line(name + "_count", labels, std::to_string(total));
}

}  // namespace

Histogram::Histogram(std::vector<double> bounds)
    : bounds_(std::move(bounds)), counts_(bounds_.size() + 1) {
  LERL_CHECK(std::ranges::is_sorted(bounds_, std::ranges::less_equal{}) && !bounds_.empty());
}

void Histogram::Observe(double value) {
  const auto bucket = std::ranges::lower_bound(bounds_, value) - bounds_.begin();
  counts_[At(bucket)].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(value, std::memory_order_relaxed);
}

std::vector<int64_t> Histogram::counts() const {
  std::vector<int64_t> counts;
  for (const std::atomic<int64_t>& count : counts_)
    counts.push_back(count.load(std::memory_order_relaxed));
  return counts;
}

std::vector<double> DurationBounds() {
  return {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
}

Metrics::Series& Metrics::Find(const std::string& name, const std::string& help, const char* kind,
                               const Fields& labels) {
  LERL_CHECK(IsMetricName(name));
  Family& family = families_[name];
  if (family.kind.empty()) family = {help, kind, {}};
  LERL_CHECK_EQ(family.kind, kind);
  return family.series[LabelText(labels)];
}

Counter& Metrics::AddCounter(const std::string& name, const std::string& help,
                             const Fields& labels) {
  const std::scoped_lock lock(mutex_);
  Series& series = Find(name, help, "counter", labels);
  if (!series.counter) series.counter = std::make_unique<Counter>();
  return *series.counter;
}

Gauge& Metrics::AddGauge(const std::string& name, const std::string& help, const Fields& labels) {
  const std::scoped_lock lock(mutex_);
  Series& series = Find(name, help, "gauge", labels);
  if (!series.gauge) series.gauge = std::make_unique<Gauge>();
  return *series.gauge;
}

Histogram& Metrics::AddHistogram(const std::string& name, const std::string& help,
                                 const Fields& labels, std::vector<double> bounds) {
  const std::scoped_lock lock(mutex_);
  Series& series = Find(name, help, "histogram", labels);
  if (!series.histogram) series.histogram = std::make_unique<Histogram>(std::move(bounds));
  return *series.histogram;
}

void Metrics::AddReading(const std::string& name, const std::string& help,
                         std::function<double()> read) {
  const std::scoped_lock lock(mutex_);
  Find(name, help, "gauge", {}).read = std::move(read);
}

void Metrics::AddProcess() {
  AddReading("process_resident_memory_bytes", "resident memory of the process",
             [] { return ResidentMb() * 1e6; });
  const double now =
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  AddGauge("process_start_time_seconds", "when the process began to serve, since 1970").Set(now);
}

std::string Metrics::Text() const {
  const std::scoped_lock lock(mutex_);
  std::string text;
  for (const auto& [name, family] : families_) {
    text += "# HELP " + name + " " + Escaped(family.help) + "\n# TYPE " + name + " " + family.kind +
            "\n";
    for (const auto& [labels, series] : family.series) {
      if (series.counter) text += Line(name, labels, std::to_string(series.counter->value()));
      if (series.gauge) text += Line(name, labels, NumberText(series.gauge->value()));
      if (series.read) text += Line(name, labels, NumberText(series.read()));
      if (series.histogram) text += HistogramText(name, labels, *series.histogram);
    }
  }
  return text;
}

}  // namespace lerl
