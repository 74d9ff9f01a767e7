// What a language model or its server answers: a body of the chat API, and in it, or by itself, a
// list of labels.

#include <array>
#include <cmath>
#include <string>

#include "lerl/base/check.h"
#include "lerl/llm/answer_text.h"
#include "lerl/llm/endpoint/chat_api.h"
#include "lerl/planner/llm/plan_parser.h"
#include "tests/fuzz/scratch_file.h"

namespace lerl {
namespace {

const std::array<std::string, 4> kLabels = {"A", "B", "C", "Drama"};

void CheckScores(const LabelScores& scores) {
  LERL_CHECK(scores.scores.empty() || scores.scores.size() == kLabels.size());
  LERL_CHECK_EQ(scores.scores.size(), scores.unlisted.size());
  for (const float score : scores.scores) LERL_CHECK(std::isfinite(score));
}

void ReadText(const std::string& text) {
  CheckScores(ScoresFromList(text, kLabels));
  LERL_CHECK(WithoutThinking(text).size() <= text.size());
  const ParsedPlan plan = ParsePlan(PlainList(text), kLabels);
  LERL_CHECK(plan.labels.size() <= kLabels.size());
  LERL_CHECK(!plan.error.empty() || !plan.labels.empty());
}

}  // namespace
}  // namespace lerl

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(lerl::TextOf(data, size));
  const lerl::ChatAnswer answer = lerl::ParseChatAnswer(text);
  LERL_CHECK(answer.used.input >= 0 && answer.used.output >= 0);
  lerl::CheckScores(lerl::ScoresFromLogprobs(answer.logprobs, lerl::kLabels));
  lerl::ReadText(answer.text);
  lerl::ReadText(text);
  lerl::ParseChatError(text);
  return 0;
}
