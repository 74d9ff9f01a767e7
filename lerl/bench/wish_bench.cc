// Wishes per second of what reads them: by words, by sentence embeddings, by the language model.
// The sentences are those of simulated users, half of them in held-out phrasings; how often the
// category that is asked for comes first, or among three, stands beside the rate.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/base/rng.h"
#include "lerl/bench/bench.h"
#include "lerl/llm/llama/llama_cpp_backend.h"
#include "lerl/llm/llama/llama_embedder.h"
#include "lerl/llm/llama/model_file.h"
#include "lerl/planner/wishes/embedding_reader.h"
#include "lerl/planner/wishes/keyword_reader.h"
#include "lerl/planner/wishes/model_reader.h"
#include "lerl/wishes/wish_writer.h"

namespace lerl {
namespace {

constexpr size_t kWishes = 200;
constexpr int kBatch = 32;  // of the language model

struct SpokenWishes {
  std::vector<std::string> texts;
  std::vector<WishCategories> subjects;
};

// Each asks for one category and refuses another, in both parts of the bank in turn.
SpokenWishes SpeakWishes(const Dataset& dataset, const Split& split) {
  const WishWriter writer(dataset, split);
  std::vector<int32_t> categories;
  for (int32_t c = 0; c < dataset.num_categories(); ++c)
    if (!writer.Titles(c, PhrasingPart::kLearning).empty() ||
        !writer.Titles(c, PhrasingPart::kHeldOut).empty())
      categories.push_back(c);
  if (categories.size() < 2) categories = {0, 1};
  SpokenWishes spoken;
  Rng rng(1, "wishes of the benchmark");
  while (spoken.texts.size() < kWishes) {
    const auto draw = [&] { return categories[rng.Below(categories.size())]; };
    const WishCategories subject = {.up = {draw()}, .down = draw()};
    if (subject.up[0] == subject.down) continue;
    const PhrasingPart part =
        spoken.texts.size() % 2 == 0 ? PhrasingPart::kLearning : PhrasingPart::kHeldOut;
    spoken.texts.push_back(writer.Write(subject, part, {}, rng));
    spoken.subjects.push_back(subject);
  }
  return spoken;
}

// How many of the asked categories have a place below `places` by score, in the wishes of a part
// (0: learning, 1: held out), and how many of the refused ones have a score below 0.
std::string HitsOf(const SpokenWishes& spoken, const std::vector<WishScores>& scores) {
  int first[2] = {}, third[2] = {}, refused[2] = {};
  for (size_t i = 0; i < scores.size(); ++i) {
    if (scores[i].empty()) continue;
    const double asked = scores[i][At(spoken.subjects[i].up[0])];
    // Of equal scores none is first.
    const auto place = std::ranges::count_if(scores[i], [&](double s) { return s >= asked; });
    first[i % 2] += place == 1;
    third[i % 2] += place <= 3;
    refused[i % 2] += scores[i][At(spoken.subjects[i].down)] < 0;
  }
  constexpr double kShare = 2.0 / kWishes;
  char text[200];
  std::snprintf(text, sizeof(text),
                "asked for: first %.2f, among three %.2f (held-out phrasings %.2f, %.2f); refused "
                "below 0: %.2f (%.2f)",
                first[0] * kShare, third[0] * kShare, first[1] * kShare, third[1] * kShare,
                refused[0] * kShare, refused[1] * kShare);
  return text;
}

BenchRow BenchReader(const std::string& name, const SpokenWishes& spoken, WishReader& reader,
                     const BenchOptions& options) {
  std::vector<WishScores> scores;
  BenchRow row = Measure("planner/wish/" + name, "wishes/s", {}, std::min(options.repeats, 3), [&] {
    const auto start = std::chrono::steady_clock::now();
    scores = reader.Read(spoken.texts);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    return static_cast<double>(spoken.texts.size()) / took.count();
  });
  LERL_CHECK_EQ(scores.size(), spoken.texts.size());
  for (const WishScores& of : scores)
    LERL_CHECK(std::ranges::all_of(of, [](double s) { return s >= -1 && s <= 1; }));
  row.note = HitsOf(spoken, scores);
  return row;
}

}  // namespace

std::vector<BenchRow> BenchWishes(const BenchOptions& options, const Dataset& dataset,
                                  const Split& split) {
  const SpokenWishes spoken = SpeakWishes(dataset, split);
  std::vector<BenchRow> rows;
  rows.push_back(BenchReader("keywords", spoken, *MakeKeywordReader(dataset), options));
  const auto embedder = std::shared_ptr(MakeLlamaEmbedder(DefaultEmbeddingModel(), /*threads=*/1));
  const std::shared_ptr<LlmBackend> model = MakeLlamaCppBackend(
      {.model = ResolveModel(options.model), .threads = 1, .context = 4096, .batch = kBatch});
  for (const bool clauses : {true, false}) {
    const std::string how = clauses ? "" : "/whole";
    rows.push_back(BenchReader(
        "embeddings" + how, spoken,
        *MakeEmbeddingReader(dataset, clauses, [embedder] { return embedder; }), options));
    rows.push_back(
        BenchReader("model" + how, spoken, *MakeModelReader(dataset, model, clauses, 1), options));
  }
  return rows;
}

}  // namespace lerl
