#include "lerl/eval/significance.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/eval/interval_json.h"

namespace lerl {
namespace {

using nlohmann::json;

constexpr std::array kVerdicts = {Verdict::kBetter, Verdict::kWorse, Verdict::kSame,
                                  Verdict::kNoWorse, Verdict::kUnclear};

// p1(x): of the hypothesis that the mean is at most 0, where x was seen.
double OneSidedP(const CrossedSpread& spread, double x) {
  const double half = TwoSidedP(spread, x) / 2;
  return std::max(kSmallestP, x > 0 ? half : 1 - half);
}

// x: the difference, counted so that more is better.
double Gain(const PairedSample& sample) {
  return sample.higher_is_better ? sample.paired.mean : -sample.paired.mean;
}

// Everything but what the rest of the family decides.
PairedTest TestAlone(const PairedSample& sample, double relative_margin) {
  const double x = Gain(sample), deviation = sample.paired.deviation;
  PairedTest test{.margin = relative_margin * std::abs(sample.reference),
                  .relative_margin = relative_margin,
                  .effect_size = deviation > 0 ? x / deviation : 0};
  test.p.difference = TwoSidedP(sample.paired, x);
  test.p.no_worse = OneSidedP(sample.paired, x + test.margin);
  test.p.same = std::max(test.p.no_worse, OneSidedP(sample.paired, test.margin - x));
  return test;
}

// Corrects one of the three questions over the family.
void Correct(double PValues::*question, std::vector<PairedTest>& tests) {
  std::vector<double> p;
  for (const PairedTest& test : tests) p.push_back(test.p.*question);
  const std::vector<double> corrected = HolmCorrected(p);
  for (size_t i = 0; i < tests.size(); ++i) tests[i].corrected.*question = corrected[i];
}

Verdict Judge(const PValues& corrected, double x) {
  if (corrected.difference <= kTestLevel) return x > 0 ? Verdict::kBetter : Verdict::kWorse;
  if (corrected.same <= kTestLevel) return Verdict::kSame;
  return corrected.no_worse <= kTestLevel ? Verdict::kNoWorse : Verdict::kUnclear;
}

json PJson(const PValues& p) {
  return {{"difference", p.difference}, {"no_worse", p.no_worse}, {"same", p.same}};
}

std::optional<Interval> ReadInterval(const json& in, const char* key) {
  if (!in.contains(key) || in.at(key).is_null()) return std::nullopt;
  const json& x = in.at(key);
  return Interval{x.at("mean"), x.at("low"), x.at("high")};
}

PValues ReadP(const json& in) { return {in.at("difference"), in.at("no_worse"), in.at("same")}; }

}  // namespace

std::string_view VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kBetter:
      return "better";
    case Verdict::kWorse:
      return "worse";
    case Verdict::kSame:
      return "the same";
    case Verdict::kNoWorse:
      return "no worse";
    case Verdict::kUnclear:
      return "unclear";
  }
  FailCheck(__FILE__, __LINE__, "an unknown Verdict");
}

double TwoSidedP(const CrossedSpread& spread, double x) {
  if (spread.by_users + spread.by_seeds <= 0) return x == 0 ? 1 : kSmallestP;
  // Halves the bracket of log alpha: the half width falls as alpha grows.
  double low = std::log(kSmallestP), high = 0;
  if (HalfWidth(spread, 1 - kSmallestP) <= std::abs(x)) return kSmallestP;
  while (high - low > 1e-9) {
    const double middle = (low + high) / 2;
    (HalfWidth(spread, 1 - std::exp(middle)) > std::abs(x) ? low : high) = middle;
  }
  return std::exp(high);
}

std::vector<double> HolmCorrected(const std::vector<double>& p) {
  std::vector<size_t> order(p.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&p](size_t a, size_t b) { return p[a] < p[b]; });
  std::vector<double> corrected(p.size());
  double largest = 0;
  for (size_t j = 0; j < order.size(); ++j) {
    const double left = static_cast<double>(p.size() - j);
    largest = std::max(largest, std::min(1.0, left * p[order[j]]));
    corrected[order[j]] = largest;
  }
  return corrected;
}

double SmallestDifference(const CrossedSpread& spread, double level) {
  // Power is one-sided: a share of 1 - kPower lies beyond its quantile.
  return HalfWidth(spread, 1 - level) + HalfWidth(spread, 2 * kPower - 1);
}

std::vector<PairedTest> TestFamily(const std::vector<PairedSample>& family,
                                   double relative_margin) {
  LERL_CHECK(relative_margin >= 0);
  std::vector<PairedTest> tests;
  for (const PairedSample& sample : family) tests.push_back(TestAlone(sample, relative_margin));
  for (const auto question : {&PValues::difference, &PValues::no_worse, &PValues::same})
    Correct(question, tests);
  const double size = static_cast<double>(family.size());
  for (size_t i = 0; i < tests.size(); ++i) {
    tests[i].family = std::ssize(family);
    const CrossedSpread& paired = family[i].paired;
    const double half = HalfWidth(paired, 1 - kTestLevel / size);
    tests[i].smallest = SmallestDifference(paired, kTestLevel / size);
    tests[i].simultaneous = Interval{paired.mean, paired.mean - half, paired.mean + half};
    tests[i].verdict = Judge(tests[i].corrected, Gain(family[i]));
  }
  return tests;
}

void to_json(json& out, const PairedTest& test) {
  out = {{"verdict", VerdictName(test.verdict)},
         {"p", PJson(test.p)},
         {"p_corrected", PJson(test.corrected)},
         {"family", test.family},
         {"margin", test.margin},
         {"relative_margin", test.relative_margin},
         {"effect_size", test.effect_size},
         {"smallest_difference", test.smallest},
         {"simultaneous", IntervalJson(test.simultaneous)}};
}

void from_json(const json& in, PairedTest& test) {
  test.p = ReadP(in.at("p"));
  test.corrected = ReadP(in.at("p_corrected"));
  in.at("family").get_to(test.family);
  in.at("margin").get_to(test.margin);
  in.at("relative_margin").get_to(test.relative_margin);
  in.at("effect_size").get_to(test.effect_size);
  in.at("smallest_difference").get_to(test.smallest);
  test.simultaneous = ReadInterval(in, "simultaneous");
  const std::string name = in.at("verdict");
  const auto found = std::find_if(kVerdicts.begin(), kVerdicts.end(), [&name](Verdict verdict) {
    return VerdictName(verdict) == name;
  });
  if (found == kVerdicts.end())
    throw Error(ErrorKind::kCheckpoint, "'" + name + "' is no verdict of a test");
  test.verdict = *found;
}

}  // namespace lerl
