#include "lerl/llm/endpoint/label_scores.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string_view>

#include "lerl/base/index.h"
#include "lerl/llm/answer_text.h"
#include "lerl/llm/labels.h"

namespace lerl {
namespace {

// The token without a space before it, which tokenisers write in different ways.
std::string WithoutSpace(const std::string& token) {
  for (const std::string_view space : {" ", "\xC4\xA0", "\xE2\x96\x81"}) {  // U+0120, U+2581
    if (token.starts_with(space)) return token.substr(space.size());
  }
  return token;
}

// Whether a label may begin a sentence as a word.
bool IsWordToo(const std::string& label) { return label == "A" || label == "I" || label == "a"; }

// Adds the label that an entry is, or the labels of which it consists with blanks between them, to
// `places`. Returns whether it is nothing else.
bool AddLabels(const std::string& entry, std::span<const std::string> labels,
               std::vector<size_t>& places) {
  const auto add = [&](const std::string& word) {
    const auto found = std::find(labels.begin(), labels.end(), word);
    if (found != labels.end()) places.push_back(At(found - labels.begin()));
    return found != labels.end();
  };
  if (add(entry)) return true;
  constexpr char kBlanks[] = " \t\r";
  if (entry.find_first_of(kBlanks) == std::string::npos) return false;
  for (size_t begin = 0; begin < entry.size();) {
    const size_t end = std::min(entry.find_first_of(kBlanks, begin), entry.size());
    if (end > begin && !add(entry.substr(begin, end - begin))) return false;
    begin = end + 1;
  }
  return true;
}

}  // namespace

double ProbabilityOfLabels(const TokenLogprobs& logprobs, std::span<const std::string> labels) {
  double probability = 0;
  for (const auto& [token, logprob] : logprobs)
    if (std::ranges::find(labels, WithoutSpace(token)) != labels.end())
      probability += std::exp(logprob);
  return probability;
}

LabelScores ScoresFromLogprobs(const TokenLogprobs& logprobs, std::span<const std::string> labels) {
  double floor = std::numeric_limits<double>::max();
  for (const auto& [token, logprob] : logprobs) floor = std::min(floor, logprob);
  std::vector<double> scores;
  LabelScores result;
  double of_words = 0, of_others = 0;
  for (const std::string& label : labels) {
    const double probability = ProbabilityOfLabels(logprobs, {&label, 1});
    (IsWordToo(label) ? of_words : of_others) += probability;
    result.unlisted.push_back(probability > 0 ? 0 : 1);
    scores.push_back(probability > 0 ? std::log(probability) : floor);
  }
  if (of_others < kLeastOfLabels && of_words + of_others < 0.5) return {};
  result.scores = NormaliseScores(scores);
  return result;
}

LabelScores ScoresFromList(const std::string& text, std::span<const std::string> labels) {
  const std::optional<std::vector<std::string>> entries = ListEntries(text);
  std::vector<size_t> named;
  if (!entries) return {};
  for (const std::string& entry : *entries)
    if (!AddLabels(entry, labels, named)) return {};
  std::vector<double> scores(labels.size(), -static_cast<double>(labels.size()));
  LabelScores result{.unlisted = std::vector<uint8_t>(labels.size(), 1)};
  int place = 0;
  for (const size_t label : named) {
    if (result.unlisted[label] == 0) continue;
    result.unlisted[label] = 0;
    scores[label] = -place++;
  }
  if (place == 0) return {};
  result.scores = NormaliseScores(scores);
  return result;
}

}  // namespace lerl
