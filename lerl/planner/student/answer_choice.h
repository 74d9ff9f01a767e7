#pragma once
// AnswerChoice: which of an iteration's states the teacher is asked about. DAgger (Ross, Gordon and
// Bagnell 2011, arXiv 1011.0686) asks about all states that the student's own plans lead to. Here
// these would be thousands an iteration, so states are chosen one after another by what the
// teacher's answer is worth:
//
//   worth(s) = uncertainty(s) + novelty / sqrt(1 + n(sketch(s)))
//
//   uncertainty   of the student's own ranking, in [0, 1] (Uncertainty in
//                 planner/student/student_network.h)
//   novelty       weight, the setting planner.student.novelty
//   sketch(s)     states look alike if they share: the dominant categories of the last slate;
//                 whether at least half of it was liked; the most exposed of the other categories;
//                 the step, where 3 and all later ones are one
//   n(sketch)     states with this sketch whose answers were asked for so far, in this choice too
//
// A share of the states (planner.student.uniform_share) is drawn uniformly instead, so that
// agreement is not measured on the hardest states alone.
//
// Other differences from DAgger: teacher and student are not mixed in the loop (beta = 0 after the
// cold start), and answers that are too old leave (planner/student/teacher_answer.h).

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "lerl/base/rng.h"
#include "lerl/base/tensor_file.h"
#include "lerl/planner/planner.h"

namespace lerl {

// Hash of what states that look alike share.
uint64_t Sketch(const PlanRequest& request);

struct Candidate {
  double uncertainty = 0;
  uint64_t sketch = 0;
};

struct Choice {
  size_t place = 0;  // in the candidates
  bool uniform = false;
};

class AnswerChoice {
 public:
  AnswerChoice(double novelty, double uniform_share)
      : novelty_(novelty), uniform_share_(uniform_share) {}

  double Worth(const Candidate& candidate) const;

  // Chooses at most `count` different candidates. Each is, with probability uniform_share, drawn
  // uniformly from those left, and otherwise the worthiest of them, ties by the lower place. Their
  // sketches are counted in n.
  std::vector<Choice> Choose(std::span<const Candidate> candidates, int64_t count, Rng& rng);

  // Takes a state that was chosen and then not asked about out of n.
  void Forget(uint64_t sketch);

  void Save(TensorFile& file, const std::string& name) const;
  void Load(const TensorFile& file, const std::string& name);

 private:
  size_t Worthiest(std::span<const Candidate> candidates, std::span<const uint8_t> taken) const;

  const double novelty_, uniform_share_;
  std::unordered_map<uint64_t, int64_t> asked_;  // n by sketch
};

}  // namespace lerl
