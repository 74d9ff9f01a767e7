#include "lerl/learn/stored_slates.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "lerl/base/error.h"
#include "lerl/base/hash.h"
#include "lerl/base/index.h"
#include "lerl/serve/apprentice.h"

namespace lerl {
namespace {

class SlateReader {
 public:
  SlateReader(const Catalog& catalog, ServedPolicy& policy, const SessionLog& task,
              const SlatesToRead& what)
      : catalog_(catalog), policy_(policy), task_(task), what_(what) {}

  void Take(const PastSession& session) {
    const StoredSession& stored = session.stored;
    const OpenSession& whole = session.whole;
    const std::vector<double> returns = ReturnsOf(whole.live.steps);
    const int64_t before_it = found_.slates;
    SlateHistory history{.user = whole.live.user};
    session.ForEachSlate(catalog_, [&](size_t n, const LiveSession& before) {
      std::optional<DrawnStep> drawn = ReadSlate(stored.slates[n], before, whole, n);
      if (!drawn) return;
      const size_t place = At(whole.live_step[n]);
      drawn->returns = returns[place];
      Append(std::move(*drawn), before, whole.live.steps[place], stored, history);
    });
    Keep(stored, history);
    if (found_.slates == before_it) return;
    if (++found_.sessions == 1) found_.first_us = stored.session.started_us;
    found_.last_us = stored.session.started_us;
  }

  StoredSlates Result() {
    found_.hash = HexText(hash_);
    return std::move(found_);
  }

 private:
  // What position k of a slate adds to its reward.
  double RewardOf(const LiveStep& step, size_t k) const {
    return static_cast<double>(PriceFactor(task_.price_factors, step.items[k]) *
                               WeighResponses(task_.reward_weights, step.responses[k])) /
           static_cast<double>(step.items.size());
  }

  std::vector<double> ReturnsOf(const std::vector<LiveStep>& steps) const {
    std::vector<double> returns(steps.size());
    double later = 0;
    for (size_t t = steps.size(); t-- > 0;) {
      later *= what_.gamma;
      for (size_t k = 0; k < steps[t].items.size(); ++k) later += RewardOf(steps[t], k);
      returns[t] = later;
    }
    return returns;
  }

  std::nullopt_t LeaveOut(LeftOut why) {
    ++found_.left_out[At(static_cast<int>(why))];
    return std::nullopt;
  }

  // The slate in its state, but for its place and its returns; nothing where it is left out.
  std::optional<DrawnStep> ReadSlate(const SlateRecord& slate, const LiveSession& before,
                                     const OpenSession& whole, size_t n) {
    if (whole.live_step[n] < 0) return LeaveOut(LeftOut::kUnknownItems);
    const LiveStep& shown = whole.live.steps[At(whole.live_step[n])];
    if (std::ssize(shown.items) != policy_.slate_size()) return LeaveOut(LeftOut::kAnotherSize);
    const bool of_product = slate.version == kProduct;
    if (what_.imitate && !of_product) return LeaveOut(LeftOut::kNotTheProducts);
    DrawnStep drawn{
        .step = slate.step,
        .temperature = what_.imitate ? policy_.config().temperature : slate.temperature};
    for (size_t k = 0; k < shown.items.size(); ++k) {
      drawn.log_probabilities.push_back(std::log(slate.probabilities[k]));
      drawn.rewards.push_back(RewardOf(shown, k));
    }
    const auto finite = [](double log_p) { return std::isfinite(log_p); };
    if (drawn.temperature <= 0 || !std::ranges::all_of(drawn.log_probabilities, finite))
      return LeaveOut(LeftOut::kNotDrawn);
    const std::optional<std::vector<uint8_t>> plan = PlanOf(slate);
    if (!plan) return LeaveOut(LeftOut::kOtherCandidates);
    Sight sight = policy_.See(before, *plan);
    const bool inside = std::ranges::all_of(shown.items, [&sight](int32_t item) {
      return std::ranges::binary_search(sight.candidates, item);
    });
    const bool as_logged = of_product || (sight.candidates_hash == slate.candidates_hash &&
                                          sight.plan_hash == slate.plan_hash);
    if (!inside || !as_logged) return LeaveOut(LeftOut::kOtherCandidates);
    drawn.plan = *plan;
    drawn.dominant = std::move(sight.dominant);
    drawn.budget_left = sight.budget_left;
    drawn.candidates.resize(At(catalog_.dataset().num_items()));
    for (const int32_t item : sight.candidates) drawn.candidates[At(item)] = true;
    return drawn;
  }

  // The categories that were allowed, [C]; nothing where one of them is not of the data.
  std::optional<std::vector<uint8_t>> PlanOf(const SlateRecord& slate) const {
    const std::vector<std::string>& names = catalog_.dataset().categories;
    std::vector<uint8_t> plan(names.size(), slate.plan.empty() ? 1 : 0);
    for (const std::string& name : slate.plan) {
      const auto found = std::ranges::find(names, name);
      if (found == names.end()) return std::nullopt;
      plan[At(found - names.begin())] = 1;
    }
    return plan;
  }

  // Adds a slate to the history, or to a new one where what is known of earlier slates has changed.
  void Append(DrawnStep drawn, const LiveSession& before, const LiveStep& shown,
              const StoredSession& stored, SlateHistory& history) {
    std::vector<AnsweredSlate> known;
    for (const std::vector<LiveStep>* steps : {&before.past, &before.steps})
      for (const LiveStep& step : *steps)
        if (std::ssize(step.items) == policy_.slate_size())
          known.push_back({step.items, step.responses});
    if (!history.drawn.empty()) {
      const auto seen = static_cast<std::ptrdiff_t>(history.drawn.back().place);
      if (!std::equal(known.begin(), known.begin() + seen, history.slates.begin()))
        Keep(stored, history);
    }
    drawn.place = known.size();
    history.slates = std::move(known);
    history.slates.push_back({shown.items, std::vector<uint32_t>(shown.items.size())});
    history.drawn.push_back(std::move(drawn));
    ++found_.slates;
  }

  // Ends a history, and begins another one of the same user.
  void Keep(const StoredSession& stored, SlateHistory& history) {
    if (history.drawn.empty()) return;
    const auto add = [this](const auto& values) {
      hash_ = Hash(std::as_bytes(std::span(values)), hash_);
    };
    add(stored.session.user);
    for (const AnsweredSlate& slate : history.slates) {
      add(slate.items);
      add(slate.responses);
    }
    for (const DrawnStep& drawn : history.drawn) {
      add(std::array{drawn.temperature, drawn.returns, static_cast<double>(drawn.place)});
      add(drawn.plan);
      add(drawn.log_probabilities);
      add(drawn.rewards);
    }
    SlateHistory next{.user = history.user};
    found_.histories.push_back(std::exchange(history, std::move(next)));
    found_.users.push_back(stored.session.user);
  }

  const Catalog& catalog_;
  ServedPolicy& policy_;
  const SessionLog& task_;
  const SlatesToRead what_;
  uint64_t hash_ = 0;
  StoredSlates found_;
};

void RequireOwnData(const StoredSlates& found, const std::string& data, bool imitate) {
  const auto of = [&found](LeftOut why) { return found.left_out[At(static_cast<int>(why))]; };
  const int64_t unknown = of(LeftOut::kUnknownItems), others = of(LeftOut::kOtherCandidates);
  if (unknown > found.slates)
    throw Error(ErrorKind::kData, std::to_string(unknown) +
                                      " slates of the store have items that " + data +
                                      " does not know, and " + std::to_string(found.slates) +
                                      " have not; name the store of a service of this data set");
  if (others > found.slates && imitate)
    throw Error(ErrorKind::kData,
                std::to_string(others) + " slates of the product have items that the policy may " +
                    "not show, and " + std::to_string(found.slates) +
                    " have not; set show_again as in the service, and train the run without "
                    "env.exclude_history where the product shows again what people know");
  if (others > found.slates)
    throw Error(ErrorKind::kData,
                std::to_string(others) + " slates of the store were drawn from other items than " +
                    data + " and the settings give, and " + std::to_string(found.slates) +
                    " from these; set show_again and longest_past as in the service, or name the "
                    "store of a service of this data set");
}

}  // namespace

StoredSlates ReadStoredSlates(EventStore& store, const Catalog& catalog, const EventsToJudge& which,
                              ServedPolicy& policy, const SessionLog& task,
                              const SlatesToRead& what,
                              const std::function<void(int64_t)>& progress) {
  SlateReader reader(catalog, policy, task, what);
  ForEachPastSession(
      store, catalog, which, policy.config().longest_past,
      [&reader](const PastSession& session) { reader.Take(session); }, progress);
  StoredSlates found = reader.Result();
  RequireOwnData(found, catalog.dataset().name, what.imitate);
  return found;
}

}  // namespace lerl
