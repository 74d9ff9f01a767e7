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
constexpr char kWhereKeysBelong[] =
    "; put it into a variable of the environment, and name that by api_key_env";

[[noreturn]] void Refuse(const std::string& setting, const std::string& what) {
  throw Error(ErrorKind::kConfig, "planner.llm.endpoint." + setting + ": " + what);
}

bool IsSmall(char c) { return c >= 'a' && c <= 'z'; }
bool IsCapital(char c) { return c >= 'A' && c <= 'Z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsVisible(char c) { return c > ' ' && c < 127; }

// Whether a text begins as the keys of well-known services do.
bool BeginsAsKey(const std::string& text) {
  constexpr size_t kShort = 16;
  constexpr const char* kBeginnings[] = {"sk-",  "sk_",   "pk-",    "gsk_", "hf_",  "xai-", "AIza",
                                         "ghp_", "pplx-", "nvapi-", "r8_",  "tgp_", "eyJ"};
  return text.size() >= kShort && std::ranges::any_of(kBeginnings, [&](const char* begin) {
           return text.starts_with(begin);
         });
}

// The same, or a long text without parts, as names of models and versions are not.
bool LooksRandom(const std::string& text) {
  constexpr size_t kShort = 16, kVeryLong = 32;
  const bool words = text.find_first_of("_-./ ") != std::string::npos;
  return BeginsAsKey(text) || (!words && text.size() >= kVeryLong) ||
         (!words && text.size() >= kShort && std::ranges::any_of(text, IsDigit));
}

// Whether a header, a parameter of a URL or a member of a body by this name holds a key.
bool NamesKey(std::string name) {
  std::erase_if(name, [](char c) { return c == '-' || c == '_'; });
  name = SmallLetters(std::move(name));
  constexpr const char* kNames[] = {
      "key",    "token",       "authorization", "sig",         "signature",
      "secret", "password",    "code",          "accesstoken", "authtoken",
      "bearer", "bearertoken", "cookie",        "credentials", "proxyauthorization"};
  return name.ends_with("apikey") || name.ends_with("subscriptionkey") ||
         name.ends_with("secretkey") || name.ends_with("accesskey") || name.ends_with("authkey") ||
         std::ranges::any_of(kNames, [&](const char* known) { return name == known; });
}

std::string LastWord(const std::string& text) {
  const size_t blank = text.rfind(' ');
  return blank == std::string::npos ? text : text.substr(blank + 1);
}

bool IsNameOfVariable(const std::string& text) {
  return !text.empty() && !IsDigit(text[0]) && std::ranges::all_of(text, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
  });
}

// Numbers of accounts may stand in a path, so a long text is taken for a key only where it has
// small letters, capitals and digits.
bool HoldsKeyInPath(const std::string& url) {
  constexpr size_t kVeryLong = 32;
  for (size_t begin = 0; begin < url.size();) {
    const size_t end = std::min(url.find_first_of("/:", begin), url.size());
    const std::string part = url.substr(begin, end - begin);
    const bool mixed = part.size() >= kVeryLong && std::ranges::any_of(part, IsSmall) &&
                       std::ranges::any_of(part, IsCapital) && LooksRandom(part);
    if (BeginsAsKey(part) || mixed) return true;
    begin = end + 1;
  }
  return false;
}

std::vector<std::string> QuestionUrls(const EndpointConfig& config) {
  std::vector<std::string> urls;
  for (std::string url : config.urls) {
    const std::string fault = UrlFault(url);
    if (!fault.empty())
      Refuse("urls", "entry " + std::to_string(urls.size() + 1) + ": " + fault +
                         "; write it as http://localhost:8080/v1");
    if (HoldsKeyInPath(url))
      Refuse("urls", "entry " + std::to_string(urls.size() + 1) +
                         ": a part of its path may be a key" + kWhereKeysBelong);
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
    if (at == std::string::npos && (NamesKey(name) || LooksLikeKey(LastWord(value))))
      Refuse("headers", std::string(entry)
                            .append("the value of ")
                            .append(name)
                            .append(" may be a key")
                            .append(kWhereKeysBelong)
                            .append(", and write {key} in its place"));
    if (at != std::string::npos) {
      if (key.empty()) Refuse("headers", entry + "{key} stands for a key; name it by api_key_env");
      header.replace(at, sizeof(kKeyPlace) - 1, key);
      has_key = true;
    }
    headers.push_back(std::move(header));
  }
  if (!key.empty() && !has_key && config.query.find(kKeyPlace) == std::string::npos)
    headers.push_back("Authorization: Bearer " + key);
  return headers;
}

std::string AsInUrl(const std::string& text) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string spelled;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.') {
      spelled += c;
    } else {
      spelled += {'%', kDigits[static_cast<unsigned char>(c) >> 4U], kDigits[c & 15]};
    }
  }
  return spelled;
}

// The query with the key where it has {key}.
std::string ReadQuery(std::string query, const std::string& key) {
  if (query.starts_with('?')) query.erase(0, 1);
  if (query.empty()) return "";
  if (!std::ranges::all_of(query, [](char c) { return IsVisible(c) && c != '#'; }))
    Refuse("query", "it must be as in a URL, name=value, without blanks and #");
  for (size_t begin = 0; begin < query.size();) {
    const size_t end = std::min(query.find_first_of("&;", begin), query.size());
    const std::string part = query.substr(begin, end - begin);
    const size_t equals = part.find('=');
    const std::string value = equals == std::string::npos ? part : part.substr(equals + 1);
    if (value != kKeyPlace &&
        ((equals != std::string::npos && NamesKey(part.substr(0, equals))) || LooksRandom(value)))
      Refuse("query", std::string("a value in it may be a key") + kWhereKeysBelong +
                          ", and write {key} in its place");
    begin = end + 1;
  }
  const size_t at = query.find(kKeyPlace);
  if (at == std::string::npos) return "?" + query;
  if (key.empty()) Refuse("query", "{key} stands for a key; name it by api_key_env");
  return "?" + query.replace(at, sizeof(kKeyPlace) - 1, AsInUrl(key));
}

// Whether a text within a body may be a key, or stands where keys do.
bool HoldsKey(const nlohmann::json& json) {
  if (json.is_string()) return LooksRandom(LastWord(json.get_ref<const std::string&>()));
  if (!json.is_structured()) return false;
  for (const auto& [name, value] : json.items())
    if ((json.is_object() && value.is_string() && NamesKey(name)) || HoldsKey(value)) return true;
  return false;
}

void CheckBody(const std::string& body) {
  if (body.empty()) return;
  const nlohmann::json json = TryParseJson(body);
  if (!json.is_object()) Refuse("body", "it is no JSON object; write it as {\"top_p\": 1}");
  if (HoldsKey(json))
    Refuse("body",
           std::string("a text in it may be a key, which no body carries") + kWhereKeysBelong);
}

}  // namespace

bool LooksLikeKey(const std::string& text) {
  constexpr size_t kLong = 20;
  return LooksRandom(text) || (text.size() >= kLong && std::ranges::any_of(text, IsDigit) &&
                               std::ranges::any_of(text, IsSmall));
}

EndpointAccess ReadAccess(const EndpointConfig& config) {
  EndpointAccess access{
      .urls = QuestionUrls(config), .query = {}, .headers = {}, .key = ReadKey(config.api_key_env)};
  access.query = ReadQuery(config.query, access.key);
  access.headers = ReadHeaders(config, access.key);
  CheckBody(config.body);
  if (BeginsAsKey(config.model))
    Refuse("model", std::string("it is no name of a model, but may be a key") + kWhereKeysBelong);
  std::error_code error;
  if (!config.ca_file.empty() && !std::filesystem::is_regular_file(config.ca_file, error))
    Refuse("ca_file", "there is no file " + Printable(config.ca_file) +
                          "; name one with certificates in PEM, or leave the setting empty");
  return access;
}

}  // namespace lerl
