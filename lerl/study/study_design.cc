#include "lerl/study/study_design.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <map>
#include <set>
#include <sstream>

#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/base/printable.h"
#include "lerl/base/rng.h"

namespace lerl {
namespace {

constexpr int64_t kMostRows = 100000;
constexpr int kDraws = 400;          // of a random design, of which the best is taken
constexpr double kStrong = 0.3;      // correlation from which two levels are named
constexpr size_t kMostFactors = 30;  // of a fraction

using Word = uint32_t;  // the factors of a product, a bit each

[[noreturn]] void FailDesign(const StudyConfig& config, const std::string& what) {
  throw Error(ErrorKind::kConfig, config.file.string() + ": " + what);
}

std::vector<LevelPlaces> FullRows(const StudyConfig& config) {
  int64_t count = 1;
  for (const StudyFactor& factor : config.factors) {
    count *= std::ssize(factor.levels);
    if (count > kMostRows)
      FailDesign(config, "more than 100000 combinations; choose another design");
  }
  std::vector<LevelPlaces> rows;
  for (int64_t n = 0; n < count; ++n) {
    LevelPlaces row(config.factors.size());
    int64_t left = n;
    for (size_t f = row.size(); f-- > 0; left /= std::ssize(config.factors[f].levels))
      row[f] = left % std::ssize(config.factors[f].levels);
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<LevelPlaces> RowsOneAtATime(const StudyConfig& config) {
  const LevelPlaces base(config.factors.size(), 0);
  std::vector<LevelPlaces> rows = {base};
  for (size_t f = 0; f < config.factors.size(); ++f)
    for (int64_t level = 1; level < std::ssize(config.factors[f].levels); ++level) {
      rows.push_back(base);
      rows.back()[f] = level;
    }
  return rows;
}

size_t FactorPlace(const StudyConfig& config, std::string_view name) {
  for (size_t f = 0; f < config.factors.size(); ++f)
    if (config.factors[f].name == name) return f;
  FailDesign(config, "generators: there is no factor '" + std::string(name) + "'");
}

struct Generator {
  size_t factor = 0;
  Word product = 0;
};

std::vector<Generator> ReadGenerators(const StudyConfig& config) {
  if (config.factors.size() > kMostFactors) FailDesign(config, "a fraction has at most 30 factors");
  for (const StudyFactor& factor : config.factors)
    if (factor.levels.size() != 2)
      FailDesign(config,
                 "design fraction: the factor '" + factor.name + "' has " +
                     std::to_string(factor.levels.size()) +
                     " levels, and a regular fraction is of two-level factors; use \"random\"");
  if (config.generators.empty())
    FailDesign(config, "design fraction: generators is empty; name one such as \"d = a * b * c\"");
  std::vector<Generator> generators;
  Word made = 0;
  for (const std::string& text : config.generators) {
    const auto [left, right] = SplitEquation(text, config.file.string() + ": generators");
    Generator& generator = generators.emplace_back();
    generator.factor = FactorPlace(config, left);
    std::istringstream parts(right);
    for (std::string part; std::getline(parts, part, '*');)
      generator.product ^= Word{1} << FactorPlace(config, Trimmed(part));
    made |= Word{1} << generator.factor;
  }
  for (const Generator& generator : generators)
    if ((generator.product & made) != 0 || generator.product == 0)
      FailDesign(config,
                 "generators: the right sides are products of factors that no generator makes");
  if (std::popcount(made) != static_cast<int>(generators.size()))
    FailDesign(config, "generators: a factor is made twice");
  return generators;
}

// Level 0 counts as -1 and level 1 as +1.
std::vector<LevelPlaces> FractionRows(const StudyConfig& config) {
  std::vector<LevelPlaces> rows;
  const std::vector<Generator> generators = ReadGenerators(config);
  for (LevelPlaces row : FullRows(config)) {
    const auto holds = [&row](const Generator& generator) {
      int minus = 0, factors = 0;
      for (size_t f = 0; f < row.size(); ++f)
        if ((generator.product >> f & 1) != 0) {
          ++factors;
          minus += row[f] == 0;
        }
      return row[generator.factor] == (minus % 2 == 0 ? 1 : 0);
    };
    if (std::ranges::all_of(generators, holds)) rows.push_back(std::move(row));
  }
  return rows;
}

// The correlation of two indicators: row at level a of factor f, and at level b of factor g.
double Correlation(const std::vector<LevelPlaces>& rows, size_t f, int64_t a, size_t g, int64_t b) {
  const double n = static_cast<double>(rows.size());
  double x = 0, y = 0, both = 0;
  for (const LevelPlaces& row : rows) {
    x += row[f] == a;
    y += row[g] == b;
    both += row[f] == a && row[g] == b;
  }
  const double spread = std::sqrt(x * (n - x) * y * (n - y));
  return spread > 0 ? (n * both - x * y) / spread : 1;
}

double LargestCorrelation(const StudyConfig& config, const std::vector<LevelPlaces>& rows, size_t f,
                          size_t g) {
  double largest = 0;
  for (int64_t a = 0; a < std::ssize(config.factors[f].levels); ++a)
    for (int64_t b = 0; b < std::ssize(config.factors[g].levels); ++b)
      largest = std::max(largest, std::abs(Correlation(rows, f, a, g, b)));
  return largest;
}

double Badness(const StudyConfig& config, const std::vector<LevelPlaces>& rows) {
  double worst = 0;
  for (size_t f = 0; f < config.factors.size(); ++f)
    for (size_t g = f + 1; g < config.factors.size(); ++g)
      worst = std::max(worst, LargestCorrelation(config, rows, f, g));
  return worst + (std::set<LevelPlaces>(rows.begin(), rows.end()).size() < rows.size() ? 10 : 0);
}

std::vector<LevelPlaces> RandomRows(const StudyConfig& config) {
  const int64_t all = std::ssize(FullRows(config));
  size_t most = 0;
  for (const StudyFactor& factor : config.factors) most = std::max(most, factor.levels.size());
  if (config.rows < std::ssize(config.factors[0].levels) || At(config.rows) < most ||
      config.rows > all)
    FailDesign(config, "design random: rows is " + std::to_string(config.rows) + "; it must be " +
                           std::to_string(most) + " to " + std::to_string(all) +
                           ", so that every level is there and no row stands twice");
  std::vector<LevelPlaces> best;
  double least = 0;
  for (int draw = 0; draw < kDraws; ++draw) {
    Rng rng(static_cast<uint64_t>(config.design_seed), "design", static_cast<uint64_t>(draw));
    std::vector<LevelPlaces> rows(At(config.rows), LevelPlaces(config.factors.size()));
    for (size_t f = 0; f < config.factors.size(); ++f) {
      LevelPlaces column;
      for (int64_t n = 0; n < config.rows; ++n)
        column.push_back(n % std::ssize(config.factors[f].levels));
      rng.Shuffle(std::span<int64_t>(column));
      for (size_t n = 0; n < rows.size(); ++n) rows[n][f] = column[n];
    }
    const double badness = Badness(config, rows);
    if (best.empty() || badness < least) {
      best = std::move(rows);
      least = badness;
    }
  }
  if (least >= 10)
    FailDesign(config,
               "design random: no draw without a row that stands twice; take fewer rows, or all");
  std::ranges::sort(best);
  return best;
}

// "a", "a x b"
std::string NameOf(const StudyConfig& config, Word word) {
  std::string name;
  for (size_t f = 0; f < config.factors.size(); ++f)
    if ((word >> f & 1) != 0) name += (name.empty() ? "" : " x ") + config.factors[f].name;
  return name;
}

// Main effects and interactions of two factors that stand for each other.
std::vector<std::string> FractionAliases(const StudyConfig& config) {
  std::vector<Word> relation = {0};
  for (const Generator& generator : ReadGenerators(config)) {
    const Word word = generator.product | Word{1} << generator.factor;
    for (size_t n = relation.size(); n-- > 0;) relation.push_back(relation[n] ^ word);
  }
  std::map<Word, std::vector<Word>> classes;  // by the smallest word of the class
  const size_t factors = config.factors.size();
  const auto add = [&](Word word) {
    Word smallest = word;
    for (const Word other : relation) smallest = std::min(smallest, word ^ other);
    classes[smallest].push_back(word);
  };
  for (size_t f = 0; f < factors; ++f) add(Word{1} << f);
  for (size_t f = 0; f < factors; ++f)
    for (size_t g = f + 1; g < factors; ++g) add(Word{1} << f | Word{1} << g);
  std::vector<std::string> texts;
  for (const auto& [smallest, words] : classes) {
    if (words.size() < 2) continue;
    std::string text;
    for (const Word word : words) text += (text.empty() ? "" : " = ") + NameOf(config, word);
    texts.push_back("Aliased, one can't be told from the other: " + text + ".");
  }
  return texts;
}

}  // namespace

std::vector<LevelPlaces> DesignRows(const StudyConfig& config) {
  if (config.design == "one_at_a_time") return RowsOneAtATime(config);
  if (config.design == "fraction") return FractionRows(config);
  if (config.design == "random") return RandomRows(config);
  return FullRows(config);
}

std::vector<std::string> DesignAliases(const StudyConfig& config,
                                       const std::vector<LevelPlaces>& rows) {
  if (config.design == "fraction") return FractionAliases(config);
  std::vector<std::string> texts;
  if (config.design == "one_at_a_time" && config.factors.size() > 1)
    texts.emplace_back(
        "One factor is changed at a time, so interactions between factors can't be seen.");
  if (config.design != "random") return texts;
  for (size_t f = 0; f < config.factors.size(); ++f)
    for (size_t g = f + 1; g < config.factors.size(); ++g) {
      const double r = LargestCorrelation(config, rows, f, g);
      if (r < kStrong) continue;
      char text[32];
      std::snprintf(text, sizeof text, "%.2f", r);
      texts.push_back("Partly aliased: levels of " + config.factors[f].name + " and of " +
                      config.factors[g].name + " go together, with a correlation up to " + text +
                      ".");
    }
  return texts;
}

}  // namespace lerl
