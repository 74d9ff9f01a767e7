// A log with propensities. The first byte of the input says which columns are asked for. What was
// read is whole: probabilities are some, and each row lies in one group.

#include <numeric>
#include <string>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/eval/off_policy/read_log.h"
#include "tests/fuzz/scratch_file.h"

namespace lerl {
namespace {

LogColumns ColumnsOf(uint8_t bits) {
  const auto is = [bits](int bit) { return (bits >> bit & 1) != 0; };
  LogColumns columns;
  if (is(0)) columns.policies = {"pi"};
  if (is(1)) columns.user = "user";
  if (is(2)) columns.context = {"x"};
  if (is(3)) columns.time = "t";
  if (is(4)) columns.state = "x";
  if (is(5)) columns.propensity = "";
  columns.empty_reward_is_0 = is(3);
  if (is(6) && is(7)) columns.position = "k";
  if (is(6) && !is(7)) {
    columns.session = "s";
    columns.step = "k";
  }
  if (!is(6) && is(7)) {
    columns.slate = {"s"};
    columns.position = "k";
    columns.drops_undrawn = is(4);
  }
  return columns;
}

void CheckPolicy(const JudgedPolicy& policy, const LoggedTable& log) {
  LERL_CHECK_EQ(std::ssize(policy.of_logged), log.rows());
  for (const double p : policy.of_logged) LERL_CHECK(p >= 0 && p <= 1);
  for (const std::vector<double>& pi : policy.distributions) {
    LERL_CHECK_EQ(pi.size(), log.actions.size());
    const double sum = std::accumulate(pi.begin(), pi.end(), 0.0);
    LERL_CHECK(sum > .999 && sum < 1.001);
  }
}

void Check(const ReadLogResult& read) {
  const LoggedTable& log = read.log;
  LERL_CHECK_GT(log.rows(), 0);
  for (const double mu : log.propensity) LERL_CHECK(mu > 0 && mu <= 1);
  LERL_CHECK_EQ(std::ssize(log.features), log.rows() * log.width);
  LERL_CHECK_EQ(log.groups.front(), 0);
  LERL_CHECK_EQ(log.groups.back(), log.rows());
  for (size_t g = 1; g < log.groups.size(); ++g) LERL_CHECK_LT(log.groups[g - 1], log.groups[g]);
  for (const int32_t unit : log.unit) LERL_CHECK(unit >= 0 && unit < log.units);
  for (const JudgedPolicy& policy : read.policies) CheckPolicy(policy, log);
}

}  // namespace
}  // namespace lerl

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  static lerl::ScratchFile file("log.csv");
  file.Write(lerl::TextOf(data + 1, size - 1));
  try {
    lerl::Check(lerl::ReadLoggedRows(file.path(), lerl::ColumnsOf(data[0])));
  } catch (const lerl::Error&) {
  }
  return 0;
}
