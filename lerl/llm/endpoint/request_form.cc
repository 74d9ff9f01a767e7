#include "lerl/llm/endpoint/request_form.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "lerl/base/json_text.h"
#include "lerl/base/printable.h"

namespace lerl {
namespace {

using Json = nlohmann::json;

constexpr size_t kReadOfRefusal = 4096;  // bytes
constexpr char kRenamedLength[] = "max_completion_tokens";

bool IsWord(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Where `word` stands in `text`, not as a part of a longer word; npos where it does not.
size_t PlaceOf(const std::string& text, const std::string& word) {
  for (size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    const size_t end = at + word.size();
    if ((at == 0 || !IsWord(text[at - 1])) && (end == text.size() || !IsWord(text[end]))) return at;
  }
  return std::string::npos;
}

bool HasAnyOf(const std::string& text, std::initializer_list<const char*> words) {
  return std::ranges::any_of(
      words, [&](const char* word) { return text.find(word) != std::string::npos; });
}

// Every text within a value, one after another.
void AddTexts(const Json& json, std::string& text) {
  if (text.size() > kReadOfRefusal) return;
  if (json.is_string()) text += json.get_ref<const std::string&>() + " ";
  if (json.is_structured())
    for (const Json& entry : json) AddTexts(entry, text);
}

// What a refusal says: the parameter that it names by itself, "" where it names none, and its
// words; both in small letters.
struct Refusal {
  std::string name, words, code;
};

Refusal ReadRefusal(const std::string& body) {
  const Json whole = TryParseJson(body);
  const Json& json = whole.is_array() && !whole.empty() ? whole[0] : whole;
  Refusal refusal;
  const Json& error = MemberOf(json, "error");
  refusal.name = TextOf(error, "param");
  if (refusal.name.empty()) refusal.name = TextOf(json, "param");
  for (const Json* holder : {&json, &error, &MemberOf(json, "message")}) {
    const Json& detail = MemberOf(*holder, "detail");
    if (!detail.is_array() || detail.empty()) continue;
    const Json& place = MemberOf(detail[0], "loc");
    if (refusal.name.empty() && place.is_array()) AddTexts(place, refusal.name);
    refusal.words += TextOf(detail[0], "msg") + " ";
  }
  for (const Json* holder : {&json, &error})
    refusal.code += TextOf(*holder, "code") + " " + TextOf(*holder, "type") + " ";
  refusal.words += TextOf(error, "message") + TextOf(json, "message");
  if (Json texts = error.is_null() ? json : error; refusal.words.size() < 2)
    AddTexts(texts, refusal.words);
  if (refusal.words.empty()) refusal.words = body;
  for (std::string* text : {&refusal.name, &refusal.words}) {
    text->resize(std::min(text->size(), kReadOfRefusal));
    *text = SmallLetters(std::move(*text));
  }
  return refusal;
}

std::vector<int64_t> NumbersIn(const std::string& text) {
  std::vector<int64_t> numbers;
  for (size_t at = 0; at < text.size(); ++at) {
    if (std::isdigit(static_cast<unsigned char>(text[at])) == 0) continue;
    int64_t number = 0;
    for (; at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0; ++at)
      number = std::min<int64_t>(int64_t{1} << 40, number * 10 + (text[at] - '0'));
    numbers.push_back(number);
  }
  return numbers;
}

// Which parameter is refused: by its own name, or the one that the words name first.
std::string ParameterOf(const Refusal& refusal, const RequestParts& parts) {
  const std::string text = refusal.name.empty() ? refusal.words : refusal.name;
  std::string first;
  size_t place = std::string::npos;
  const auto look = [&](const char* word, const char* parameter) {
    const size_t at = PlaceOf(text, word);
    if (at < place) place = at, first = parameter;
  };
  for (const char* word : {"max_tokens", kRenamedLength, "max_output_tokens", "max_new_tokens"})
    look(word, "length");
  look("temperature", "temperature");
  look("seed", "seed");
  look("stream", "stream");
  if (parts.logprobs)
    for (const char* word : {"top_logprobs", "logprobs"}) look(word, "top_logprobs");
  if (parts.structure)
    for (const char* word : {"response_format", "json_schema", "grammar", "structured outputs"})
      look(word, "structure");
  const bool of_roles =
      HasAnyOf(text, {"role", "message", "instruction"}) &&
      HasAnyOf(refusal.words, {"system", "developer instruction", "conversation roles",
                               "roles are supported", "unexpected message role"});
  if (parts.system_role && of_roles && first.empty()) first = "system role";
  return first;
}

// The limit that words give behind such as "at most", or the upper one of a range; 0: none.
int64_t LimitIn(const std::string& words) {
  for (const char* cue : {"between", "range", "equal to", "at most", "<=", "no more than", "up to",
                          "exceed", "maximum", "max allowed", "limit", "less than", "below"}) {
    const size_t at = words.find(cue);
    if (at == std::string::npos) continue;
    std::vector<int64_t> numbers = NumbersIn(words.substr(at));
    const bool range = HasAnyOf(cue, {"between", "range"});
    numbers.resize(std::min<size_t>(numbers.size(), range ? 2 : 1));
    const bool above = HasAnyOf(cue, {"less than", "below"});  // the limit is not allowed itself
    if (!numbers.empty()) return std::ranges::max(numbers) - (above ? 1 : 0);
  }
  return 0;
}

std::string LowerLogprobs(RequestForm& form, const std::string& words) {
  if (form.top_logprobs == 0) return "";
  int64_t lower = LimitIn(words);
  if (lower >= form.top_logprobs) lower = 0;
  const bool none = HasAnyOf(words, {"not support", "unsupported", "not enabled", "not allowed",
                                     "not available", "unknown", "unrecognized", "extra"});
  if (lower == 0 && !none) lower = form.top_logprobs > 5 ? 5 : form.top_logprobs > 1 ? 1 : 0;
  form.top_logprobs = lower;
  return lower == 0 ? "logprobs is left out"
                    : "top_logprobs is lowered to " + std::to_string(lower);
}

std::string ChangeLength(RequestForm& form, const RequestParts& parts, const std::string& words) {
  if (form.length_name.empty()) return "";
  if (HasAnyOf(words, {"at least", "minimum", ">=", "greater than or equal", "below min"})) {
    for (const int64_t number : NumbersIn(words)) {
      if (number <= std::max(parts.length, form.least_length) || number > 4096) continue;
      form.least_length = number;
      return form.length_name + " is raised to " + std::to_string(number);
    }
  }
  const std::string old =
      std::exchange(form.length_name, form.length_name == kRenamedLength ? "" : kRenamedLength);
  return form.length_name.empty() ? old + " is left out" : form.length_name + " takes its place";
}

std::string LeaveOut(bool& part, const char* what) {
  return std::exchange(part, false) ? std::string(what) + " is left out" : "";
}

}  // namespace

bool IsRefusal(int status, const std::string& body) {
  if (status == 400 || status == 422) return true;
  if (status != 500 && status != 501) return false;
  const std::string words = ReadRefusal(body).words;
  return HasAnyOf(words, {"not support", "unsupported", "not implement", "unrecognized",
                          "unknown parameter", "unexpected keyword", "extra inputs", "message role",
                          "roles must alternate", "roles are supported"});
}

bool NamesLogprobs(const std::string& words) {
  return HasAnyOf(words, {"logprob", "Logprob", "log prob", "log-prob", "LOGPROB"});
}

int StatusByWords(int status, const std::string& body) {
  const Refusal refusal = ReadRefusal(body);
  const std::string &words = refusal.words, &code = refusal.code;
  if (status == 429) return HasAnyOf(code, {"insufficient_quota"}) ? 402 : 429;
  if (status != 0 && status != 400 && status != 422) return status;
  if (HasAnyOf(code, {"invalid_api_key"}) ||
      (HasAnyOf(words, {"api key", "api_key", "api-key", "apikey"}) &&
       HasAnyOf(words, {"invalid", "not valid", "incorrect", "expired", "missing", "wrong"})))
    return 401;
  const bool no_model =
      HasAnyOf(words, {"model"}) && HasAnyOf(words, {"does not exist", "not found", "unknown model",
                                                     "no such model", "not a valid model"});
  const RequestParts all = {.logprobs = true, .structure = true, .system_role = true};
  if (HasAnyOf(code, {"model_not_found"}) || (no_model && ParameterOf(refusal, all).empty()))
    return 404;
  return HasAnyOf(words, {"unexpected endpoint", "no such endpoint"}) ? 404 : status;
}

std::string Adapt(RequestForm& form, const RequestParts& parts, const std::string& body) {
  const Refusal refusal = ReadRefusal(body);
  // A stream is what this program does not read.
  if (HasAnyOf(refusal.words, {"only support stream", "only supports stream"})) return "";
  if (HasAnyOf(refusal.words, {"context length", "context window", "context size"})) return "";
  const std::string parameter = ParameterOf(refusal, parts);
  if (parameter == "top_logprobs") return LowerLogprobs(form, refusal.words);
  if (parameter == "length") return ChangeLength(form, parts, refusal.words);
  if (parameter == "temperature") return LeaveOut(form.temperature, "temperature");
  if (parameter == "seed") return LeaveOut(form.seed, "seed");
  if (parameter == "stream") return LeaveOut(form.stream, "stream");
  if (parameter == "structure") return LeaveOut(form.structure, "the form of a list");
  if (parameter == "system role" && std::exchange(form.system_role, false))
    return "the system message goes before the user's";
  return "";
}

}  // namespace lerl
