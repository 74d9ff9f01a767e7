#pragma once
// For tests: a study of two factors on the tiny data set, in a folder of its own.

#include <string>
#include <vector>

#include "lerl/study/study_plan.h"
#include "lerl/testing/small_comparison.h"

namespace lerl {

inline constexpr char kStudyHead[] = R"(title = "Tiny"
question = "Do plans help?"
base = "base.toml"
notes = ["A note."]
)";
inline constexpr char kStudyFactors[] = R"(
[[factor]]
name = "planner"
[[factor.level]]
name = "none"
planner.name = "none"
[[factor.level]]
name = "planned"
planner.name = "round_robin"
[[factor]]
name = "agent"
[[factor.level]]
name = "ppo"
[[factor.level]]
name = "by chance"
agent.name = "random"
)";
inline constexpr char kStudyClaim[] = R"(
[[claim]]
factor = "planner"
level = "planned"
against = "none"
)";

class StudyTest : public ComparisonTest {
 protected:
  std::filesystem::path WriteStudy(const std::string& text) const {
    return folder_.Write("study.toml", text);
  }
  StudyPlan PlanOf(const std::string& head = kStudyHead, const std::string& factors = kStudyFactors,
                   const std::string& claims = kStudyClaim,
                   const std::vector<std::string>& sets = {}) const {
    return MakeStudyPlan(ReadStudy(WriteStudy(head + factors + claims), sets));
  }
  std::string RefusalOf(const std::string& head, const std::string& factors = kStudyFactors,
                        const std::string& claims = kStudyClaim) const {
    return ErrorOf(ErrorKind::kConfig, [&] { PlanOf(head, factors, claims); });
  }
};

}  // namespace lerl
