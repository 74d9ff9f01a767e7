#include "lerl/llm/scripted_backend.h"

#include "lerl/llm/labels.h"

namespace lerl {
namespace {

class ScriptedBackend : public LlmBackend {
 public:
  explicit ScriptedBackend(Script script) : script_(std::move(script)) {}

  std::string name() const override { return "scripted"; }
  std::string fingerprint() const override { return "scripted"; }

  std::vector<std::string> Labels(int count) override {
    if (count > script_.most_labels) return {};
    return LetterLabels(count);
  }

  std::vector<float> ScoreLabels(const std::string& prefix, std::span<const std::string> suffixes,
                                 std::span<const std::string> labels) override {
    std::vector<float> scores;
    for (const std::string& suffix : suffixes) {
      std::vector<double> raw;
      for (const std::string& label : labels)
        raw.push_back(script_.score ? script_.score(prefix, suffix, label) : 0);
      const std::vector<float> row = NormaliseScores(raw);
      scores.insert(scores.end(), row.begin(), row.end());
      Count(prefix, suffix);
    }
    return scores;
  }

  std::vector<Completion> Complete(const CompletionRequest& request) override {
    std::vector<Completion> completions;
    for (const std::string& suffix : request.suffixes) {
      completions.push_back(script_.complete ? script_.complete(request.prefix, suffix)
                                             : Completion{});
      usage_.output_tokens += std::ssize(completions.back().text);
      Count(request.prefix, suffix);
    }
    return completions;
  }

  int CountTokens(const std::string& text) override { return static_cast<int>(text.size()); }
  std::string ApplyChatTemplate(const std::string& system, const std::string& user) override {
    return script_.chat ? script_.chat(system, user) : system + "\n\n" + user + "\n\n";
  }
  LlmUsage usage() const override { return usage_; }

 private:
  void Count(const std::string& prefix, const std::string& suffix) {
    if (prefix != prefix_) usage_.prefix_tokens += std::ssize(prefix);
    prefix_ = prefix;
    ++usage_.prompts;
    usage_.suffix_tokens += std::ssize(suffix);
  }

  const Script script_;
  std::string prefix_;
  LlmUsage usage_;
};

}  // namespace

std::unique_ptr<LlmBackend> MakeScriptedBackend(Script script) {
  return std::make_unique<ScriptedBackend>(std::move(script));
}

}  // namespace lerl
