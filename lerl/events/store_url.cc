#include "lerl/events/store_url.h"

#include <cctype>
#include <cstdlib>
#include <vector>

#include "lerl/base/error.h"
#include "lerl/base/index.h"

namespace lerl {
namespace {

constexpr std::string_view kSqlite = "sqlite:";
constexpr std::string_view kHidden = "***";

bool IsPostgres(std::string_view url) {
  return url.starts_with("postgresql://") || url.starts_with("postgres://");
}

int HexValue(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  const auto small = static_cast<char>(std::tolower(static_cast<unsigned char>(digit)));
  return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

bool IsEscape(std::string_view text, size_t at) {
  return text[at] == '%' && at + 2 < text.size() && HexValue(text[at + 1]) >= 0 &&
         HexValue(text[at + 2]) >= 0;
}

std::string Decoded(std::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    if (IsEscape(text, i)) {
      decoded += static_cast<char>(HexValue(text[i + 1]) * 16 + HexValue(text[i + 2]));
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

struct Place {
  size_t begin, end;
};

// The places of passwords, from the last to the first: what stands between the first ":" and the
// last "@", also where it is not written as it should be, and parameters.
std::vector<Place> Passwords(std::string_view url) {
  std::vector<Place> places;
  const size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return places;
  for (const std::string_view name : {"password=", "sslpassword="}) {
    for (size_t at = url.find(name); at != std::string_view::npos; at = url.find(name, at + 1)) {
      if (at == 0 || (url[at - 1] != '?' && url[at - 1] != '&')) continue;
      const size_t end = std::min(url.find('&', at), url.size());
      places.insert(places.begin(), {at + name.size(), end});
    }
  }
  const size_t at = url.rfind('@');
  const size_t colon = url.find(':', scheme + 3);
  if (at != std::string_view::npos && colon < at) places.push_back({colon + 1, at});
  return places;
}

void RequireReadable(std::string_view url) {
  for (const Place& place : Passwords(url)) {
    const std::string_view password = url.substr(place.begin, place.end - place.begin);
    for (size_t i = 0; i < password.size(); ++i) {
      const bool escape = password[i] != '%' || IsEscape(password, i);
      if (escape && std::string_view("/@:?#[] ").find(password[i]) == std::string_view::npos)
        continue;
      throw Error(ErrorKind::kConfig,
                  "store.url: its password has characters that must be written otherwise in a URL, "
                  "such as %2F for / and %40 for @");
    }
  }
}

StoreUrl Read(const std::string& url) {
  if (url.starts_with(kSqlite)) return {.postgres = false, .place = url.substr(kSqlite.size())};
  if (IsPostgres(url)) {
    RequireReadable(url);
    return {.postgres = true, .place = url};
  }
  const size_t scheme = url.find("://");
  if (scheme != std::string::npos)
    throw Error(ErrorKind::kConfig, "store.url: " + url.substr(0, scheme) +
                                        ":// is no store; use sqlite:PATH or "
                                        "postgresql://HOST/DATABASE");
  for (const char* word : {"host=", "dbname=", "password="}) {
    if (url.find(word) != std::string::npos)
      throw Error(ErrorKind::kConfig,
                  "store.url: a server is written as postgresql://HOST/DATABASE");
  }
  return {.postgres = false, .place = url};
}

}  // namespace

StoreUrl FindStore(const StoreConfig& config) {
  std::string url = config.url;
  if (const char* given = std::getenv("LERL_STORE_URL"); url.empty() && given != nullptr)
    url = given;
  if (url.empty())
    throw Error(ErrorKind::kConfig,
                "store.url: not set; give it, or set LERL_STORE_URL, such as sqlite:events.db");
  return Read(url);
}

std::string WithoutPassword(const std::string& url) {
  std::string shown = url;
  if (!IsPostgres(url)) return shown;
  for (const Place& place : Passwords(url))
    shown.replace(place.begin, place.end - place.begin, kHidden);
  return shown;
}

std::string WithoutPasswordOf(const std::string& url, std::string text) {
  for (const Place& place : Passwords(url)) {
    const std::string password = url.substr(place.begin, place.end - place.begin);
    for (const std::string& form : {password, Decoded(password)}) {
      if (form.empty()) continue;
      for (size_t at = text.find(form); at != std::string::npos;
           at = text.find(form, at + kHidden.size()))
        text.replace(at, form.size(), kHidden);
    }
  }
  return text;
}

std::string WithParameters(std::string url, const std::map<std::string, std::string>& parameters) {
  for (const auto& [name, value] : parameters) {
    const std::string parameter = name + "=" + value;
    const bool first = url.find('?') == std::string::npos;
    if (!first && (url.find("?" + name + "=") != std::string::npos ||
                   url.find("&" + name + "=") != std::string::npos))
      continue;
    url += (first ? "?" : "&") + parameter;
  }
  return url;
}

}  // namespace lerl
