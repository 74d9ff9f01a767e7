#include "lerl/serve/session_upkeep.h"

#include <algorithm>
#include <utility>

#include "lerl/base/error.h"
#include "lerl/base/field_visitor.h"
#include "lerl/serve/time_format.h"

namespace lerl {
namespace {

constexpr int64_t kAtOnce = 200;  // slates or sessions; others write meanwhile

}  // namespace

SessionUpkeep::SessionUpkeep(EventStore& store, const RecommenderConfig& config,
                             const Dataset& dataset, Clock clock)
    : store_(store),
      wait_us_(static_cast<int64_t>(config.default_answer.after_seconds * 1e6)),
      idle_us_(config.idle_minutes * kMinuteUs),
      keep_us_(config.keep_days * kDayUs),
      clock_(std::move(clock)) {
  const DefaultAnswerConfig& answer = config.default_answer;
  const std::string behaviour =
      answer.behaviour.empty() ? dataset.behaviours.at(0) : answer.behaviour;
  if (std::ranges::find(dataset.behaviours, behaviour) == dataset.behaviours.end())
    throw Error(ErrorKind::kConfig, "recommend.default_answer.behaviour: the data have no " +
                                        behaviour + "; they have " + JoinNames(dataset.behaviours));
  answer_ = {{behaviour, answer.value}};
}

EventStore::DefaultAnswers SessionUpkeep::AnswerByDefault() {
  if (wait_us_ <= 0) return {};
  const int64_t now = clock_();
  return store_.AnswerByDefault(now - wait_us_, now, answer_, kAtOnce);
}

std::vector<std::string> SessionUpkeep::EndIdle() {
  const int64_t now = clock_();
  return store_.EndIdle(now - idle_us_, now, kAtOnce);
}

int64_t SessionUpkeep::DeleteOld() {
  return keep_us_ > 0 ? store_.DeleteBefore(clock_() - keep_us_) : 0;
}

}  // namespace lerl
