#include "lerl/planner/llm/prior_weight_from_returns.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <tuple>

#include "lerl/base/check.h"
#include "lerl/planner/llm/mix_scores.h"
#include "lerl/planner/profiles/profile_scores.h"

namespace lerl {
namespace {

constexpr double kFlat = 1e-9;  // a variance up to this counts as 0 (relative, for determinants)

// A symmetric 2 x 2 matrix (aa ab; ab bb), a sum of weighted products of two regressors a and b.
struct Square {
  double aa = 0, ab = 0, bb = 0;

  void Add(double a, double b, double weight = 1) {
    aa += weight * a * a;
    ab += weight * a * b;
    bb += weight * b * b;
  }
  double determinant() const { return aa * bb - ab * ab; }
  bool regular() const { return determinant() > kFlat * aa * bb; }
};

// The solution (a, b) of m (a, b) = (p, q). Where the regressors can't be told apart, the first
// that varies takes all and the other coefficient is 0.
std::pair<double, double> Solve(const Square& m, double p, double q) {
  if (m.regular())
    return {(m.bb * p - m.ab * q) / m.determinant(), (m.aa * q - m.ab * p) / m.determinant()};
  if (m.aa > kFlat) return {p / m.aa, 0};
  return {0, m.bb > kFlat ? q / m.bb : 0};
}

// Takes out of `values` what the regressors a and b explain by least squares.
void PartialOut(const std::vector<double>& a, const std::vector<double>& b,
                std::vector<double>& values) {
  Square squares;
  double p = 0, q = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    squares.Add(a[i], b[i]);
    p += a[i] * values[i];
    q += b[i] * values[i];
  }
  const auto [of_a, of_b] = Solve(squares, p, q);
  for (size_t i = 0; i < values.size(); ++i) values[i] -= of_a * a[i] + of_b * b[i];
}

// The values, each less the mean of all values of the same step.
std::vector<double> WithinSteps(const std::vector<int32_t>& steps, std::vector<double> values) {
  std::map<int32_t, std::pair<double, double>> sums;
  for (size_t i = 0; i < values.size(); ++i) {
    sums[steps[i]].first += values[i];
    sums[steps[i]].second += 1;
  }
  for (size_t i = 0; i < values.size(); ++i) {
    const auto& [sum, count] = sums[steps[i]];
    values[i] -= sum / count;
  }
  return values;
}

struct PlayedSession {
  double weight = 0, states = 0, slopes = 0;  // w, number of states, sum of d over them
};

// The line alpha - beta w, by least squares over states. Its error is the sandwich estimator with
// sessions as clusters: Var = m^-1 (sum_s g_s g_s') m^-1, where m is `squares_` and g_s is the sum
// over the states of session s of (d - line) (1, w).
class SlopeLine {
 public:
  explicit SlopeLine(const std::map<uint64_t, PlayedSession>& sessions) {
    double p = 0, q = 0;
    for (const auto& [id, session] : sessions) {
      squares_.Add(1, session.weight, session.states);
      p += session.slopes;
      q += session.weight * session.slopes;
    }
    std::tie(alpha_, minus_beta_) = Solve(squares_, p, q);
    for (const auto& [id, session] : sessions) {
      const double off = session.slopes - session.states * At(session.weight);
      scores_.Add(1, session.weight, off * off);
    }
  }

  double At(double w) const { return alpha_ + minus_beta_ * w; }
  double ErrorAt(double w) const {
    const auto [a, b] = Solve(squares_, 1, w);  // m^-1 (1, w)
    const double variance = a * a * scores_.aa + 2 * a * b * scores_.ab + b * b * scores_.bb;
    return std::sqrt(std::max(0.0, variance));
  }
  double beta() const { return -minus_beta_; }
  // Whether two different w at least were played; otherwise the line is a point.
  bool known() const { return squares_.regular(); }

 private:
  Square squares_;  // m: sum over states of (1, w) (1, w)'
  Square scores_;   // sum over sessions of g g'
  double alpha_ = 0, minus_beta_ = 0;
};

}  // namespace

void WeightFromReturns::Add(const PlannedState& state) {
  const size_t candidates = state.head.size();
  LERL_CHECK(state.prior.size() == candidates && state.share.size() == candidates &&
             state.value.size() == candidates);
  if (std::accumulate(state.share.begin(), state.share.end(), 0.0) <= 0) return;
  Row row{.session = state.session, .step = state.step, .weight = state.weight};
  row.level =
      std::accumulate(state.head.begin(), state.head.end(), 0.0) / static_cast<double>(candidates);
  std::vector<double> prior = state.prior, head = state.head;
  Standardise(prior);
  Standardise(head);
  for (size_t c = 0; c < candidates; ++c) {
    row.x += state.share[c] * (prior[c] - head[c]);
    row.y += state.share[c] * state.value[c];
  }
  Keep(row);
}

void WeightFromReturns::Keep(const Row& row) {
  if (rows_.size() < capacity_) {
    rows_.push_back(row);
    return;
  }
  rows_[oldest_] = row;
  oldest_ = (oldest_ + 1) % capacity_;
}

// Frisch and Waugh: x' and y' are x and y cleared of the step, the head's level and w; d = x' y'.
std::vector<double> WeightFromReturns::Slopes() const {
  std::vector<int32_t> steps;
  std::vector<double> level, weight, x, y;
  for (const Row& row : rows_) {
    steps.push_back(row.step);
    level.push_back(row.level);
    weight.push_back(row.weight);
    x.push_back(row.x);
    y.push_back(row.y);
  }
  level = WithinSteps(steps, std::move(level));
  weight = WithinSteps(steps, std::move(weight));
  x = WithinSteps(steps, std::move(x));
  y = WithinSteps(steps, std::move(y));
  PartialOut(level, weight, x);
  PartialOut(level, weight, y);
  for (size_t i = 0; i < x.size(); ++i) x[i] *= y[i];
  return x;
}

WeightFit WeightFromReturns::Fit(double weight) const {
  // 1. The line alpha - beta w through the slopes d of all states.
  const std::vector<double> slopes = Slopes();
  std::map<uint64_t, PlayedSession> sessions;
  for (size_t i = 0; i < rows_.size(); ++i) {
    PlayedSession& session = sessions[rows_[i].session];
    session.weight = rows_[i].weight;
    ++session.states;
    session.slopes += slopes[i];
  }
  WeightFit fit{.sessions = std::ssize(sessions)};
  if (fit.sessions < kFewestSessions) return fit;
  const SlopeLine line(sessions);
  fit.slope = line.At(0);
  fit.error = line.ErrorAt(0);
  fit.bend = line.beta();
  // 2. A single w above 0 was played: nothing tells where its slope ends, so w stays.
  if (weight > 0 && !line.known() && sessions.begin()->second.weight > 0) {
    fit.weight = weight;
    return fit;
  }
  // 3. Does the prior help at all? A first step needs the stronger proof.
  if (fit.slope <= (weight > 0 ? 1 : kProof) * fit.error) return fit;
  // 4. With too few sessions above 0 beta is unknown: w goes where it can be learned.
  const int64_t tried = std::count_if(sessions.begin(), sessions.end(),
                                      [](const auto& of) { return of.second.weight > 0; });
  if (tried < kFewestSessions) {
    fit.weight = kTry;
    return fit;
  }
  // 5. The smallest w of the grid at which the slope has ended.
  const auto at = [](int place) { return static_cast<double>(place) / kWeightGrid; };
  int place = 0;
  while (place < kWeightGrid && line.At(at(place)) > line.ErrorAt(at(place))) ++place;
  fit.weight = at(place);
  return fit;
}

void WeightFromReturns::Save(TensorFile& file, const std::string& name) const {
  std::vector<uint64_t> sessions;
  std::vector<int32_t> steps;
  std::vector<double> columns;    // weight, level, x, y of each row
  for (const Row& row : rows_) {  // in their order here: another would change sums in the last bit
    sessions.push_back(row.session);
    steps.push_back(row.step);
    columns.insert(columns.end(), {row.weight, row.level, row.x, row.y});
  }
  file.arrays[name + "/oldest"] = Array::Of(std::vector<uint64_t>{oldest_});
  file.arrays[name + "/sessions"] = Array::Of(sessions);
  file.arrays[name + "/steps"] = Array::Of(steps);
  file.arrays[name + "/columns"] = Array::Of(columns);
}

void WeightFromReturns::Load(const TensorFile& file, const std::string& name) {
  rows_.clear();
  const auto sessions = ReadValues<uint64_t>(file.arrays, name + "/sessions", {-1});
  const int64_t count = std::ssize(sessions);
  const auto steps = ReadValues<int32_t>(file.arrays, name + "/steps", {count}, {0});
  const auto columns = ReadValues<double>(file.arrays, name + "/columns", {4 * count});
  LERL_CHECK(sessions.size() <= capacity_);
  for (size_t i = 0; i < sessions.size(); ++i) {
    const double* row = columns.data() + 4 * i;
    rows_.push_back({.session = sessions[i],
                     .step = steps[i],
                     .weight = row[0],
                     .level = row[1],
                     .x = row[2],
                     .y = row[3]});
  }
  oldest_ = ReadValue<uint64_t>(file.arrays, name + "/oldest");
  LERL_CHECK(oldest_ == 0 || oldest_ < rows_.size());
}

}  // namespace lerl
