// Plans per second through HTTP: scores of 18 categories, 64 requests in flight at a server that
// answers each after 50 ms (so at most 1,280 a second), prompts as long as those of ml-100k.

#include <unistd.h>

#include <chrono>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "lerl/base/check.h"
#include "lerl/bench/bench.h"
#include "lerl/llm/endpoint/openai_backend.h"
#include "lerl/llm/endpoint/stub_endpoint.h"
#include "lerl/llm/labels.h"

namespace lerl {
namespace {

constexpr int kInFlight = 64;
constexpr double kAnswerSeconds = 0.05;
constexpr double kBar = 1000;  // plans/s
constexpr size_t kPrefixBytes = 1200, kSuffixBytes = 200;
constexpr size_t kPrompts = 2048;  // of a call

// Resident memory of this process, bytes.
int64_t ResidentBytes() {
  std::ifstream file("/proc/self/statm");
  int64_t pages = 0;
  file >> pages >> pages;
  return pages * sysconf(_SC_PAGESIZE);
}

// 20 tokens as OpenAI lists them, the labels among them.
std::string TopLogprobs(std::span<const std::string> labels) {
  nlohmann::json rows = nlohmann::json::array();
  for (size_t i = 0; i < 20; ++i) {
    rows.push_back({{"token", i < labels.size() ? labels[i] : "word" + std::to_string(i)},
                    {"logprob", -0.5 - 0.25 * static_cast<double>(i)},
                    {"bytes", {65, 66}}});
  }
  return rows.dump();
}

}  // namespace

std::vector<BenchRow> BenchEndpoint(const BenchOptions& options) {
  const std::vector<std::string> labels = LetterLabels(18);
  const std::string answer = StubAnswer("A", TopLogprobs(labels));
  const StubEndpoint server(
      [&answer](const StubRequest&) { return StubReply{.body = answer, .delay = kAnswerSeconds}; });
  EndpointConfig config;
  config.urls = {server.url()};
  config.concurrency = kInFlight;
  const auto backend = MakeOpenAiBackend(config);
  const std::string prefix = backend->ApplyChatTemplate("Plan.", std::string(kPrefixBytes, 'p'));
  std::vector<std::string> suffixes;
  for (size_t i = 0; i < kPrompts; ++i)
    suffixes.push_back(std::to_string(i) + std::string(kSuffixBytes, 's'));

  int64_t settled = 0;  // resident bytes after the warm-up
  BenchRow row = Measure("planner/endpoint/64", "plans/s", kBar, options.repeats, [&] {
    using Clock = std::chrono::steady_clock;
    const Clock::time_point start = Clock::now();
    double seconds = 0, plans = 0;
    while (seconds < options.seconds) {
      const std::vector<float> scores = backend->ScoreLabels(prefix, suffixes, labels);
      LERL_CHECK_EQ(scores.size(), suffixes.size() * labels.size());
      for (size_t i = 0; i < scores.size(); i += labels.size())
        LERL_CHECK(scores[i] > scores[i + 1] && std::isfinite(scores[i + labels.size() - 1]));
      plans += static_cast<double>(kPrompts);
      seconds = std::chrono::duration<double>(Clock::now() - start).count();
    }
    if (settled == 0) settled = ResidentBytes();
    return plans / seconds;
  });
  const int64_t grown = ResidentBytes() - settled;
  LERL_CHECK_LT(grown, int64_t{64} << 20U);
  LERL_CHECK_LE(server.most_in_flight(), kInFlight);
  row.note = "64 in flight at a stub that answers in 50 ms; memory grew by " +
             std::to_string(std::max<int64_t>(0, grown) >> 10U) + " kB in " +
             std::to_string(backend->usage().prompts) + " plans";
  return {row};
}

}  // namespace lerl
