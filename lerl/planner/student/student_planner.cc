#include "lerl/planner/student/student_planner.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/base/json_text.h"
#include "lerl/planner/ranking.h"
#include "lerl/planner/rules/fatigue_aware_planner.h"
#include "lerl/planner/state_text.h"
#include "lerl/planner/student/agreement.h"

namespace lerl {
namespace {

constexpr size_t kMostStates = 4096;  // states of an iteration that are kept to choose from
constexpr int64_t kNdcgAt = 5;
constexpr char kTooFewAnswers[] = "student: too few labels yet, ranked by fatigue_aware";

StudentNetwork::Shape ShapeOf(const PlannerConfig& config, const Dataset& dataset) {
  const int64_t categories = dataset.num_categories();
  return {.categories = categories,
          .features = StudentFeatures::kCategoryWidth,
          .shared = StudentFeatures::SharedWidth(categories),
          .hidden = config.student.hidden};
}

}  // namespace

StudentPlanner::StudentPlanner(const PlannerConfig& config, const PlannerContext& context,
                               std::unique_ptr<Planner> teacher, Clock clock)
    : config_(config),
      axes_{context.dataset.num_categories(), context.dataset.num_items(),
            context.dataset.num_users()},
      features_(config, context),
      network_(ShapeOf(config, context.dataset), static_cast<uint64_t>(config.student.seed)),
      cold_start_(MakeFatigueAwarePlanner(config, context)),
      teacher_(std::make_unique<Teacher>(
          std::move(teacher),
          Teacher::Options{config.student.asynchronous, config.student.teacher_batch})),
      age_limit_{config.student.oldest_label, config.student.oldest_label_seconds},
      clock_(std::move(clock)),
      clock_began_(age_limit_.seconds > 0 ? clock_() : 0),
      choice_(config.student.novelty, config.student.uniform_share),
      buffer_(config.student.capacity, config.student.max_label_age) {}

StudentPlanner::~StudentPlanner() = default;

StudentPlanner::Clock StudentPlanner::SteadyClock() {
  return [] {
    const auto since = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration<double>(since).count();
  };
}

double StudentPlanner::RunSeconds() const {
  return age_limit_.seconds > 0 ? seconds_before_ + clock_() - clock_began_ : 0;
}

Plan StudentPlanner::RankByNetwork(const PlanRequest& request) {
  features_.Compute(request, input_);
  network_.Scores(input_, scores_);
  return RankByScores(name(), scores_, request.candidates);
}

std::vector<Plan> StudentPlanner::Rank(std::span<const PlanRequest> requests, PlanMode mode) {
  if (playing_ != nullptr) return playing_->Rank(requests, PlanMode::kEvaluation);
  std::vector<Plan> plans;
  plans.reserve(requests.size());
  for (const PlanRequest& request : requests) {
    plans.push_back(RankByNetwork(request));
    if (collecting_) Collect(request, Uncertainty(scores_, request.candidates));
  }
  const auto count = std::ssize(requests);
  counts_[Ranks() ? "rankings by the student" : "rankings at the cold start"] += count;
  if (Ranks()) return plans;
  plans = cold_start_->Rank(requests, mode);
  for (Plan& plan : plans) {
    plan.origin = PlanOrigin::kFallback;
    plan.reason = kTooFewAnswers;
  }
  return plans;
}

// Reservoir sampling: each state of the iteration is kept with the same probability.
void StudentPlanner::Collect(const PlanRequest& request, double uncertainty) {
  const Candidate candidate{uncertainty, Sketch(request)};
  const auto seen = static_cast<uint64_t>(states_seen_++);
  if (states_.size() < kMostStates) {
    // A student knows no wishes, and its teacher is to answer as if there were none.
    states_.emplace_back(request).wish.clear();
    candidates_.push_back(candidate);
    return;
  }
  const uint64_t place = Rng(iteration_seed_, "states kept", seen).Below(seen + 1);
  if (place >= kMostStates) return;
  states_[place] = PlanSnapshot(request);
  states_[place].wish.clear();
  candidates_[place] = candidate;
}

void StudentPlanner::BeginIteration(uint64_t seed, PlanMode mode) {
  iteration_seed_ = seed;
  if (playing_ != nullptr) playing_->BeginIteration(seed, PlanMode::kEvaluation);
  if (mode != PlanMode::kTraining || playing_ != nullptr) return;
  collecting_ = true;
  states_.clear();
  candidates_.clear();
  states_seen_ = 0;
}

void StudentPlanner::Reflect(std::span<const EndedSession> sessions) {
  if (!collecting_) return;
  collecting_ = false;
  ++iteration_;
  // 1. States are chosen and the teacher is asked about them.
  AskTeacher();
  // 2. The teacher ends its own iteration.
  counts_["iterations that the teacher missed"] +=
      teacher_->EndIteration(iteration_seed_, sessions);
  // 3. Answers that have arrived: agreement is measured, then they are taken in.
  TakeAnswers();
  // 4. Minibatches of the listwise loss.
  Learn();
}

void StudentPlanner::AskTeacher() {
  const int64_t most =
      std::min(config_.student.states_per_iteration, config_.student.max_labels - answers_asked_);
  if (most <= 0) return;
  Rng rng(iteration_seed_, "states to label");
  const double visited = RunSeconds();
  std::deque<TeacherAnswer> asked;
  for (const Choice& choice : choice_.Choose(candidates_, most, rng)) {
    asked.push_back({.state = std::move(states_[choice.place]),
                     .iteration = iteration_,
                     .visited = visited,
                     .uniform = choice.uniform,
                     .ranking = {},
                     .refusal = ""});
  }
  answers_asked_ += std::ssize(asked);
  // States that an asynchronous teacher had not begun with give way and do not count as asked.
  const std::deque<TeacherAnswer> replaced = teacher_->Ask(std::move(asked));
  answers_asked_ -= std::ssize(replaced);
  for (const TeacherAnswer& answer : replaced) choice_.Forget(Sketch(answer.state.View()));
  counts_["states replaced by newer ones"] += std::ssize(replaced);
}

void StudentPlanner::TakeAnswers() {
  const double now = RunSeconds();
  for (TeacherAnswer& answer : teacher_->Take()) {
    if (answer.ranking.empty()) {
      ++counts_["labels refused: " + answer.refusal];
      continue;
    }
    if (age_limit_.Excludes(answer, iteration_, now)) {
      ++counts_["labels that came too old to learn from"];
      continue;
    }
    if (answer.uniform) {  // agreement, before the network learns from the answer
      const std::vector<int16_t> own = RankByNetwork(answer.state.View()).ranking;
      agreements_.push_back({TopOverlap(own, answer.ranking, config_.plan_size),
                             RankingNdcg(own, answer.ranking, kNdcgAt)});
      if (std::ssize(agreements_) > kAgreementAnswers) agreements_.pop_front();
    }
    ++answers_learned_;
    buffer_.Add(std::move(answer));
  }
  buffer_.DropOld(iteration_);
  const int64_t before = std::ssize(buffer_.answers());
  buffer_.DropExcluded(age_limit_, iteration_, now);
  if (age_limit_.any())
    counts_["labels that became too old to learn from"] += before - std::ssize(buffer_.answers());
}

void StudentPlanner::Learn() {
  const std::deque<TeacherAnswer>& answers = buffer_.answers();
  loss_ = 0;
  if (answers.empty()) return;
  Rng rng(iteration_seed_, "minibatches");
  const auto size = At(config_.student.minibatch);
  std::vector<StudentInput> inputs(size);
  std::vector<StudentNetwork::Example> minibatch(size);
  for (int64_t step = 0; step < config_.student.steps_per_iteration; ++step) {
    for (size_t i = 0; i < size; ++i) {
      const TeacherAnswer& answer = answers[rng.Below(answers.size())];
      features_.Compute(answer.state.View(), inputs[i]);
      minibatch[i] = {&inputs[i], answer.state.candidates, answer.ranking};
    }
    loss_ += network_.Learn(minibatch, config_.student.depth, config_.student.learning_rate) /
             static_cast<double>(config_.student.steps_per_iteration);
  }
}

void StudentPlanner::SetTeacherPlays(bool plays) {
  LERL_CHECK_EQ(playing_ == nullptr, plays);
  if (plays) {
    playing_ = &teacher_->Hold();
  } else {
    playing_ = nullptr;
    teacher_->Release();
  }
}

TeachingFigures StudentPlanner::Teaching() const {
  TeachingFigures figures{.labels = answers_learned_,
                          .labels_kept = std::ssize(buffer_.answers()),
                          .median_age = buffer_.MedianAge(iteration_),
                          .loss = loss_};
  for (const Agreement& agreement : agreements_) {
    figures.overlap += agreement.overlap / static_cast<double>(agreements_.size());
    figures.ndcg += agreement.ndcg / static_cast<double>(agreements_.size());
  }
  return figures;
}

PlannerReport StudentPlanner::Report() const {
  // While the teacher plays, its own report is newer than the one that `teacher_` keeps.
  const PlannerReport of_teacher = playing_ != nullptr ? playing_->Report() : teacher_->Report();
  PlannerReport report{.counts = {counts_.begin(), counts_.end()},
                       .stop_reason = of_teacher.stop_reason};
  report.counts.emplace_back("labels", answers_learned_);
  report.counts.emplace_back("labels dropped for their age", buffer_.dropped());
  if (age_limit_.any())
    report.counts.emplace_back("age of the oldest label", buffer_.OldestAge(iteration_));
  for (const auto& [name, count] : of_teacher.counts)
    report.counts.emplace_back("teacher: " + name, count);
  for (const auto& [name, value] : of_teacher.figures)
    report.figures.emplace_back("teacher: " + name, value);
  return report;
}

void StudentPlanner::Save(TensorFile& file) const {
  LERL_CHECK(playing_ == nullptr);
  std::vector<double> agreements;
  for (const Agreement& agreement : agreements_)
    agreements.insert(agreements.end(), {agreement.overlap, agreement.ndcg});
  nlohmann::json state = {{"iteration", iteration_},
                          {"iteration_seed", iteration_seed_},
                          {"labels_asked", answers_asked_},
                          {"labels_learned", answers_learned_},
                          {"loss", loss_},
                          {"counts", counts_},
                          {"agreements", agreements}};
  if (age_limit_.seconds > 0) state["seconds"] = RunSeconds();
  teacher_->Save(file, "student/teacher");
  SaveText(file, "student/state", state.dump());
  network_.Save(file, "student/network");
  choice_.Save(file, "student/choice");
  buffer_.Save(file, "student/labels");
}

void StudentPlanner::Load(const TensorFile& file) {
  const nlohmann::json state = ParseJson(LoadText(file, "student/state"));
  iteration_ = state.at("iteration");
  iteration_seed_ = state.at("iteration_seed");
  answers_asked_ = state.at("labels_asked");
  answers_learned_ = state.at("labels_learned");
  loss_ = state.at("loss");
  seconds_before_ = state.value("seconds", 0.0);
  clock_began_ = age_limit_.seconds > 0 ? clock_() : 0;
  counts_ = state.at("counts").get<std::map<std::string, int64_t>>();
  const std::vector<double> agreements = state.at("agreements");
  agreements_.clear();
  for (size_t i = 0; i + 1 < agreements.size(); i += 2)
    agreements_.push_back({agreements[i], agreements[i + 1]});
  teacher_->Load(file, "student/teacher", axes_);
  network_.Load(file, "student/network");
  choice_.Load(file, "student/choice");
  buffer_.Load(file, "student/labels", axes_);
}

std::unique_ptr<Planner> MakeStudentPlanner(const PlannerConfig& config,
                                            const PlannerContext& context,
                                            std::unique_ptr<Planner> teacher) {
  return std::make_unique<StudentPlanner>(config, context, std::move(teacher));
}

}  // namespace lerl
