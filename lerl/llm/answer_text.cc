#include "lerl/llm/answer_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "lerl/base/json_text.h"
#include "lerl/base/printable.h"

namespace lerl {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::string_view kFence = "```";

struct Tags {
  std::string_view open, close;
};
constexpr Tags kThinking[] = {{"<think>", "</think>"},
                              {"<thinking>", "</thinking>"},
                              {"<thought>", "</thought>"},
                              {"<reasoning>", "</reasoning>"},
                              {"<reflection>", "</reflection>"},
                              {"[think]", "[/think]"},
                              {"<|begin_of_thought|>", "<|end_of_thought|>"},
                              {"\u25C1think\u25B7", "\u25C1/think\u25B7"}};
constexpr std::string_view kFinalChannel = "<|channel|>final<|message|>";
constexpr std::string_view kChannel = "<|channel|>";
// Under which the list of an object is the answer, in small letters.
constexpr std::string_view kAnswerNames[] = {
    "list",       "ranking", "ranked_list", "ranked", "order",   "plan",  "labels",
    "categories", "answer",  "answers",     "result", "results", "output"};
constexpr std::string_view kEndings[] = {"<|end|>", "<|return|>"};

// One pass: answers may have megabytes of tags.
std::string WithoutParts(const std::string& text, Tags tags) {
  const std::string small = SmallLetters(text);
  std::string kept;
  size_t open = small.find(tags.open), close = small.find(tags.close);
  for (size_t at = 0; at < text.size();) {
    if (open != std::string::npos && open < at) open = small.find(tags.open, at);
    if (close != std::string::npos && close < at) close = small.find(tags.close, at);
    if (close < open) {  // never opened
      kept.clear();
    } else {
      kept.append(text, at, open == std::string::npos ? open : open - at);
    }
    if (close == std::string::npos) break;
    at = close + tags.close.size();
  }
  return kept;
}

std::string FinalChannel(std::string text) {
  const size_t final = text.rfind(kFinalChannel);
  if (final == std::string::npos) return text.starts_with(kChannel) ? "" : text;
  text.erase(0, final + kFinalChannel.size());
  for (const std::string_view ending : kEndings)
    text.resize(std::min(text.find(ending), text.size()));
  return text;
}

// Returns what stands in the one fenced block of a text, and a text without fences as it is;
// nothing where there are several blocks, or one that never ends.
std::optional<std::string_view> Unfenced(std::string_view text) {
  const size_t open = text.find(kFence);
  if (open == std::string_view::npos) return text;
  const size_t close = text.find(kFence, open + kFence.size());
  if (close == std::string_view::npos ||
      text.find(kFence, close + kFence.size()) != std::string_view::npos)
    return std::nullopt;
  std::string_view block = text.substr(open + kFence.size(), close - open - kFence.size());
  // The language of the block stands behind its opening, up to the end of that line.
  const size_t line = block.find('\n');
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (line != std::string_view::npos &&
      std::ranges::all_of(Trimmed(block.substr(0, line), kBlanks), is_letter))
    block.remove_prefix(line);
  return block;
}

std::optional<std::vector<std::string>> JsonEntries(const Json& json) {
  const Json* list = &json;
  if (json.is_object()) {
    if (json.size() != 1) return std::nullopt;
    const std::string name = SmallLetters(json.begin().key());
    if (std::ranges::find(kAnswerNames, name) == std::end(kAnswerNames)) return std::nullopt;
    list = &json.begin().value();
  }
  if (!list->is_array() || list->empty()) return std::nullopt;
  std::vector<std::string> entries;
  for (const Json& entry : *list) {
    if (!entry.is_string()) return std::nullopt;
    entries.emplace_back(Trimmed(entry.get_ref<const std::string&>(), kBlanks));
  }
  return entries;
}

// The line without what marks it as the entry in this place, from 0: "1. B", "1) B", "- B" or
// "* B". Nothing where it has no such mark.
std::optional<std::string_view> Unmarked(std::string_view line, size_t place) {
  const std::string number = std::to_string(place + 1);
  for (const std::string& mark :
       {number + ".", number + ")", std::string("-"), std::string("*"), std::string("\u2022")}) {
    if (!line.starts_with(mark) || line.size() == mark.size()) continue;
    const std::string_view entry = Trimmed(line.substr(mark.size()), kBlanks);
    const bool parted = line[mark.size()] == ' ' || line[mark.size()] == '\t';
    if (parted && !entry.empty() && entry.find(',') == std::string_view::npos) return entry;
  }
  return std::nullopt;
}

std::vector<std::string> Parts(std::string_view list, std::string_view separators) {
  std::vector<std::string> parts;
  for (size_t begin = 0; begin <= list.size();) {
    const size_t end = std::min(list.find_first_of(separators, begin), list.size());
    parts.emplace_back(Trimmed(list.substr(begin, end - begin), kBlanks));
    begin = end + 1;
  }
  std::erase(parts, "");
  return parts;
}

std::optional<std::vector<std::string>> MarkedEntries(std::string_view list) {
  std::vector<std::string> entries;
  for (const std::string& line : Parts(list, "\n")) {
    const std::optional<std::string_view> entry = Unmarked(line, entries.size());
    if (!entry) return std::nullopt;
    entries.emplace_back(*entry);
  }
  return entries;
}

}  // namespace

std::string WithoutThinking(const std::string& text) {
  std::string rest = FinalChannel(text);
  for (const Tags tags : kThinking) rest = WithoutParts(rest, tags);
  return rest;
}

std::optional<std::vector<std::string>> ListEntries(const std::string& text) {
  const std::string answer = WithoutThinking(text);
  const std::optional<std::string_view> block = Unfenced(answer);
  if (!block) return std::nullopt;
  const std::string_view list = Trimmed(*block, kBlanks);
  if (list.empty()) return std::nullopt;
  if (list.starts_with('{') || list.starts_with('[') || list.starts_with('"'))
    return JsonEntries(TryParseJson(list));
  const auto marked = MarkedEntries(list);
  return marked ? *marked : Parts(list, ",\n");
}

std::string PlainList(const std::string& text) {
  const auto entries = ListEntries(text);
  if (!entries) return std::string(Trimmed(WithoutThinking(text), kBlanks));
  std::string list;
  for (const std::string& entry : *entries) list += (list.empty() ? "" : ", ") + entry;
  return list;
}

}  // namespace lerl
