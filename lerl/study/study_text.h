#pragma once
// What a study found, in words and as Markdown.

#include <string>
#include <vector>

#include "lerl/study/study_outcome.h"

namespace lerl {

// "The simulator is unfit by its audit: ..."; "" where it is not.
std::string UnfitSentence(const StudyOutcome& outcome);

// "Of 6 claims 3 are shown, of 1 the opposite is shown, 2 are not shown."
std::string VerdictCount(const StudyOutcome& outcome);

// A sentence for each contrast: its verdict, how sure it is, the smallest effect that the design
// could have seen and, where that is larger than what was looked for, the seeds that it would take.
std::vector<std::string> FindingSentences(const StudyPlan& plan, const StudyOutcome& outcome);

// "1.23", "<.001"
std::string StudyNumber(double value);
std::string StudyP(double p);
// "1.23 [1.10, 1.36]"
std::string StudyInterval(const Interval& interval);

// The page for people, Markdown: verdicts first, then what they rest on.
std::string StudyMarkdown(const StudyPlan& plan, const StudyOutcome& outcome);

}  // namespace lerl
