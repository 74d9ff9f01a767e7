#include "lerl/lm_tuning/model_tuner.h"

#include <cblas.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <set>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/hash.h"
#include "lerl/base/index.h"
#include "lerl/base/json_text.h"
#include "lerl/base/math.h"
#include "lerl/base/memory.h"
#include "lerl/base/rng.h"
#include "lerl/llm/llama/llama_model.h"
#include "lerl/lm_tuning/tuned_llama.h"
#include "lerl/nn/adam.h"
#include "lerl/nn/torch_arrays.h"
#include "lerl/nn/torch_threads.h"

namespace lerl {
namespace {

constexpr double kMegabyte = 1e6;
constexpr double kWarmUp = 0.05;    // share of the steps over which the rate rises
constexpr size_t kPacksSorted = 8;  // packs among whose examples those of like length meet
constexpr double kAdamEpsilon = 1e-8;
constexpr char kPrefixOfAdam[] = "adam.";

using Tokens = std::vector<int32_t>;

// Adds the seconds of its life to a sum.
class Clock {
 public:
  explicit Clock(double& sum) : sum_(sum) {}
  ~Clock() {
    sum_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;

 private:
  double& sum_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// Gives BLAS that many threads as long as it lives.
class BlasThreads {
 public:
  explicit BlasThreads(int threads) { openblas_set_num_threads(threads); }
  ~BlasThreads() { openblas_set_num_threads(1); }
  BlasThreads(const BlasThreads&) = delete;
  BlasThreads& operator=(const BlasThreads&) = delete;
};

struct Pack {
  int64_t question = 0;
  std::vector<size_t> examples = {};
  std::optional<PackStates> states = {};
  torch::Tensor targets = {};  // [S, C]
  // Of the N plans of its examples: example int64 [N], labels int64 [N, k], A w / (G S) [N, k]; and
  // [S, C], 0 for candidates and minus infinity for others. Undefined where there are no plans.
  torch::Tensor row = {}, labels = {}, credit = {}, mask = {};
};

// The examples of each question, shuffled and cut into packs; near each other in the shuffled order
// those of like length meet, so that little is computed for nothing.
std::vector<Pack> MakePacks(const std::vector<TuningExample>& examples,
                            const std::vector<Tokens>& suffixes, const TuneOptions& options,
                            size_t questions) {
  std::vector<std::vector<size_t>> of_question(questions);
  for (size_t i = 0; i < examples.size(); ++i)
    of_question.at(At(examples[i].question)).push_back(i);
  std::vector<Pack> packs;
  for (size_t question = 0; question < questions; ++question) {
    std::vector<size_t>& order = of_question[question];
    Rng rng(options.seed, "packs", question);
    rng.Shuffle(std::span<size_t>(order));
    const size_t window = kPacksSorted * At(options.pack);
    for (size_t begin = 0; begin < order.size(); begin += window)
      std::stable_sort(
          order.begin() + static_cast<std::ptrdiff_t>(begin),
          order.begin() + static_cast<std::ptrdiff_t>(std::min(order.size(), begin + window)),
          [&](size_t a, size_t b) { return suffixes[a].size() < suffixes[b].size(); });
    for (size_t begin = 0; begin < order.size(); begin += At(options.pack)) {
      Pack& pack = packs.emplace_back(Pack{.question = static_cast<int64_t>(question)});
      for (size_t i = begin; i < std::min(order.size(), begin + At(options.pack)); ++i)
        pack.examples.push_back(order[i]);
    }
  }
  return packs;
}

class LoraTuner : public ModelTuner {
 public:
  LoraTuner(const std::filesystem::path& model, std::vector<TuningQuestion> questions,
            std::vector<TuningExample> examples, const TuneOptions& options)
      : options_(options),
        questions_(std::move(questions)),
        examples_(std::move(examples)),
        file_(model),
        name_(file_.model_name()),
        vocabulary_(LlamaModel::LoadVocabulary(model)) {
    UseOneTorchThread();
    LERL_CHECK(!questions_.empty());
    for (const TuningQuestion& question : questions_) {
      label_tokens_.push_back(LabelTokens(question));
      prefixes_.push_back(vocabulary_->Tokenise(question.prefix, /*begins=*/true));
    }
    for (const TuningExample& example : examples_)
      suffixes_.push_back(vocabulary_->Tokenise(example.suffix, /*begins=*/false));
    packs_ = MakePacks(examples_, suffixes_, options_, questions_.size());
    CountMemory();
    llama_ = std::make_unique<TunedLlama>(file_, LoraShape{.layers = options.layers,
                                                           .rank = options.rank,
                                                           .alpha = options.alpha,
                                                           .seed = options.seed});
    adam_ = std::make_unique<Adam>(llama_->parameters(), options.learning_rate, kAdamEpsilon);
  }

  int64_t steps() const override { return std::ssize(packs_) * options_.epochs; }
  int64_t steps_done() const override { return done_; }
  const TuneTimes& times() const override { return times_; }
  const TuneMemory& memory() const override { return memory_; }
  const std::string& model_name() const override { return name_; }
  std::vector<LoraTensor> Adapter() const override { return llama_->Adapter(); }

  double Step() override {
    LERL_CHECK_LT(done_, steps());
    const BlasThreads threads(options_.threads);
    Pack& pack = packs_[PackOf(done_)];
    Prepare(pack);
    adam_->ClearGradients();
    torch::Tensor loss;
    {
      const Clock clock(times_.forward);
      const torch::Tensor log_p = llama_->LogP(*pack.states, LabelRows(pack.question));
      loss = options_.kl_weight *
             (pack.targets * (torch::log(pack.targets + 1e-12) - log_p)).sum(1).mean();
      if (pack.row.defined()) loss = loss - Gain(pack, log_p);
    }
    {
      const Clock clock(times_.backward);
      loss.backward();
    }
    const Clock clock(times_.step);
    adam_->set_rate(Rate());
    adam_->Step(options_.max_gradient);
    ++done_;
    return loss.item<double>();
  }

  std::vector<float> LogP(const TuningQuestion& question,
                          const std::vector<std::string>& suffixes) override {
    const torch::NoGradGuard no_gradient;
    const BlasThreads threads(options_.threads);
    std::vector<Tokens> tokens;
    for (const std::string& suffix : suffixes)
      tokens.push_back(vocabulary_->Tokenise(suffix, /*begins=*/false));
    const torch::Tensor log_p = llama_->LogP(
        llama_->RunFrozen(vocabulary_->Tokenise(question.prefix, /*begins=*/true), tokens),
        llama_->LabelRows(LabelTokens(question)));
    std::vector<float> values(At(log_p.numel()));
    CopyTo(log_p, values);
    return values;
  }

  void Save(TensorFile& file) const override {
    const std::vector<torch::Tensor> parameters = llama_->parameters();
    for (size_t i = 0; i < parameters.size(); ++i)
      file.arrays["lora." + std::to_string(i)] = ToArray(parameters[i]);
    adam_->Save(kPrefixOfAdam, file.arrays);
    file.description = nlohmann::json({{"done", done_}, {"key", Key()}}).dump();
  }

  void StartFrom(const TensorFile& file) override {
    const torch::NoGradGuard no_gradient;
    const std::vector<torch::Tensor> parameters = llama_->parameters();
    for (size_t i = 0; i < parameters.size(); ++i)
      CopyInto(file.arrays, "lora." + std::to_string(i), parameters[i]);
  }

  void Load(const TensorFile& file) override {
    const nlohmann::json state = ParseJson(file.description);
    if (state.value("key", "") != Key())
      throw Error(ErrorKind::kCheckpoint,
                  "the state is of another model, other examples or other settings; remove it or "
                  "name another folder");
    StartFrom(file);
    adam_->Load(kPrefixOfAdam, file.arrays);
    done_ = state.at("done");
  }

 private:
  // sum A w log pi / (G S) over the plans of a pack.
  static torch::Tensor Gain(const Pack& pack, const torch::Tensor& log_p) {
    const torch::Tensor among = torch::log_softmax(log_p + pack.mask, -1);
    const torch::Tensor planned = among.index_select(0, pack.row).gather(1, pack.labels);
    const torch::Tensor taken = planned.exp().cumsum(1) - planned.exp();  // by places before
    return (pack.credit * (planned - torch::log((1 - taken).clamp_min(1e-6)))).sum();
  }

  // The plans of a pack as tensors. All plans of a pack have the same length.
  void PreparePlans(Pack& pack) const {
    std::vector<int64_t> row, labels;
    std::vector<float> credit, mask;
    for (size_t s = 0; s < pack.examples.size(); ++s) {
      const TuningExample& example = examples_[pack.examples[s]];
      std::vector<float> of_row(At(LabelsOf(pack)), -std::numeric_limits<float>::infinity());
      for (const int16_t label : example.candidates) of_row.at(At(label)) = 0;
      mask.insert(mask.end(), of_row.begin(), of_row.end());
      const auto count = static_cast<double>(example.plans.size() * pack.examples.size());
      for (const TriedPlan& plan : example.plans) {
        row.push_back(static_cast<int64_t>(s));
        for (size_t j = 0; j < plan.labels.size(); ++j) {
          labels.push_back(plan.labels[j]);
          credit.push_back(
              static_cast<float>(plan.advantage * RankDiscount(static_cast<int64_t>(j)) / count));
        }
      }
    }
    if (row.empty()) return;
    const auto plans = std::ssize(row);
    pack.row = torch::tensor(row, torch::kInt64);
    pack.labels = torch::tensor(labels, torch::kInt64).view({plans, -1});
    pack.credit = FromSpan(credit, {plans, pack.labels.size(1)});
    pack.mask = FromSpan(mask, {std::ssize(pack.examples), LabelsOf(pack)});
  }

  // The pack of a step: each epoch visits all of them in an order of its own.
  size_t PackOf(int64_t step) {
    const int64_t epoch = step / std::ssize(packs_);
    if (epoch != epoch_) {
      order_.resize(packs_.size());
      std::iota(order_.begin(), order_.end(), size_t{0});
      Rng rng(options_.seed, "order of packs", static_cast<uint64_t>(epoch));
      rng.Shuffle(std::span<size_t>(order_));
      epoch_ = epoch;
    }
    return order_[At(step % std::ssize(packs_))];
  }

  double Rate() const {
    const double at = static_cast<double>(done_ + 1) / static_cast<double>(steps() + 1);
    return options_.learning_rate * std::min(at / kWarmUp, (1 - at) / (1 - kWarmUp));
  }

  void Prepare(Pack& pack) {
    times_.tokens += TokensOf(pack);
    if (pack.states) return;
    const Clock clock(times_.frozen);
    std::vector<Tokens> suffixes;
    std::vector<float> targets;
    for (const size_t i : pack.examples) {
      suffixes.push_back(suffixes_[i]);
      targets.insert(targets.end(), examples_[i].target.begin(), examples_[i].target.end());
    }
    pack.states = llama_->RunFrozen(prefixes_[At(pack.question)], suffixes);
    PreparePlans(pack);
    pack.targets = FromSpan(targets, {std::ssize(suffixes), LabelsOf(pack)});
  }

  int64_t LabelsOf(const Pack& pack) const { return std::ssize(label_tokens_[At(pack.question)]); }
  torch::Tensor LabelRows(int64_t question) {
    return llama_->LabelRows(label_tokens_[At(question)]);
  }

  Tokens LabelTokens(const TuningQuestion& question) const {
    Tokens tokens;
    for (const std::string& label : question.labels) {
      const Tokens parts = vocabulary_->Tokenise(label, /*begins=*/false);
      if (parts.size() != 1)
        throw Error(ErrorKind::kModel,
                    file_.path().string() + ": the tokenizer splits the label '" + label +
                        "' into " + std::to_string(parts.size()) +
                        " tokens, and the tuner wants one; set planner.llm.mode to letters");
      tokens.push_back(parts[0]);
    }
    if (std::set<int32_t>(tokens.begin(), tokens.end()).size() != tokens.size())
      throw Error(ErrorKind::kModel, file_.path().string() +
                                         ": two labels are the same token; set "
                                         "planner.llm.mode to letters");
    return tokens;
  }

  int64_t TokensOf(const Pack& pack) const {
    size_t longest = 0;
    for (const size_t i : pack.examples) longest = std::max(longest, suffixes_[i].size());
    return std::ssize(prefixes_[At(pack.question)]) +
           std::ssize(pack.examples) * static_cast<int64_t>(longest);
  }

  // Throws where there is too little memory.
  void CountMemory() {
    int64_t tokens = 0, largest = 0;
    for (const Pack& pack : packs_) {
      tokens += TokensOf(pack);
      largest = std::max(largest, TokensOf(pack));
    }
    const LlamaShape& shape = file_.shape();
    memory_.weights = TunedLlama::BytesOfWeights(shape) / kMegabyte;
    memory_.kept_states = static_cast<double>(tokens * shape.width) * sizeof(float) / kMegabyte;
    memory_.pack = TunedLlama::BytesOfPack(shape, {.layers = options_.layers}, largest) / kMegabyte;
    const double available = AvailableMb();
    if (available > 0 && memory_.all() > available)
      throw Error(ErrorKind::kUnusable,
                  "tuning needs " + std::to_string(std::llround(memory_.all())) +
                      " MB of memory, and " + std::to_string(std::llround(available)) +
                      " MB are available; lower --pack, --layers or --examples");
  }

  // Ties a saved state to all that training depends on but the number of threads.
  std::string Key() const {
    std::string text = vocabulary_->fingerprint();
    const auto add = [&text](const auto& value) { text += "|" + std::to_string(value); };
    for (const int64_t value : {options_.layers, options_.rank, options_.epochs, options_.pack})
      add(value);
    for (const double value :
         {options_.alpha, options_.learning_rate, options_.max_gradient, options_.kl_weight})
      add(value);
    add(options_.seed);
    for (const TuningQuestion& question : questions_) {
      text += "|" + question.prefix;
      for (const std::string& label : question.labels) text += "|" + label;
    }
    for (const TuningExample& example : examples_) {
      text += "|" + std::to_string(example.question) + example.suffix;
      for (const float value : example.target) add(value);
      for (const TriedPlan& plan : example.plans) {
        add(plan.advantage);
        for (const int16_t label : plan.labels) add(label);
      }
    }
    return HashText(text);
  }

  const TuneOptions options_;
  const std::vector<TuningQuestion> questions_;
  const std::vector<TuningExample> examples_;
  const LlamaFile file_;
  const std::string name_;
  const std::shared_ptr<const LlamaModel> vocabulary_;
  std::vector<Tokens> label_tokens_, prefixes_;  // [questions]
  std::vector<Tokens> suffixes_;                 // [examples]
  std::vector<Pack> packs_;
  std::unique_ptr<TunedLlama> llama_;
  std::unique_ptr<Adam> adam_;
  std::vector<size_t> order_;
  int64_t epoch_ = -1, done_ = 0;
  TuneTimes times_;
  TuneMemory memory_;
};

}  // namespace

std::unique_ptr<ModelTuner> MakeModelTuner(const std::filesystem::path& model,
                                           std::vector<TuningQuestion> questions,
                                           std::vector<TuningExample> examples,
                                           const TuneOptions& options) {
  return std::make_unique<LoraTuner>(model, std::move(questions), std::move(examples), options);
}

}  // namespace lerl
