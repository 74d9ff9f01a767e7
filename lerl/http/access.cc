#include "lerl/http/access.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/printable.h"

namespace lerl {
namespace {

constexpr std::string_view kBlanks = " \t\r\n,";
constexpr size_t kShortestToken = 16, kLongestToken = 512;
constexpr std::string_view kScheme = "bearer ";

[[noreturn]] void RefuseTokens(const std::string& where, const std::string& what) {
  throw Error(ErrorKind::kConfig, where + ": " + what);
}

bool IsTokenText(std::string_view text) {
  constexpr std::string_view kKnown =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~+/=-";
  return text.size() >= kShortestToken && text.size() <= kLongestToken &&
         text.find_first_not_of(kKnown) == std::string_view::npos;
}

// Whether systemd keeps the file for this service (LoadCredential=): the folder is closed to all
// others, and the service's right to the file may be an access list, which shows as the group's.
bool IsCredential(const std::string& file) {
  const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
  return folder != nullptr && *folder != '\0' && file.starts_with(std::string(folder) + "/");
}

void RequirePrivate(const std::string& file) {
  struct stat info {};
  if (::stat(file.c_str(), &info) != 0) RefuseTokens(Printable(file), "cannot be read");
  const mode_t of_others = IsCredential(file) ? S_IWGRP | S_IRWXO : S_IRWXG | S_IRWXO;
  if ((info.st_mode & of_others) != 0)
    RefuseTokens(Printable(file), "others may read the tokens; run chmod 600 on it");
}

// The name in a Host header or an authority, without its port, in small letters.
std::string HostName(std::string_view header) {
  const size_t end = header.starts_with('[') ? header.find(']') : header.find(':');
  if (header.starts_with('[') && end != std::string_view::npos)
    return SmallLetters(std::string(header.substr(1, end - 1)));
  return SmallLetters(std::string(header.substr(0, end)));
}

[[noreturn]] void AskForToken(const std::string& detail) {
  throw ProblemError({.status = 401,
                      .detail = detail,
                      .headers = {{"WWW-Authenticate", "Bearer realm=\"lerl\""}}});
}

}  // namespace

Access::Access(const AccessConfig& config) {
  if (!config.tokens_file.empty()) {
    RequirePrivate(config.tokens_file);
    const std::string text = ReadFile(config.tokens_file);
    std::string_view rest = text;
    for (int number = 1; !rest.empty(); ++number) {
      const size_t end = std::min(rest.find('\n'), rest.size());
      const std::string_view line = Trimmed(rest.substr(0, end), kBlanks);
      const std::string where = Printable(config.tokens_file) + ":" + std::to_string(number);
      if (!line.empty() && !line.starts_with('#')) Add(line, where);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  if (const char* variable = std::getenv(kTokensVariable)) {
    std::string_view rest = Trimmed(variable, kBlanks);
    while (!rest.empty()) {
      const size_t end = std::min(rest.find_first_of(kBlanks), rest.size());
      Add(rest.substr(0, end), kTokensVariable);
      rest = Trimmed(rest.substr(end), kBlanks);
    }
  }
}

void Access::Add(std::string_view text, const std::string& where) {
  const size_t colon = text.find(':');
  const std::string_view scope = text.substr(0, colon);
  if (colon == std::string_view::npos || (scope != "read" && scope != "write"))
    RefuseTokens(where, "a token must be given as read:TOKEN or write:TOKEN");
  const std::string_view token = text.substr(colon + 1);
  if (!IsTokenText(token))
    RefuseTokens(where, "a token must have 16 to 512 characters of A-Z a-z 0-9 . _ ~ + / = -");
  tokens_.push_back({Sha256(token), scope == "read" ? Scope::kRead : Scope::kWrite});
}

Scope Access::ScopeOf(std::string_view token) const {
  const Digest digest = Sha256(token);
  Scope scope = Scope::kNone;
  for (const Token& known : tokens_)  // all of them, whichever it is
    if (SameDigest(known.digest, digest)) scope = std::max(scope, known.scope);
  return scope;
}

void Access::Check(const Request& request, Scope scope) const {
  if (tokens_.empty() || scope == Scope::kNone) return;
  const std::string& header = FieldOf(request.headers, "authorization");
  if (header.empty()) AskForToken("this needs a token; send Authorization: Bearer TOKEN");
  if (SmallLetters(header.substr(0, kScheme.size())) != kScheme)
    AskForToken("the header Authorization must be Bearer TOKEN");
  const Scope given = ScopeOf(Trimmed(std::string_view(header).substr(kScheme.size())));
  if (given == Scope::kNone) AskForToken("the token is not known");
  if (given >= scope) return;
  throw ProblemError(
      {.status = 403,
       .detail = "the token may read and not write",
       .headers = {{"WWW-Authenticate",
                    "Bearer realm=\"lerl\", error=\"insufficient_scope\", scope=\"write\""}}});
}

bool IsLoopback(std::string_view host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

void RequireTokens(const std::string& host, const Access& access) {
  if (IsLoopback(host) || access.has_tokens()) return;
  throw Error(ErrorKind::kConfig,
              "host " + Printable(host) +
                  ": others can reach it and there is no token; set LERL_SERVE_TOKENS or a "
                  "tokens_file, or listen on 127.0.0.1");
}

bool KnowsHost(std::string_view header, const std::string& host,
               const std::vector<std::string>& allowed) {
  const std::string name = HostName(header);
  const auto same = [&name](const std::string& known) { return SmallLetters(known) == name; };
  if (std::ranges::any_of(allowed, same)) return true;
  if (!IsLoopback(host)) return allowed.empty();
  return name == "localhost" || name == "127.0.0.1" || name == "::1" || same(host);
}

bool IsCrossOrigin(const Request& request) {
  const std::string& origin = FieldOf(request.headers, "origin");
  if (origin.empty()) return false;
  const std::string host = SmallLetters(FieldOf(request.headers, "host"));
  return SmallLetters(origin) != "http://" + host && SmallLetters(origin) != "https://" + host;
}

const Fields& SecurityHeaders() {
  static const Fields headers = {
      {"Cache-Control", "no-store"},
      {"Content-Security-Policy",
       "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
       "object-src 'none'"},
      {"Cross-Origin-Opener-Policy", "same-origin"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
      {"Permissions-Policy", "camera=(), geolocation=(), microphone=()"},
      {"Referrer-Policy", "no-referrer"},
      {"X-Content-Type-Options", "nosniff"},
      {"X-Frame-Options", "DENY"}};
  return headers;
}

}  // namespace lerl
