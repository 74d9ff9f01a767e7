#include "lerl/llm/endpoint/server_facts.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>

#include "lerl/base/check.h"
#include "lerl/base/json_text.h"
#include "lerl/base/printable.h"

namespace lerl {
namespace {

using Json = nlohmann::json;

constexpr int64_t kLongestContext = 1'000'000'000;
constexpr int64_t kMostSlots = 1'000'000;
constexpr size_t kReadOfLongRefusal = 4096;  // bytes

// A count within its bounds, and 0 for any other.
int64_t Plausible(int64_t count, int64_t most) { return count <= most ? count : 0; }

std::string WithoutEnd(std::string text, std::string_view end) {
  if (text.ends_with(end)) text.resize(text.size() - end.size());
  return text;
}

// The entry of the model that is asked for, or the only one.
const Json& EntryOf(const Json& models, const std::string& model) {
  static const Json none;
  const Json& entries = MemberOf(models, "data");
  if (!entries.is_array()) return none;
  for (const Json& entry : entries)
    if (TextOf(entry, "id") == model) return entry;
  return entries.size() == 1 ? entries[0] : none;
}

int64_t FirstCount(const Json& json, std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (const int64_t count = CountOf(json, name); count > 0) return count;
  return 0;
}

// The first number in a text, with commas between its thousands or not; 0 where there is none.
int64_t FirstNumber(std::string_view text) {
  const auto digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
  std::string digits;
  for (auto at = std::ranges::find_if(text, digit); at != text.end() && (digit(*at) || *at == ',');
       ++at)
    if (*at != ',') digits += *at;
  return digits.size() > 9 ? 0 : std::atoll(digits.c_str());
}

}  // namespace

std::string PageUrl(const std::string& question_url, ServerPage page) {
  const std::string base = WithoutEnd(question_url, "/chat/completions");
  const std::string root = WithoutEnd(base, "/v1");
  switch (page) {
    case ServerPage::kProps:
      return root + "/props";
    case ServerPage::kModels:
      return base + "/models";
    case ServerPage::kSlots:
      return root + "/slots";
    case ServerPage::kModelInfo:
      return root + "/get_model_info";
  }
  LERL_CHECK(false);
  return "";
}

void ReadPage(ServerPage page, const std::string& body, const std::string& model,
              ServerFacts& facts) {
  const Json json = TryParseJson(body);
  ServerFacts said;
  switch (page) {
    case ServerPage::kProps:
      said = {CountOf(MemberOf(json, "default_generation_settings"), "n_ctx"),
              CountOf(json, "total_slots")};
      break;
    case ServerPage::kModels: {
      const Json& entry = EntryOf(json, model);
      said.context = FirstCount(entry, {"max_model_len", "context_length"});
      if (said.context == 0) said.context = CountOf(MemberOf(entry, "meta"), "n_ctx");
      break;
    }
    case ServerPage::kSlots:
      if (!json.is_array()) break;
      for (const Json& slot : json) {
        const int64_t context = CountOf(slot, "n_ctx");
        if (context == 0) continue;
        said.context = said.context == 0 ? context : std::min(said.context, context);
        ++said.slots;
      }
      break;
    case ServerPage::kModelInfo:
      said.context = FirstCount(json, {"context_length", "max_model_len"});
      break;
  }
  if (facts.context == 0) facts.context = Plausible(said.context, kLongestContext);
  if (facts.slots == 0) facts.slots = Plausible(said.slots, kMostSlots);
}

std::optional<int64_t> ContextOfRefusal(int status, const std::string& body) {
  if (status < 400) return std::nullopt;
  const Json json = TryParseJson(body);
  const Json& inner = MemberOf(json, "error");
  const Json& error = inner.is_object() ? inner : json;
  if (TextOf(error, "type") == "exceed_context_size_error" && CountOf(error, "n_ctx") > 0)
    return Plausible(CountOf(error, "n_ctx"), kLongestContext);
  const std::string words = SmallLetters(body.substr(0, kReadOfLongRefusal));
  const bool named = TextOf(error, "code") == "context_length_exceeded" ||
                     TextOf(error, "type") == "exceed_context_size_error";
  for (const char* name : {"context length", "context size", "context window", "max_model_len",
                           "maximum model length"}) {
    const size_t at = words.find(name);
    if (at == std::string::npos) continue;
    // A word that compares must stand there too: a refusal may name a context for other reasons.
    const bool compares = std::ranges::any_of(
        std::initializer_list<const char*>{"exceed", "longer", "larger", "maximum", "too long",
                                           "too large"},
        [&](const char* word) { return words.find(word) != std::string::npos; });
    if (named || compares)
      return FirstNumber(std::string_view(words).substr(at + std::string_view(name).size()));
  }
  return named ? std::optional<int64_t>(0) : std::nullopt;
}

}  // namespace lerl
