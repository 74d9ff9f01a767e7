#pragma once
// The weights of a language model in a GGUF file, as floats, for the tuner's own pass
// (lm_tuning/tuned_llama.h). Quantised weights are turned back into floats by ggml.
//
// It knows the architecture "llama" (Touvron et al. 2023, arXiv 2302.13971): RMSNorm, rotary
// positions, grouped queries, SwiGLU; embeddings tied to the output or not; no biases, no experts,
// no stretched positions. llama.cpp's converter has permuted the rows of the query and key matrices
// of this family, so that rotary positions turn neighbours (2i, 2i + 1): see Rotate in
// lm_tuning/tuned_llama.cc. Adapters are written in the same order of rows.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "lerl/base/file.h"

struct gguf_context;

namespace lerl {

struct LlamaShape {
  int64_t layers = 0;
  int64_t width = 0;       // of a token's state
  int64_t hidden = 0;      // of the feed-forward part
  int64_t heads = 0;       // of queries
  int64_t kv_heads = 0;    // of keys and values; each serves heads / kv_heads heads of queries
  int64_t head_width = 0;  // of one head
  int64_t vocabulary = 0;  // tokens
  float norm_epsilon = 0;  // of RMSNorm
  float rope_base = 0;     // of the rotary positions

  // Parameters of the matrices of a layer.
  int64_t layer_parameters() const {
    return 2 * width * head_width * (heads + kv_heads) + 3 * width * hidden;
  }
};

// The architectures that the tuner knows, for messages.
inline constexpr char kTunedArchitectures[] = "llama";

class LlamaFile {
 public:
  // Throws Error(kModel) when the file is missing, damaged or of an architecture that the tuner
  // does not know; the message names both it and those that are known.
  explicit LlamaFile(const std::filesystem::path& path);
  ~LlamaFile();
  LlamaFile(const LlamaFile&) = delete;
  LlamaFile& operator=(const LlamaFile&) = delete;

  const LlamaShape& shape() const { return shape_; }
  const std::filesystem::path& path() const { return path_; }
  std::string model_name() const;  // general.name, or the file's name
  bool Has(const std::string& tensor) const;
  // The rows [rows, columns] of a matrix; a vector has one row. Throws Error(kModel) where it is
  // missing or has another shape.
  std::vector<float> Read(const std::string& tensor, int64_t rows, int64_t columns) const;
  // Those rows of a matrix of `columns` columns, in this order: [wanted, columns].
  std::vector<float> ReadRows(const std::string& tensor, const std::vector<int32_t>& wanted,
                              int64_t columns) const;

 private:
  struct Place {
    const std::byte* data;
    int type;
    int64_t rows, columns, row_bytes;
  };
  [[noreturn]] void Fail(const std::string& what) const;
  void CheckArchitecture() const;
  int64_t Integer(const std::string& key, int64_t otherwise = -1) const;
  float Real(const std::string& key, float otherwise) const;
  Place Find(const std::string& tensor) const;
  void Dequantise(const Place& place, int64_t row, float* out) const;

  const std::filesystem::path path_;
  std::unique_ptr<const MappedFile> bytes_;
  gguf_context* header_ = nullptr;
  LlamaShape shape_;
};

}  // namespace lerl
