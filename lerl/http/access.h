#pragma once
// Who may do what: bearer tokens (RFC 6750) with a scope, and names that the server answers to.
//
// Tokens come from a file, one "SCOPE:TOKEN" a line (lines that begin with # are remarks), and from
// the environment variable LERL_SERVE_TOKENS, "SCOPE:TOKEN" separated by blanks. A scope is read or
// write, a token 16 to 512 characters of [A-Za-z0-9._~+/=-]. Only SHA-256 digests are kept, so no
// message, log or dump of this unit can show a token.

#include <string>
#include <string_view>
#include <vector>

#include "lerl/base/config.h"
#include "lerl/http/message.h"
#include "lerl/http/scope.h"
#include "lerl/http/sha256.h"

namespace lerl {

inline constexpr const char* kTokensVariable = "LERL_SERVE_TOKENS";

struct AccessConfig {
  std::string tokens_file;

  void VisitFields(FieldVisitor& visit) {
    visit("tokens_file", tokens_file,
          "file of bearer tokens, a line read:TOKEN or write:TOKEN each, which its owner alone may "
          "read (or a credential of systemd); empty: those of the environment variable "
          "LERL_SERVE_TOKENS alone");
  }
};

class Access {
 public:
  Access() = default;  // no tokens
  // Reads file and environment. Throws Error(kConfig) where the file can't be read or may be read
  // by others, or a line of it (named by its number) or of the environment is wrong.
  explicit Access(const AccessConfig& config);

  bool has_tokens() const { return !tokens_.empty(); }
  // Throws ProblemError: 401 without a known token, 403 where its scope does not do. Without any
  // tokens everything is allowed, which is for the loopback alone.
  void Check(const Request& request, Scope scope) const;

 private:
  struct Token {
    Digest digest{};
    Scope scope = Scope::kRead;
  };
  void Add(std::string_view text, const std::string& where);
  Scope ScopeOf(std::string_view token) const;
  std::vector<Token> tokens_;
};

// Whether the server is reached from this machine alone by this name or address.
bool IsLoopback(std::string_view host);

// Throws Error(kConfig) where the host is no loopback and there is no token: all the network could
// then do everything.
void RequireTokens(const std::string& host, const Access& access);

// Whether a Host header names a server that listens on `host`. On the loopback only its own names
// and those of `allowed` do, so that a page of the web whose name is made to lead here (DNS
// rebinding) is not answered. Elsewhere, those of `allowed`, and all if there are none.
bool KnowsHost(std::string_view header, const std::string& host,
               const std::vector<std::string>& allowed);

// Whether a request may come from a page of another origin, which must not change anything: it has
// an Origin that is not that of its Host.
bool IsCrossOrigin(const Request& request);

// What every answer carries, unless it says otherwise.
const Fields& SecurityHeaders();

}  // namespace lerl
