#include "lerl/eval/audit/audit_users.h"

#include <algorithm>

#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/base/rng.h"
#include "lerl/planner/profiles/profile_scores.h"

namespace lerl {

CategoryCounts NextLikes(const World& world, int32_t user) {
  const Dataset& dataset = world.dataset;
  CategoryCounts next = CountRows(dataset, 0, 0);
  for (int64_t row = world.split.train_end[At(user)];
       row < dataset.RowsEnd(user) && next.total_liked < kNextLikes; ++row) {
    if (dataset.responses[0][At(row)] != 0) AddRow(dataset, row, next);
  }
  return next;
}

std::vector<int32_t> UsersToJudge(const World& world, std::vector<int32_t> users,
                                  int64_t fewest_rows, int64_t most) {
  Rng rng(1, "users of the audit");
  rng.Shuffle(std::span<int32_t>(users));
  std::erase_if(users, [&](int32_t user) {
    return std::ranges::ssize(PastRows(world.dataset, world.split, user)) < fewest_rows ||
           NextLikes(world, user).total_liked < kFewestNextLikes;
  });
  users.resize(std::min(users.size(), At(most)));
  return users;
}

std::vector<int32_t> AuditedUsers(const World& world, const RunConfig& config, int64_t most) {
  const int64_t rows_behind = config.slate_size() * (kAuditedStates - 1);
  std::vector<int32_t> users =
      UsersToJudge(world, HeldOutUsers(world.split, world.judged), rows_behind, most);
  if (users.size() < 2)
    throw Error(ErrorKind::kData, std::string("audit planner: fewer than 2 ") +
                                      kHeldOutNames[At(world.judged)] + " users have " +
                                      std::to_string(kFewestNextLikes) + " likes to come and " +
                                      std::to_string(rows_behind) +
                                      " training rows, which are two slates of env.slate_size; "
                                      "use a larger data set");
  return users;
}

}  // namespace lerl
