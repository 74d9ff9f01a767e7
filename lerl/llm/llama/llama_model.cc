#include "lerl/llm/llama/llama_model.h"

#include <llama.h>

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/hash.h"
#include "lerl/base/index.h"
#include "lerl/base/log.h"
#include "lerl/llm/labels.h"
#include "lerl/llm/llama/llama_log.h"
#include "lerl/llm/llama/model_file.h"
#include "lerl/llm/llama/model_trial.h"

namespace lerl {

namespace fs = std::filesystem;

namespace {
constexpr size_t kShownTemplate = 60;  // bytes of an unknown chat template in a warning
}  // namespace

std::shared_ptr<const LlamaModel> LlamaModel::Load(const fs::path& path, int gpu_layers) {
  using Key = std::pair<std::string, int>;
  static std::mutex mutex;
  static std::map<Key, std::weak_ptr<const LlamaModel>> loaded;
  CheckModelFile(path);
  if (gpu_layers != 0 && !llama_supports_gpu_offload()) {
    throw Error(ErrorKind::kModel,
                "planner.llm.gpu_layers is " + std::to_string(gpu_layers) +
                    ", but this llama.cpp was built for the CPU alone; set it to 0, or name one "
                    "built for your GPU by LERL_LLAMA_DIR (docs/models.md)");
  }
  const std::lock_guard lock(mutex);
  std::weak_ptr<const LlamaModel>& entry =
      loaded[{fs::weakly_canonical(path).string(), gpu_layers}];
  std::shared_ptr<const LlamaModel> model = entry.lock();
  if (model == nullptr) {
    model = std::shared_ptr<const LlamaModel>(
        new LlamaModel(path, gpu_layers, /*vocabulary_only=*/false));
    entry = model;
  }
  return model;
}

std::shared_ptr<const LlamaModel> LlamaModel::LoadVocabulary(const fs::path& path) {
  CheckModelFile(path);
  return std::shared_ptr<const LlamaModel>(new LlamaModel(path, 0, /*vocabulary_only=*/true));
}

LlamaModel::LlamaModel(const fs::path& path, int gpu_layers, bool vocabulary_only)
    : name_(path.filename().string()) {
  {
    const MappedFile file(path);
    fingerprint_ = HashText(file.text());
  }
  if (!vocabulary_only) TryModel(path, fingerprint_);
  CaptureLlamaLog();
  ForgetLlamaMessages();
  llama_model_params params = llama_model_default_params();
  params.vocab_only = vocabulary_only;
  params.n_gpu_layers = gpu_layers;
  model_ = llama_model_load_from_file(path.c_str(), params);
  if (model_ == nullptr) {
    const std::string why = FirstLlamaError();
    throw Error(ErrorKind::kModel, path.string() + ": the model can't be loaded (" + why + "); " +
                                       AdviceOnModel(why + " " + LastLlamaMessage()));
  }
  vocab_ = llama_model_get_vocab(model_);
  const char* chat_template = llama_model_chat_template(model_, nullptr);
  if (chat_template != nullptr && !InChatTemplate("a", "b")) {
    const std::string begin = std::string(chat_template).substr(0, kShownTemplate);
    LogWarning(name_ + ": llama.cpp does not know the model's chat template (it begins with " +
               nlohmann::json(begin).dump(-1, ' ', true) +
               "); prompts are plain paragraphs. Set planner.llm.mode to names and "
               "planner.llm.form to plain, or serve the model by an endpoint");
  }
}

LlamaModel::~LlamaModel() { llama_model_free(model_); }

int LlamaModel::longest_context() const { return llama_model_n_ctx_train(model_); }

std::vector<int32_t> LlamaModel::TokeniseAlone(const std::string& text, bool begins) const {
  std::vector<int32_t> tokens(text.size() + 8);
  const int count =
      llama_tokenize(vocab_, text.data(), static_cast<int32_t>(text.size()), tokens.data(),
                     static_cast<int32_t>(tokens.size()), begins, /*parse_special=*/true);
  LERL_CHECK_GE(count, 0);
  tokens.resize(At(count));
  return tokens;
}

// A text that goes on from another is tokenised behind a line break, which is then taken away.
// Where the break and the text have become one token, the text is tokenised as it stands.
std::vector<int32_t> LlamaModel::Tokenise(const std::string& text, bool begins) const {
  if (begins) return TokeniseAlone(text, true);
  const std::vector<int32_t> line_break = TokeniseAlone("\n", false);
  const std::vector<int32_t> both = TokeniseAlone("\n" + text, false);
  if (both.size() <= line_break.size() ||
      !std::equal(line_break.begin(), line_break.end(), both.begin()))
    return TokeniseAlone(text, false);
  return {both.begin() + std::ssize(line_break), both.end()};
}

std::string LlamaModel::Piece(int32_t token) const {
  std::array<char, 256> buffer{};
  const int length = llama_token_to_piece(vocab_, token, buffer.data(),
                                          static_cast<int32_t>(buffer.size()), 0, false);
  return length <= 0 ? std::string() : std::string(buffer.data(), At(length));
}

std::optional<std::string> LlamaModel::InChatTemplate(const std::string& system,
                                                      const std::string& user) const {
  const char* chat_template = llama_model_chat_template(model_, nullptr);
  if (chat_template == nullptr) return std::nullopt;
  const std::array<llama_chat_message, 2> messages = {
      {{"system", system.c_str()}, {"user", user.c_str()}}};
  std::string text(2 * (system.size() + user.size()) + 512, '\0');
  for (int attempt = 0; attempt < 2; ++attempt) {
    const int length =
        llama_chat_apply_template(chat_template, messages.data(), messages.size(),
                                  /*add_ass=*/true, text.data(), static_cast<int32_t>(text.size()));
    if (length < 0) return std::nullopt;
    const bool fits = At(length) <= text.size();
    text.resize(At(length));
    if (fits) return text;
  }
  return std::nullopt;
}

std::string LlamaModel::ApplyChatTemplate(const std::string& system,
                                          const std::string& user) const {
  return InChatTemplate(system, user).value_or(system + "\n\n" + user + "\n\n");
}

int32_t LlamaModel::LabelToken(const std::string& label) const {
  const std::vector<int32_t> tokens = Tokenise(label, /*begins=*/false);
  if (tokens.size() != 1) return -1;
  const std::string piece = Piece(tokens[0]);
  return piece == label || piece == " " + label ? tokens[0] : -1;
}

std::vector<std::string> LlamaModel::Labels(int count) const {
  std::vector<std::string> labels =
      LetterLabels(count, [this](const std::string& label) { return LabelToken(label) >= 0; });
  if (static_cast<int>(labels.size()) < count) labels.clear();
  return labels;
}

std::vector<std::string> LlamaModel::NameLabels(std::span<const std::string> names) const {
  std::map<int32_t, int> begin_with;  // names by their first token
  std::vector<int32_t> first;
  for (const std::string& name : names) {
    first.push_back(Tokenise(name, /*begins=*/false).at(0));
    ++begin_with[first.back()];
  }
  std::vector<std::string> labels;
  for (size_t c = 0; c < names.size(); ++c) {
    const std::string piece = Piece(first[c]);
    const bool stands_alone = begin_with[first[c]] == 1 && names[c].starts_with(piece) &&
                              Tokenise(piece, /*begins=*/false) == std::vector<int32_t>{first[c]};
    labels.push_back(stands_alone ? piece : names[c]);
  }
  return labels;
}

}  // namespace lerl
