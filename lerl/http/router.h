#pragma once
// Router: finds the handler of a request by method and path.
//
// A pattern is a path whose segments are fixed, or {name}, or {name}:verb. A fixed segment may hold
// a verb too: /v1/policies:reload. Of several patterns that fit a path, the one whose first
// differing segment is fixed wins, whatever the method. A path with another method is answered by
// 405 with Allow, an unknown path by 404. HEAD is answered by the route of GET (the server leaves
// the body out), OPTIONS by Allow.
//
//   Router router;
//   router.Add({.method = "GET", .pattern = "/v1/items/{id}", .name = "item",
//               .scope = Scope::kRead, .query = {"k"}, .handle = ShowItem});
//   HttpServer server(config, [&](Request& request) { return router.Handle(request); });

#include <functional>
#include <string>
#include <vector>

#include "lerl/http/message.h"
#include "lerl/http/scope.h"

namespace lerl {

struct Route {
  std::string method = {};   // in capitals
  std::string pattern = {};  // of the path
  std::string name = {};     // for logs and metrics
  Scope scope = Scope::kNone;
  std::vector<std::string> query = {};  // parameters that it knows; others are answered by 400
  // Takes JSON in UTF-8 (else 415), or no body at all, which the handler may refuse. Without it a
  // body is answered by 400.
  bool json_body = false;
  std::function<Response(const Request&)> handle = {};
};

class Router {
 public:
  // Throws ProblemError where a request may not go on with a route of this scope.
  using Guard = std::function<void(const Request&, Scope)>;

  Router();
  ~Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;

  // A bug if the pattern can't be read, or method and pattern were added before.
  void Add(Route route);
  void SetGuard(Guard guard) { guard_ = std::move(guard); }
  const std::vector<Route>& routes() const { return routes_; }  // in the order of Add

  // Answers a request, whose parameters and query it fills in; what handlers throw becomes a
  // problem (FaultResponse). May be called by several threads at once.
  Response Handle(Request& request) const;

 private:
  struct Place;  // a pattern, and its routes by method
  struct Found;
  Found Find(const Request& request, const std::vector<std::string>& segments) const;
  Response Run(Request& request, const Route& route) const;

  std::vector<Route> routes_;
  std::vector<Place> places_;  // those with earlier fixed segments first
  Guard guard_;
};

}  // namespace lerl
