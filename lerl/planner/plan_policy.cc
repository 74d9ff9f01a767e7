#include "lerl/planner/plan_policy.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/base/json_text.h"
#include "lerl/planner/registry.h"
#include "lerl/planner/session_state.h"
#include "lerl/planner/state_text.h"

namespace lerl {

struct PlanPolicy::Session {
  bool running = false;
  int32_t user = 0;
  uint64_t seed = 0;
  SessionState state;
  std::vector<uint8_t> candidates;
  lerl::Plan ranked;               // the latest answer of the planner
  std::vector<uint8_t> kept;       // the plan that was made from it
  std::vector<int16_t> raw_first;  // of the latest ranking, sorted
  bool fresh = false;              // `ranked` was made for this step
  int ranked_step = -1;            // the step that `ranked` was made for; -1: none yet
  std::string wish;                // the latest
  bool wish_changed = false;       // since the step before
};

std::vector<int16_t> SlotPlan::InOrder() const {
  std::vector<int16_t> ordered;
  std::vector<uint8_t> rest = plan;
  const auto take = [&](int16_t category) {
    if (std::exchange(rest[At(category)], uint8_t{0}) != 0) ordered.push_back(category);
  };
  for (const int16_t category : ranking) take(category);
  for (int16_t category = 0; category < std::ssize(rest); ++category) take(category);
  return ordered;
}

double PlanCounts::unlisted_per_plan() const {
  int64_t asked = 0;
  for (const PlanOrigin origin : {PlanOrigin::kFresh, PlanOrigin::kCached, PlanOrigin::kNearest})
    asked += by_origin[At(origin)];
  return asked == 0 ? 0 : static_cast<double>(unlisted_labels) / static_cast<double>(asked);
}

double PlanCounts::FallbackShareInTraining() const {
  int64_t asked = -in_training[At(PlanOrigin::kKept)];
  for (const int64_t count : in_training) asked += count;
  return asked == 0 ? 0
                    : static_cast<double>(in_training[At(PlanOrigin::kFallback)]) /
                          static_cast<double>(asked);
}

void PlanCounts::Add(const PlanCounts& other) {
  plans += other.plans;
  for (int origin = 0; origin < kPlanOrigins; ++origin)
    by_origin[origin] += other.by_origin[origin];
  for (int origin = 0; origin < kPlanOrigins; ++origin)
    in_training[origin] += other.in_training[origin];
  widened_plans += other.widened_plans;
  widened_categories += other.widened_categories;
  pairs += other.pairs;
  same_first_3 += other.same_first_3;
  unlisted_labels += other.unlisted_labels;
  for (const auto& [reason, count] : other.reasons) reasons[reason] += count;
  for (const auto& [reason, count] : other.rankings) rankings[reason] += count;
}

std::string PlanCounts::ToText() const {
  nlohmann::json state = {
      {"plans", plans},
      {"by_origin", std::vector<int64_t>(by_origin, by_origin + kPlanOrigins)},
      {"in_training", std::vector<int64_t>(in_training, in_training + kPlanOrigins)},
      {"widened_plans", widened_plans},
      {"widened_categories", widened_categories},
      {"pairs", pairs},
      {"same_first_3", same_first_3},
      {"reasons", reasons},
      {"rankings", rankings}};
  if (unlisted_labels > 0) state["unlisted_labels"] = unlisted_labels;
  return state.dump();
}

PlanCounts PlanCounts::FromText(const std::string& text) {
  const nlohmann::json state = ParseJson(text);
  PlanCounts counts;
  counts.plans = state.at("plans");
  for (size_t origin = 0; origin < kPlanOrigins; ++origin) {
    counts.by_origin[origin] = state.at("by_origin").at(origin);
    counts.in_training[origin] = state.at("in_training").at(origin);
  }
  counts.widened_plans = state.at("widened_plans");
  counts.widened_categories = state.at("widened_categories");
  counts.pairs = state.at("pairs");
  counts.same_first_3 = state.at("same_first_3");
  counts.unlisted_labels = state.value("unlisted_labels", int64_t{0});
  counts.reasons = state.at("reasons").get<std::map<std::string, int64_t>>();
  counts.rankings = state.at("rankings").get<std::map<std::string, int64_t>>();
  return counts;
}

PlanPolicy::PlanPolicy(const Dataset& dataset, PlannerConfig config,
                       std::unique_ptr<Planner> planner, int slate_size)
    : dataset_(dataset),
      config_(std::move(config)),
      ranks_(FindPlannerRow(config_.name).ranks),
      planner_(std::move(planner)),
      slate_size_(slate_size),
      categories_(At(dataset.num_categories())),
      items_of_category_(categories_) {
  LERL_CHECK(planner_ != nullptr);
  for (int64_t item = 0; item < dataset.num_items(); ++item) {
    for (const int32_t category : dataset.CategoriesOf(item)) {
      items_of_category_[At(category)].push_back(static_cast<int32_t>(item));
    }
  }
}

PlanPolicy::~PlanPolicy() = default;

void PlanPolicy::Prepare(int slots) { sessions_.assign(At(slots), Session{}); }

void PlanPolicy::Start(int slot, int32_t user, uint64_t session_seed) {
  Session session;
  session.running = true;
  session.user = user;
  session.seed = session_seed;
  session.state = SessionState(categories_);
  sessions_.at(At(slot)) = std::move(session);
}

void PlanPolicy::Plan(std::span<const SlotInput> inputs, PlanMode mode,
                      std::vector<SlotPlan>& plans) {
  // 1. Candidates of every session, and which sessions are due for a new ranking.
  std::vector<PlanRequest> requests;
  std::vector<size_t> due;
  for (size_t i = 0; i < inputs.size(); ++i) {
    Session& session = sessions_.at(At(inputs[i].slot));
    LERL_CHECK(session.running);
    FindCandidates(inputs[i], session);
    TakeWish(inputs[i], session);
    const char* why = WhyDue(inputs[i].step, session);
    session.fresh = why != nullptr;
    if (!session.fresh) continue;
    session.ranked_step = inputs[i].step;
    session.wish_changed = false;
    ++counts_.rankings[why];
    due.push_back(i);
    requests.push_back(RequestOf(inputs[i], session));
  }
  // 2. One call to the planner ranks all of these; the plan is the first plan_size of a ranking.
  if (!requests.empty()) {
    std::vector<lerl::Plan> answers = planner_->Rank(requests, mode);
    LERL_CHECK_EQ(answers.size(), requests.size());
    for (size_t i = 0; i < due.size(); ++i) {
      TakeRanking(std::move(answers[i]), sessions_[At(inputs[due[i]].slot)]);
    }
  }
  // 3. Every session gets its new plan or the one that it keeps, widened where items are short.
  plans.resize(inputs.size());
  for (size_t i = 0; i < inputs.size(); ++i) {
    Compose(inputs[i], sessions_[At(inputs[i].slot)], plans[i]);
    if (mode == PlanMode::kTraining) ++counts_.in_training[At(plans[i].origin)];
  }
}

std::optional<PlanRequest> PlanPolicy::Foresee(const SlotInput& input) {
  Session& session = sessions_.at(At(input.slot));
  LERL_CHECK(session.running);
  FindCandidates(input, session);
  TakeWish(input, session);
  if (WhyDue(input.step, session) == nullptr) return std::nullopt;
  return RequestOf(input, session);
}

const char* PlanPolicy::WhyDue(int step, const Session& session) const {
  if (session.ranked_step < 0) return "first";
  if (session.wish_changed) return "wish";
  if (config_.replan == "every_n") return step % config_.cadence == 0 ? "every n" : nullptr;
  if (step - session.ranked_step >= config_.cadence) return "every n";
  const SessionState& state = session.state;
  if (config_.replan == "on_saturation") {
    for (size_t c = 0; c < categories_; ++c) {
      if (session.kept[c] != 0 && static_cast<double>(state.exposure[c]) >= config_.saturated)
        return "saturation";
    }
    return nullptr;
  }
  // on_surprise: the last slate's share of likes against that of all slates before it.
  const auto last = static_cast<double>(state.last_items.size());
  if (state.items_shown <= last) return nullptr;
  const auto liked =
      static_cast<double>(std::count_if(state.last_responses.begin(), state.last_responses.end(),
                                        [](uint32_t response) { return (response & 1U) != 0; }));
  const double before = (state.items_liked - liked) / (state.items_shown - last);
  return std::abs(liked / last - before) >= config_.surprise ? "surprise" : nullptr;
}

void PlanPolicy::TakeWish(const SlotInput& input, Session& session) {
  if (input.wish == session.wish) return;
  session.wish = input.wish;
  session.wish_changed = true;
}

void PlanPolicy::FindCandidates(const SlotInput& input, Session& session) const {
  session.candidates.assign(categories_, 0);
  bool any = false;
  for (size_t c = 0; c < categories_; ++c) {
    session.candidates[c] = HasAllowedItem(c, input.excluded) ? 1 : 0;
    any |= session.candidates[c] != 0 && input.dominant[c] == 0;
  }
  if (!config_.skip_last || !any || !ranks_) return;
  for (size_t c = 0; c < categories_; ++c) {
    if (input.dominant[c] != 0) session.candidates[c] = 0;
  }
}

bool PlanPolicy::HasAllowedItem(size_t category, std::span<const uint8_t> excluded) const {
  const std::vector<int32_t>& items = items_of_category_[category];
  return std::any_of(items.begin(), items.end(),
                     [&](int32_t item) { return excluded[At(item)] == 0; });
}

// An item of several planned categories is counted once, at the first of them.
bool PlanPolicy::HoldsSlate(std::span<const uint8_t> plan,
                            std::span<const uint8_t> excluded) const {
  int left = slate_size_;
  for (size_t c = 0; c < categories_; ++c) {
    if (plan[c] == 0) continue;
    for (const int32_t item : items_of_category_[c]) {
      if (excluded[At(item)] != 0) continue;
      const auto of_item = dataset_.CategoriesOf(item);
      const auto first = std::find_if(of_item.begin(), of_item.end(),
                                      [&](int32_t category) { return plan[At(category)] != 0; });
      if (*first == static_cast<int32_t>(c) && --left <= 0) return true;
    }
  }
  return false;
}

PlanRequest PlanPolicy::RequestOf(const SlotInput& input, const Session& session) const {
  PlanRequest request = session.state.Request();
  request.slot = input.slot;
  request.step = input.step;
  request.user = session.user;
  request.seed = session.seed;
  request.candidates = session.candidates;
  request.dominant = input.dominant;
  request.wish = session.wish;
  return request;
}

void PlanPolicy::TakeRanking(lerl::Plan answer, Session& session) {
  // The contract of a planner: it ranks candidates alone, each at most once.
  std::vector<uint8_t> seen(categories_, 0);
  for (const int16_t category : answer.ranking) {
    const auto c = At(category);
    LERL_CHECK(c < categories_ && session.candidates[c] != 0 && seen[c] == 0);
    seen[c] = 1;
  }
  // Does the ranking begin with the same three categories as the session's last one?
  std::vector<int16_t> first = answer.raw_first;
  if (first.empty()) {
    const size_t count = std::min<size_t>(3, answer.ranking.size());
    first.assign(answer.ranking.begin(),
                 answer.ranking.begin() + static_cast<std::ptrdiff_t>(count));
  }
  std::sort(first.begin(), first.end());
  if (!session.raw_first.empty()) {
    ++counts_.pairs;
    counts_.same_first_3 += first == session.raw_first ? 1 : 0;
  }
  session.raw_first = std::move(first);
  counts_.unlisted_labels += answer.unlisted;
  // The plan: the first plan_size of the ranking.
  session.ranked = std::move(answer);
  session.kept.assign(categories_, 0);
  const size_t size = std::min(At(config_.plan_size), session.ranked.ranking.size());
  for (size_t i = 0; i < size; ++i) {
    session.kept[At(session.ranked.ranking[i])] = 1;
  }
}

void PlanPolicy::Compose(const SlotInput& input, Session& session, SlotPlan& plan) {
  plan.ranking = session.ranked.ranking;
  plan.origin = session.fresh ? session.ranked.origin : PlanOrigin::kKept;
  plan.reason = session.fresh ? session.ranked.reason : "";
  plan.widened = 0;
  if (!ranks_) {
    plan.plan.assign(categories_, 1);
  } else {
    plan.plan = session.kept;
    if (!session.fresh) {
      for (size_t c = 0; c < categories_; ++c) plan.plan[c] &= session.candidates[c];
    }
    Widen(input, session, plan);
  }
  ++counts_.plans;
  ++counts_.by_origin[At(plan.origin)];
  if (!plan.reason.empty()) ++counts_.reasons[plan.reason];
  counts_.widened_plans += plan.widened > 0 ? 1 : 0;
  counts_.widened_categories += plan.widened;
}

void PlanPolicy::Widen(const SlotInput& input, const Session& session, SlotPlan& plan) const {
  // Candidates are added one after another: by rank, then by id.
  std::vector<int16_t> order = session.ranked.ranking;
  for (size_t c = 0; c < categories_; ++c) order.push_back(static_cast<int16_t>(c));
  size_t next = 0;
  while (!HoldsSlate(plan.plan, input.excluded)) {
    while (next < order.size() &&
           (plan.plan[At(order[next])] != 0 || session.candidates[At(order[next])] == 0)) {
      ++next;
    }
    if (next == order.size()) break;
    plan.plan[At(order[next])] = 1;
    ++plan.widened;
  }
  if (HoldsSlate(plan.plan, input.excluded)) return;
  // All candidates together hold too few items: the plan becomes all categories.
  for (uint8_t& category : plan.plan) {
    plan.widened += category == 0 ? 1 : 0;
    category = 1;
  }
}

void PlanPolicy::Observe(int slot, std::span<const int32_t> items,
                         std::span<const uint32_t> responses) {
  Session& session = sessions_.at(At(slot));
  session.state.Observe(dataset_, items, responses, config_.decay);
}

void PlanPolicy::Save(TensorFile& file) const {
  SaveText(file, "plan_policy/counts", counts_.ToText());
  planner_->Save(file);
}

void PlanPolicy::Load(const TensorFile& file) {
  counts_ = PlanCounts::FromText(LoadText(file, "plan_policy/counts"));
  planner_->Load(file);
}

}  // namespace lerl
