#pragma once
// Settings of the planner student and of its teacher (planner/student/student_planner.h).

#include <cstdint>
#include <string>

#include "lerl/base/config.h"

namespace lerl {

struct StudentConfig {
  std::string teacher = "llm";
  bool asynchronous = false;
  int64_t states_per_iteration = 16;
  int64_t teacher_batch = 8;
  int64_t max_labels = 20000;
  double uniform_share = 0.25;
  double novelty = 1;
  int64_t max_label_age = 100;
  int64_t oldest_label = 0;
  double oldest_label_seconds = 0;
  int64_t capacity = 4096;
  int64_t min_labels = 64;
  int64_t hidden = 32;
  double learning_rate = 0.003;
  int64_t steps_per_iteration = 20;
  int64_t minibatch = 32;
  int64_t depth = 8;
  int64_t gap_users = 16;
  int64_t gap_every = 0;
  int64_t seed = 1;

  void VisitFields(FieldVisitor& visit) {
    visit("teacher", teacher, "planner whose rankings are imitated; `lerl list` names them");
    visit("asynchronous", asynchronous,
          "the teacher labels on a thread of its own while training goes on; otherwise at the end "
          "of each iteration, and runs repeat to the same bytes");
    visit("states_per_iteration", states_per_iteration,
          "states of an iteration that are put to the teacher; an asynchronous teacher answers as "
          "many as it can before those of the next iteration take their place",
          Range{0, 1e5});
    visit("teacher_batch", teacher_batch, "states that the teacher labels together",
          Range{1, 1024});
    visit("max_labels", max_labels, "labels asked for in a run", Range{0, 1e9});
    visit("uniform_share", uniform_share,
          "share of the states drawn uniformly, on which agreement is measured", Range{0, 1});
    visit("novelty", novelty, "weight of novelty beside uncertainty in the choice of the others",
          Range{0, 100});
    visit("max_label_age", max_label_age,
          "bound on the median age of the labels learned from, iterations; the oldest are dropped",
          Range{1, 1e7});
    visit("oldest_label", oldest_label,
          "iterations since its state was visited after which a label is never learned from; 0: no "
          "limit",
          Range{0, 1e7});
    visit("oldest_label_seconds", oldest_label_seconds,
          "the same in seconds of the run, for an asynchronous teacher; 0: no limit",
          Range{0, 1e9});
    visit("capacity", capacity, "labels kept; the oldest leaves", Range{1, 1e6});
    visit("min_labels", min_labels,
          "labels before the student ranks; until then fatigue_aware does", Range{1, 1e6});
    visit("hidden", hidden, "width of both hidden layers", Range{1, 1024});
    visit("learning_rate", learning_rate, "step of Adam", Range{1e-6, 1});
    visit("steps_per_iteration", steps_per_iteration, "gradient steps after each iteration",
          Range{0, 1e5});
    visit("minibatch", minibatch, "labels of a gradient step", Range{1, 1e5});
    visit("depth", depth, "places of a label's ranking that are learned", Range{1, 10000});
    visit("gap_users", gap_users,
          "validation users whose sessions the teacher plans too, for the return gap; 0: none",
          Range{0, 1e6});
    visit("gap_every", gap_every,
          "iterations between two measurements of the return gap, at points of the learning curve; "
          "0: at the last one alone",
          Range{0, 1e7});
    visit("seed", seed, "of the network's first weights", Range{0, 9e15});
  }
};

}  // namespace lerl
