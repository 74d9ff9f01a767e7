#pragma once
// Refusals as HTTP answers: the one table of kinds and statuses.

#include <functional>
#include <string>

#include "lerl/http/message.h"
#include "lerl/serve/refusal.h"

namespace lerl {

// The problem type of a name: "urn:lerl:problem:session-ended".
std::string ProblemType(const std::string& name);
Problem ProblemOf(const Refusal& refusal);
// A problem of a request that says something that can't be (422).
Problem InvalidProblem(const std::string& name, const std::string& detail,
                       const std::string& field);

// A handler whose refusals become problems.
std::function<Response(const Request&)> WithProblems(
    std::function<Response(const Request&)> handle);

}  // namespace lerl
