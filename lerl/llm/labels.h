#pragma once
// Labels that stand for categories in a prompt. All labels have the same length, so that none is a
// prefix of another.

#include <functional>
#include <string>
#include <vector>

namespace lerl {

// Returns the first `count` labels that `accepts` takes: single letters, A to Z and then a to z, if
// these suffice, and otherwise pairs of letters. Returns fewer if the pairs run out, too.
std::vector<std::string> LetterLabels(int count,
                                      const std::function<bool(const std::string&)>& accepts = {});

// Turns log-scores of labels into log-probabilities over the labels: raw_c - log sum_c' exp raw_c'.
// `raw` must not be empty.
std::vector<float> NormaliseScores(const std::vector<double>& raw);

}  // namespace lerl
