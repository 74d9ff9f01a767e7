#pragma once
// Scores of labels from what a chat completions API answers.
//
// Scores of labels c from the listed log-probabilities of the answer's first token:
//   score_c = log sum of p(t) over the listed tokens t that spell c, with or without a space before
//   score_c = min of log p(t) over all listed tokens t      where no listed token spells c
// The second is an upper bound of what such a label can have, and may be what the last listed label
// has; so the label is marked as unlisted. The scores are then normalised over the labels.
//
// An answer that begins with something else has labels among its tokens all the same: as noise, or
// because they are words ("A good plan"). So there are scores only where
//   labels that are no words (A, I, a) together have at least kLeastOfLabels, or
//   all labels together have at least half.
// What is noise begins below 1e-6, as measured of models that think. A small model that would
// rather write a sentence (SmolLM2-135M) leaves 1e-3 to the labels, and means something by it.
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

inline constexpr double kLeastOfLabels = 1e-4;  // probability

using TokenLogprobs = std::vector<std::pair<std::string, double>>;

struct LabelScores {
  std::vector<float> scores{};      // [labels]
  std::vector<uint8_t> unlisted{};  // [labels] 1: the answer is silent on the label
};

// Returns the scores from log-probabilities; both empty if the answer begins with
// something else than a label.
LabelScores ScoresFromLogprobs(const TokenLogprobs& logprobs, std::span<const std::string> labels);
// Returns the probability that the listed tokens give to all labels together.
double ProbabilityOfLabels(const TokenLogprobs& logprobs, std::span<const std::string> labels);
// Returns the scores from an answer such as "B, A" (llm/answer_text.h), or "B A"; both empty if it
// is no list or has anything but labels in it.
LabelScores ScoresFromList(const std::string& text, std::span<const std::string> labels);

}  // namespace lerl
