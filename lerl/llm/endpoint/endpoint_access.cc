#include "lerl/llm/endpoint/endpoint_access.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/json_text.h"
#include "lerl/base/printable.h"
#include "lerl/llm/endpoint/http_transfer.h"

namespace lerl {
namespace {

// A shorter key is refused, since cutting it out of a server's words would garble them.
constexpr size_t kShortestKey = 4;
constexpr char kKeyPlace[] = "{key}";

[[noreturn]] void Refuse(const std::string& setting, const std::string& what) {
  throw Error(ErrorKind::kConfig, "planner.llm.endpoint." + setting + ": " + what);
}

bool IsSmall(char c) { return c >= 'a' && c <= 'z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsVisible(char c) { return c > ' ' && c < 127; }

bool IsNameOfVariable(const std::string& text) {
  return !text.empty() && !IsDigit(text[0]) && std::ranges::all_of(text, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
  });
}

std::vector<std::string> QuestionUrls(const EndpointConfig& config) {
  std::vector<std::string> urls;
  for (std::string url : config.urls) {
    const std::string fault = UrlFault(url);
    if (!fault.empty())
      Refuse("urls", "entry " + std::to_string(urls.size() + 1) + ": " + fault +
                         "; write it as http://localhost:8080/v1");
    while (url.ends_with('/')) url.pop_back();
    constexpr std::string_view kPath = "/chat/completions";
    if (url.ends_with(kPath)) url.resize(url.size() - kPath.size());
    urls.push_back(url.append(kPath));
  }
  LERL_CHECK(!urls.empty());
  return urls;
}

std::string ReadKey(const std::string& variable) {
  if (variable.empty()) return "";
  if (!IsNameOfVariable(variable) || LooksLikeKey(variable))
    Refuse("api_key_env",
           "it holds no name of a variable of the environment, but what may be a key; put the key "
           "into a variable, and name that, such as OPENAI_API_KEY");
  const char* value = std::getenv(variable.c_str());
  if (value == nullptr || *value == '\0')
    Refuse("api_key_env", "the environment has no " + variable +
                              "; set it to the key, or leave the setting empty for servers "
                              "without one");
  std::string key = value;
  if (!std::ranges::all_of(key, IsVisible) || key.size() < kShortestKey)
    Refuse("api_key_env", "what " + variable +
                              " holds is no key (too short, or with blanks or control "
                              "characters); set it anew");
  return key;
}

// The headers of a request. The key stands where a header has {key}, and otherwise in the usual
// one.
std::vector<std::string> ReadHeaders(const EndpointConfig& config, const std::string& key) {
  std::vector<std::string> headers;
  bool has_key = false;
  for (std::string header : config.headers) {
    const std::string entry = "entry " + std::to_string(headers.size() + 1) + ": ";
    const size_t colon = std::min(header.find(':'), header.size());
    const std::string name = header.substr(0, colon);
    const bool is_header =
        colon < header.size() && !name.empty() &&
        std::ranges::all_of(name, [](char c) { return IsVisible(c) && c != ':'; }) &&
        std::ranges::all_of(header, [](char c) { return c == ' ' || IsVisible(c) || c < 0; });
    if (!is_header) Refuse("headers", entry + "it is no header; write it as \"Name: value\"");
    const size_t at = header.find(kKeyPlace, colon);
    const std::string value(Trimmed(header.substr(colon + 1)));
    const size_t blank = value.rfind(' ');
    if (at == std::string::npos &&
        LooksLikeKey(blank == std::string::npos ? value : value.substr(blank + 1)))
      Refuse("headers", entry + "the value of " + name +
                            " may be a key; put it into a variable of the environment, name that "
                            "by api_key_env, and write {key} in its place");
    if (at != std::string::npos) {
      if (key.empty()) Refuse("headers", entry + "{key} stands for a key; name it by api_key_env");
      header.replace(at, sizeof(kKeyPlace) - 1, key);
      has_key = true;
    }
    headers.push_back(std::move(header));
  }
  if (!key.empty() && !has_key) headers.push_back("Authorization: Bearer " + key);
  return headers;
}

std::string ReadQuery(std::string query) {
  if (query.starts_with('?')) query.erase(0, 1);
  if (query.empty()) return "";
  if (!std::ranges::all_of(query, [](char c) { return IsVisible(c) && c != '#'; }))
    Refuse("query", "it must be as in a URL, name=value, without blanks and #");
  return "?" + query;
}

}  // namespace

bool LooksLikeKey(const std::string& text) {
  constexpr size_t kShort = 16, kLong = 20, kVeryLong = 32;
  for (const char* begin : {"sk-", "pk-", "gsk_", "hf_", "xai-", "AIza", "ghp_", "nvapi-"})
    if (text.starts_with(begin) && text.size() >= kShort) return true;
  const bool digit = std::ranges::any_of(text, IsDigit), small = std::ranges::any_of(text, IsSmall);
  const bool words = text.find_first_of("_-./ ") != std::string::npos;
  return (text.size() >= kLong && digit && small) || (text.size() >= kShort && digit && !words) ||
         (text.size() >= kVeryLong && !words);
}

EndpointAccess ReadAccess(const EndpointConfig& config) {
  EndpointAccess access{.urls = QuestionUrls(config),
                        .query = ReadQuery(config.query),
                        .headers = {},
                        .key = ReadKey(config.api_key_env)};
  access.headers = ReadHeaders(config, access.key);
  if (!config.body.empty() && !TryParseJson(config.body).is_object())
    Refuse("body", "it is no JSON object; write it as {\"top_p\": 1}");
  std::error_code error;
  if (!config.ca_file.empty() && !std::filesystem::is_regular_file(config.ca_file, error))
    Refuse("ca_file", "there is no file " + Printable(config.ca_file) +
                          "; name one with certificates in PEM, or leave the setting empty");
  return access;
}

}  // namespace lerl
