#include "lerl/agents/learning/replay.h"

#include <algorithm>
#include <type_traits>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"

namespace lerl {
namespace {

// Calls visit(name, column) for every column that is kept.
template <typename Log, typename Visit>
void VisitKept(Log& log, const Visit& visit) {
  VisitColumns(log, [&visit](const char* name, auto& column) {
    if (name != std::string_view("expected") && name != std::string_view("seed"))
      visit(name, column);
  });
}

// An empty log of `sessions` sessions, with the other sizes and the settings of `log`.
SessionLog LikeThat(const SessionLog& log, int64_t sessions) {
  SessionLog out;
  out.exclude_history = log.exclude_history;
  out.allow_repeats = log.allow_repeats;
  out.gap_discount = log.gap_discount;
  out.learn_responses = log.learn_responses;
  out.return_weight = log.return_weight;
  out.never_shown = log.never_shown;
  out.reward_weights = log.reward_weights;
  out.price_factors = log.price_factors;
  out.Resize(sessions, log.max_steps, log.slate, log.categories, log.action_width);
  return out;
}

// Copies session `source` of one log to session `target` of another, column by column.
void CopySession(const SessionLog& from, int64_t source, SessionLog& to, int64_t target) {
  VisitKept(from, [&](const char* name, const auto& column) {
    VisitKept(to, [&](const char* other, auto& out) {
      if constexpr (std::is_same_v<decltype(column),
                                   const std::remove_reference_t<decltype(out)>&>) {
        if (name != std::string_view(other)) return;
        const int64_t width = std::ssize(column) / from.sessions;
        std::copy_n(column.begin() + source * width, width, out.begin() + target * width);
      }
    });
  });
}

}  // namespace

Replay::Replay(int64_t capacity, double priority_exponent, double priority_floor)
    : Replay(capacity) {
  if (priority_exponent > 0) priorities_.emplace(capacity, priority_exponent, priority_floor);
}

void Replay::Add(const SessionLog& log) {
  if (kept_.sessions == 0) kept_ = LikeThat(log, capacity_);
  LERL_CHECK_EQ(log.max_steps, kept_.max_steps);
  LERL_CHECK_EQ(log.slate, kept_.slate);
  LERL_CHECK_EQ(log.action_width, kept_.action_width);
  for (int64_t s = 0; s < log.sessions; ++s) {
    CopySession(log, s, kept_, next_);
    if (priorities_) priorities_->Enter(next_);
    next_ = (next_ + 1) % capacity_;
    filled_ = std::min(filled_ + 1, capacity_);
  }
}

std::vector<int64_t> Replay::Draw(int64_t count, Rng& rng) const {
  LERL_CHECK(filled_ > 0);
  if (priorities_) return priorities_->Draw(count, rng);
  std::vector<int64_t> places(At(count));
  for (int64_t& place : places)
    place = static_cast<int64_t>(rng.Below(static_cast<uint64_t>(filled_)));
  return places;
}

SessionLog Replay::SessionsAt(std::span<const int64_t> places) const {
  SessionLog out = LikeThat(kept_, std::ssize(places));
  for (size_t s = 0; s < places.size(); ++s)
    CopySession(kept_, places[s], out, static_cast<int64_t>(s));
  return out;
}

void Replay::Save(const std::string& prefix, Arrays& arrays) const {
  if (priorities_) priorities_->Save(prefix, arrays);
  arrays[prefix + "axes"] =
      Array::Of(std::vector<int64_t>{filled_, next_, kept_.sessions, kept_.max_steps, kept_.slate,
                                     kept_.categories, kept_.action_width});
  arrays[prefix + "settings"] = Array::Of(
      std::vector<double>{double(kept_.exclude_history), double(kept_.allow_repeats),
                          kept_.gap_discount, double(kept_.learn_responses), kept_.return_weight});
  arrays[prefix + "never_shown"] = Array::Of(kept_.never_shown);
  arrays[prefix + "reward_weights"] = Array::Of(kept_.reward_weights);
  if (!kept_.price_factors.empty())
    arrays[prefix + "price_factors"] = Array::Of(kept_.price_factors);
  VisitKept(kept_, [&](const char* name, const auto& column) {
    using Value = typename std::remove_cvref_t<decltype(column)>::value_type;
    if constexpr (std::is_same_v<Value, int16_t> || std::is_same_v<Value, uint32_t>) {
      arrays[prefix + name] = Array::Of(std::vector<int32_t>(column.begin(), column.end()));
    } else {
      arrays[prefix + name] = Array::Of(column);
    }
  });
}

void Replay::Load(const std::string& prefix, const Arrays& arrays) {
  if (priorities_) priorities_->Load(prefix, arrays);
  const auto axes = ReadValues<int64_t>(arrays, prefix + "axes", {7}, {0});
  filled_ = axes[0], next_ = axes[1];
  kept_ = SessionLog{};
  if (axes[2] == 0) return;
  LERL_CHECK_EQ(axes[2], capacity_);
  LERL_CHECK(filled_ <= capacity_ && next_ < capacity_);
  ResizeForColumns({axes[2], axes[3], axes[4], axes[5], axes[6]}, prefix, arrays, kept_);
  const auto settings = ReadValues<double>(arrays, prefix + "settings", {5});
  kept_.exclude_history = settings.at(0) != 0, kept_.allow_repeats = settings.at(1) != 0;
  kept_.gap_discount = settings.at(2), kept_.learn_responses = settings.at(3) != 0;
  kept_.return_weight = settings.at(4);
  kept_.never_shown = ReadValues<uint8_t>(arrays, prefix + "never_shown", {-1}, {0, 1});
  kept_.reward_weights = ReadValues<double>(arrays, prefix + "reward_weights", {-1});
  if (arrays.contains(prefix + "price_factors"))
    kept_.price_factors = ReadValues<float>(arrays, prefix + "price_factors", {-1});
  VisitKept(kept_, [&](const char* name, auto& column) {
    using Value = typename std::remove_cvref_t<decltype(column)>::value_type;
    const std::vector<int64_t> shape = {std::ssize(column)};
    if constexpr (std::is_same_v<Value, int16_t> || std::is_same_v<Value, uint32_t>) {
      const auto stored = ReadValues<int32_t>(arrays, prefix + name, shape);
      for (size_t i = 0; i < column.size(); ++i) column[i] = static_cast<Value>(stored[i]);
    } else {
      column = ReadValues<Value>(arrays, prefix + name, shape);
    }
  });
}

}  // namespace lerl
