#include "lerl/planner/student/teacher_answer.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/base/json_text.h"
#include "lerl/planner/state_text.h"

namespace lerl {

void SaveTeacherAnswers(TensorFile& file, const std::string& name,
                        const std::deque<TeacherAnswer>& answers) {
  std::vector<const PlanSnapshot*> states;
  std::vector<int64_t> iterations;
  std::vector<double> visited;
  std::vector<uint8_t> uniform;
  std::vector<int32_t> lengths, rankings;
  std::vector<std::string> refusals;
  for (const TeacherAnswer& answer : answers) {
    states.push_back(&answer.state);
    iterations.push_back(answer.iteration);
    visited.push_back(answer.visited);
    uniform.push_back(answer.uniform ? 1 : 0);
    lengths.push_back(static_cast<int32_t>(answer.ranking.size()));
    rankings.insert(rankings.end(), answer.ranking.begin(), answer.ranking.end());
    refusals.push_back(answer.refusal);
  }
  SaveSnapshots(file, name + "/state", states);
  file.arrays[name + "/iteration"] = Array::Of(iterations);
  // Of a run that repeats to the same bytes there are no seconds.
  if (std::ranges::any_of(visited, [](double seconds) { return seconds > 0; }))
    file.arrays[name + "/visited"] = Array::Of(visited);
  file.arrays[name + "/uniform"] = Array::Of(uniform);
  file.arrays[name + "/ranking_length"] = Array::Of(lengths);
  file.arrays[name + "/ranking"] = Array::Of(rankings);  // all rankings, one after another
  SaveText(file, name + "/refusal", nlohmann::json(refusals).dump());
}

std::deque<TeacherAnswer> LoadTeacherAnswers(const TensorFile& file, const std::string& name,
                                             const SnapshotAxes& axes) {
  std::vector<PlanSnapshot> states = LoadSnapshots(file, name + "/state", axes);
  const Arrays& arrays = file.arrays;
  const int64_t count = std::ssize(states);
  const auto iterations = ReadValues<int64_t>(arrays, name + "/iteration", {count}, {0});
  std::vector<double> visited(At(count), 0);
  if (arrays.contains(name + "/visited"))
    visited = ReadValues<double>(arrays, name + "/visited", {count}, {0});
  const auto uniform = ReadValues<uint8_t>(arrays, name + "/uniform", {count}, {0, 1});
  const auto lengths = ReadValues<int32_t>(arrays, name + "/ranking_length", {count}, {0});
  const auto rankings = ReadValues<int32_t>(arrays, name + "/ranking", {-1},
                                            {0, static_cast<int32_t>(axes.categories - 1)});
  const std::vector<std::string> refusals = ParseJson(LoadText(file, name + "/refusal"));
  std::deque<TeacherAnswer> answers;
  size_t next = 0;
  for (size_t n = 0; n < states.size(); ++n) {
    TeacherAnswer answer{.state = std::move(states[n]),
                         .iteration = iterations.at(n),
                         .visited = visited.at(n),
                         .uniform = uniform.at(n) != 0,
                         .ranking = {},
                         .refusal = refusals.at(n)};
    for (int32_t place = 0; place < lengths.at(n); ++place)
      answer.ranking.push_back(static_cast<int16_t>(rankings.at(next++)));
    answers.push_back(std::move(answer));
  }
  return answers;
}

bool AnswerAgeLimit::Excludes(const TeacherAnswer& answer, int64_t iteration, double now) const {
  return (iterations > 0 && iteration - answer.iteration > iterations) ||
         (seconds > 0 && now - answer.visited > seconds);
}

void AnswerBuffer::Add(TeacherAnswer answer) {
  LERL_CHECK(answers_.empty() || answer.iteration >= answers_.back().iteration);
  answers_.push_back(std::move(answer));
  if (std::ssize(answers_) > capacity_) answers_.pop_front();
}

void AnswerBuffer::DropOld(int64_t iteration) {
  while (MedianAge(iteration) > max_age_) {
    answers_.pop_front();
    ++dropped_;
  }
}

void AnswerBuffer::DropExcluded(const AnswerAgeLimit& limit, int64_t iteration, double now) {
  std::erase_if(answers_, [&](const TeacherAnswer& answer) {
    return limit.Excludes(answer, iteration, now);
  });
}

int64_t AnswerBuffer::OldestAge(int64_t iteration) const {
  return answers_.empty() ? 0 : iteration - answers_.front().iteration;
}

int64_t AnswerBuffer::MedianAge(int64_t iteration) const {
  return answers_.empty() ? 0 : iteration - answers_[(answers_.size() - 1) / 2].iteration;
}

void AnswerBuffer::Save(TensorFile& file, const std::string& name) const {
  SaveTeacherAnswers(file, name, answers_);
  file.arrays[name + "/dropped"] = Array::Of(std::vector<int64_t>{dropped_});
}

void AnswerBuffer::Load(const TensorFile& file, const std::string& name, const SnapshotAxes& axes) {
  answers_ = LoadTeacherAnswers(file, name, axes);
  dropped_ = ReadValue<int64_t>(file.arrays, name + "/dropped", {0});
}

}  // namespace lerl
