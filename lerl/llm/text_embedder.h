#pragma once
// TextEmbedder: what turns a text into a vector that lies near those of texts of like meaning.

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace lerl {

class TextEmbedder {
 public:
  virtual ~TextEmbedder() = default;

  virtual std::string name() const = 0;  // of the model, for people
  // The vectors of the texts, [texts, D], each of length 1, so that the cosine of two is their
  // product. A text depends on nothing but itself, up to rounding. What is beyond the model's
  // longest text is left out.
  virtual std::vector<float> Embed(std::span<const std::string> texts) = 0;
  virtual int64_t width() const = 0;  // D
};

}  // namespace lerl
