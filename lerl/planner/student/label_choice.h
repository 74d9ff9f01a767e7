#pragma once
// Which of an iteration's states the teacher is asked about. DAgger (Ross, Gordon and Bagnell 2011)
// labels the states that the student's own plans lead to; all of them would be thousands an
// iteration, so here the worth of a label decides, one after another:
//   worth = uncertainty + novelty / sqrt(1 + n(sketch))
// uncertainty   of the student's own ranking (Uncertainty, planner/student/student_network.h), [0, 1]
// n(sketch)     labels asked for so far of states that look alike, those chosen just now included:
//               the same dominant categories of the last slate, liked by half or not, the same most
//               exposed other category, the same step up to 3 (3 and above are one)
// A share of the states is drawn uniformly instead: agreement measured on them is not measured on
// the hardest states alone. Other differences from DAgger: no mixing of teacher and student in the
// loop (beta = 0 after the cold start), and labels that are too old leave (planner/student/label.h).

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "lerl/base/rng.h"
#include "lerl/base/tensor_file.h"
#include "lerl/planner/planner.h"

namespace lerl {

uint64_t Sketch(const PlanRequest& request);

struct Candidate {
  double uncertainty = 0;
  uint64_t sketch = 0;
};

struct Choice {
  size_t place = 0;  // in the candidates
  bool uniform = false;
};

class LabelChoice {
 public:
  LabelChoice(double novelty, double uniform_share)
      : novelty_(novelty), uniform_share_(uniform_share) {}

  double Worth(const Candidate& candidate) const;

  // At most `count` different candidates, each drawn uniformly with probability uniform_share and
  // otherwise the worthiest left, ties by the lower place. Their sketches are counted.
  std::vector<Choice> Choose(std::span<const Candidate> candidates, int64_t count, Rng& rng);

  // A state that was chosen and then not asked about.
  void Forget(uint64_t sketch);

  void Save(TensorFile& file, const std::string& name) const;
  void Load(const TensorFile& file, const std::string& name);

 private:
  size_t Worthiest(std::span<const Candidate> candidates, std::span<const uint8_t> taken) const;

  const double novelty_, uniform_share_;
  std::unordered_map<uint64_t, int64_t> asked_;  // by sketch
};

}  // namespace lerl
