#pragma once
// Scores of labels from what a chat completions API answers.
//
// Scores of labels c from the listed log-probabilities of the answer's first token:
//   score_c = log sum of p(t) over the listed tokens t that spell c, with or without a space before
//   score_c = min of log p(t) over all listed tokens t      where no listed token spells c
// The second is an upper bound of what such a label can have, and may be what the last listed label
// has; so the label is marked as unlisted. The scores are then normalised over the labels.
//
// Scores from a list, where the server gives no log-probabilities:
//   score_c = -(place of c in the list, from 0)
//   score_c = -(number of labels)                           where the list does not name c
// These are normalised, too, and the labels that the list does not name are marked.

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace lerl {

using TokenLogprobs = std::vector<std::pair<std::string, double>>;

struct LabelScores {
  std::vector<float> scores{};      // [labels]
  std::vector<uint8_t> unlisted{};  // [labels] 1: the answer is silent on the label
};

// Returns the scores from log-probabilities; both empty if no listed token spells a label.
LabelScores ScoresFromLogprobs(const TokenLogprobs& logprobs, std::span<const std::string> labels);
// Returns the scores from an answer such as "B, A" (llm/answer_text.h), or "B A"; both empty if it
// is no list or has anything but labels in it.
LabelScores ScoresFromList(const std::string& text, std::span<const std::string> labels);

}  // namespace lerl
