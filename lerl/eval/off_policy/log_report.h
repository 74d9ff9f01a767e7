#pragma once
// What `lerl ope log` prints of a judgement, for people and as JSON.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "lerl/eval/off_policy/judge_log.h"

namespace lerl {

// How the log was read.
struct LogNotes {
  std::string file{};
  int64_t left_out = 0, undrawn = 0;  // rows (read_log.h)
  std::optional<int64_t> pool{};
  int64_t train_rows = 0;  // that candidates were learned from
  double cvar = 0.1;       // alpha
};

nlohmann::json JudgementJson(const LogJudgement& judgement, const LogNotes& notes);
std::string JudgementText(const LogJudgement& judgement, const LogNotes& notes);

}  // namespace lerl
