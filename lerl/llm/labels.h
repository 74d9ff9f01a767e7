#pragma once
// Labels that stand for categories in a prompt. Strings of one length are never prefixes of each
// other.

#include <functional>
#include <string>
#include <vector>

namespace lerl {

// The first `count` that `accepts` takes: single letters (A to Z, then a to z) if they suffice,
// otherwise pairs of letters. Fewer than `count` if both run out.
std::vector<std::string> LetterLabels(int count,
                                      const std::function<bool(const std::string&)>& accepts = {});

// Raw log-scores of labels, not empty, as log-probabilities over them.
std::vector<float> NormaliseScores(const std::vector<double>& raw);

}  // namespace lerl
