#include "lerl/lm_tuning/llama_file.h"

#include <ggml.h>
#include <gguf.h>

#include <cstring>

#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/llm/llama/llama_log.h"
#include "lerl/llm/llama/model_file.h"

namespace lerl {

LlamaFile::LlamaFile(const std::filesystem::path& path) : path_(path) {
  CheckModelFile(path);
  CaptureLlamaLog();
  bytes_ = std::make_unique<const MappedFile>(path);
  header_ = gguf_init_from_file(path.c_str(), {.no_alloc = true, .ctx = nullptr});
  if (header_ == nullptr) Fail(LastLlamaMessage() + "; fetch it again");
  try {
    CheckArchitecture();
    shape_ = {.layers = Integer("llama.block_count"),
              .width = Integer("llama.embedding_length"),
              .hidden = Integer("llama.feed_forward_length"),
              .heads = Integer("llama.attention.head_count"),
              .vocabulary = Find("token_embd.weight").rows,
              .norm_epsilon = Real("llama.attention.layer_norm_rms_epsilon", 1e-5F),
              .rope_base = Real("llama.rope.freq_base", 10000)};
    shape_.kv_heads = Integer("llama.attention.head_count_kv", shape_.heads);
    if (shape_.heads < 1 || shape_.kv_heads < 1 || shape_.width % shape_.heads != 0 ||
        shape_.heads % shape_.kv_heads != 0 || shape_.layers < 1)
      Fail("its heads don't divide its width; convert the model again");
    shape_.head_width = shape_.width / shape_.heads;
    if (Integer("llama.rope.dimension_count", shape_.head_width) != shape_.head_width ||
        Integer("llama.attention.key_length", shape_.head_width) != shape_.head_width)
      Fail("only a part of each head has positions, which the tuner does not know");
  } catch (...) {
    gguf_free(header_);
    throw;
  }
}

LlamaFile::~LlamaFile() { gguf_free(header_); }

void LlamaFile::Fail(const std::string& what) const {
  throw Error(ErrorKind::kModel, path_.string() + ": " + what);
}

void LlamaFile::CheckArchitecture() const {
  const int64_t key = gguf_find_key(header_, "general.architecture");
  const bool named = key >= 0 && gguf_get_kv_type(header_, key) == GGUF_TYPE_STRING;
  const std::string name = named ? gguf_get_val_str(header_, key) : "no name";
  if (name != "llama")
    Fail("the tuner does not know the architecture '" + name + "'; it knows " +
         kTunedArchitectures + ". Name such a model as planner.llm.model");
  const auto refuse = [this](const std::string& part) {
    Fail("the model has " + part + ", which the tuner does not know; name another Llama model");
  };
  if (Integer("llama.expert_count", 0) > 0) refuse("experts");
  if (Has("rope_freqs.weight")) refuse("stretched rotary positions");
  for (const char* part : {"attn_q.bias", "attn_output.bias", "ffn_down.bias"})
    if (Has(std::string("blk.0.") + part)) refuse("biases");
  const int64_t scaling = gguf_find_key(header_, "llama.rope.scaling.type");
  if (scaling >= 0 && gguf_get_kv_type(header_, scaling) == GGUF_TYPE_STRING &&
      std::string(gguf_get_val_str(header_, scaling)) != "none")
    refuse("stretched rotary positions");
}

std::string LlamaFile::model_name() const {
  const int64_t key = gguf_find_key(header_, "general.name");
  if (key < 0 || gguf_get_kv_type(header_, key) != GGUF_TYPE_STRING)
    return path_.filename().string();
  return gguf_get_val_str(header_, key);
}

int64_t LlamaFile::Integer(const std::string& key, int64_t otherwise) const {
  const int64_t place = gguf_find_key(header_, key.c_str());
  if (place < 0 && otherwise >= 0) return otherwise;
  if (place < 0 || gguf_get_kv_type(header_, place) != GGUF_TYPE_UINT32)
    Fail("it lacks the number " + key + "; convert the model again");
  return gguf_get_val_u32(header_, place);
}

float LlamaFile::Real(const std::string& key, float otherwise) const {
  const int64_t place = gguf_find_key(header_, key.c_str());
  if (place < 0 || gguf_get_kv_type(header_, place) != GGUF_TYPE_FLOAT32) return otherwise;
  return gguf_get_val_f32(header_, place);
}

bool LlamaFile::Has(const std::string& tensor) const {
  return gguf_find_tensor(header_, tensor.c_str()) >= 0;
}

LlamaFile::Place LlamaFile::Find(const std::string& tensor) const {
  const int64_t id = gguf_find_tensor(header_, tensor.c_str());
  if (id < 0) Fail("it has no tensor " + tensor + "; convert the model again");
  const int64_t* extents = gguf_get_tensor_ne(header_, id);
  const ggml_type type = gguf_get_tensor_type(header_, id);
  const size_t begin = gguf_get_data_offset(header_) + gguf_get_tensor_offset(header_, id);
  if (begin + gguf_get_tensor_size(header_, id) > bytes_->bytes().size())
    Fail("the file is truncated: it ends within " + tensor + "; fetch it again");
  return {.data = bytes_->bytes().data() + begin,
          .type = type,
          .rows = extents[1] * extents[2] * extents[3],
          .columns = extents[0],
          .row_bytes = static_cast<int64_t>(ggml_row_size(type, extents[0]))};
}

void LlamaFile::Dequantise(const Place& place, int64_t row, float* out) const {
  const std::byte* from = place.data + row * place.row_bytes;
  const auto type = static_cast<ggml_type>(place.type);
  if (type == GGML_TYPE_F32) {
    std::memcpy(out, from, At(place.columns) * sizeof(float));
    return;
  }
  const ggml_type_traits* traits = ggml_get_type_traits(type);
  if (traits == nullptr || traits->to_float == nullptr)
    Fail(std::string("weights of type ") + ggml_type_name(type) + " can't be read; use another");
  traits->to_float(from, out, place.columns);
}

std::vector<float> LlamaFile::Read(const std::string& tensor, int64_t rows, int64_t columns) const {
  const Place place = Find(tensor);
  if (place.rows != rows || place.columns != columns)
    Fail(tensor + " is " + std::to_string(place.rows) + " by " + std::to_string(place.columns) +
         " and must be " + std::to_string(rows) + " by " + std::to_string(columns) +
         "; convert the model again");
  std::vector<float> values(At(rows * columns));
  for (int64_t row = 0; row < rows; ++row) Dequantise(place, row, values.data() + row * columns);
  return values;
}

std::vector<float> LlamaFile::ReadRows(const std::string& tensor,
                                       const std::vector<int32_t>& wanted, int64_t columns) const {
  const Place place = Find(tensor);
  if (place.columns != columns) Fail(tensor + " has another width; convert the model again");
  std::vector<float> values(wanted.size() * At(columns));
  for (size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i] < 0 || wanted[i] >= place.rows)
      Fail(tensor + " has no row " + std::to_string(wanted[i]) + "; convert the model again");
    Dequantise(place, wanted[i], values.data() + i * At(columns));
  }
  return values;
}

}  // namespace lerl
