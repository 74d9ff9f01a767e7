#include "lerl/llm/labels.h"

#include <algorithm>
#include <cmath>

namespace lerl {

std::vector<std::string> LetterLabels(int count,
                                      const std::function<bool(const std::string&)>& accepts) {
  std::string letters;
  for (char c = 'A'; c <= 'Z'; ++c) letters += c;
  for (char c = 'a'; c <= 'z'; ++c) letters += c;
  std::vector<std::string> labels;
  const auto add = [&](const std::string& label) {
    if (static_cast<int>(labels.size()) < count && (!accepts || accepts(label)))
      labels.push_back(label);
  };
  for (const char c : letters) add(std::string(1, c));
  if (static_cast<int>(labels.size()) == count) return labels;
  labels.clear();
  for (const char first : letters) {
    for (const char second : letters) add(std::string{first, second});
  }
  return labels;
}

std::vector<float> NormaliseScores(const std::vector<double>& raw) {
  const double largest = *std::max_element(raw.begin(), raw.end());
  double sum = 0;
  for (const double score : raw) sum += std::exp(score - largest);
  std::vector<float> normalised;
  for (const double score : raw)
    normalised.push_back(static_cast<float>(score - largest - std::log(sum)));
  return normalised;
}

}  // namespace lerl
