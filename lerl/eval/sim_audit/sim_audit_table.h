#pragma once
// The audit of a simulator as one page: the verdict on its first line, then the lights with their
// figures, check by check, then its limits in plain words.

#include <string>
#include <vector>

#include "lerl/eval/sim_audit/sim_audit.h"

namespace lerl {

// "UNFIT to compare policies in: evolving on ml-100k (red: ...)". The first line of every form.
std::string VerdictLine(const SimAudit& audit);

// What the figures can't say, in sentences: those of every audit, and those that follow from what
// this one found.
std::vector<std::string> SimAuditLimits(const SimAudit& audit);

std::string SimAuditText(const SimAudit& audit);      // for a terminal
std::string SimAuditMarkdown(const SimAudit& audit);  // for docs/

}  // namespace lerl
