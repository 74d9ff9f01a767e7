#include "lerl/events/sql_shadows.h"

#include <algorithm>

#include "lerl/events/record_json.h"

namespace lerl {
namespace {

constexpr SqlStatement kAddShadow{
    .name = "add_shadow",
    .text =
        "INSERT INTO lerl_shadows (session, step, policy, version, chosen_us, items, "
        "probabilities, shown_probabilities) SELECT session, step, $1, $2, $3, $4, $5, $6 "
        "FROM lerl_slates WHERE session = $7 AND step = $8 "
        "ON CONFLICT (session, step, policy) DO NOTHING RETURNING step",
    // Without the types a server can't tell those of values that are only selected.
    .postgres =
        "INSERT INTO lerl_shadows (session, step, policy, version, chosen_us, items, "
        "probabilities, shown_probabilities) SELECT session, step, $1::text, $2::text, "
        "$3::bigint, $4::text, $5::text, $6::text FROM lerl_slates WHERE session = $7 AND step = "
        "$8 "
        "FOR KEY SHARE ON CONFLICT (session, step, policy) DO NOTHING RETURNING step"};
constexpr SqlStatement kShadows{
    .name = "shadows",
    .text =
        "SELECT session, step, policy, version, chosen_us, items, probabilities, "
        "shown_probabilities FROM lerl_shadows WHERE session = $1 ORDER BY step, policy"};

ShadowRecord ShadowOf(const SqlRow& row) {
  return {.session = row.Text(0),
          .step = static_cast<int32_t>(row.Count(1)),
          .policy = row.Text(2),
          .version = row.Text(3),
          .chosen_us = row.Count(4),
          .items = TextsOf(row.Text(5)),
          .probabilities = NumbersOf(row.Text(6)),
          .shown_probabilities = NumbersOf(row.Text(7))};
}

}  // namespace

bool AddShadowRow(Sql& sql, const ShadowRecord& shadow) {
  if (!sql.Run(kAddShadow,
               {shadow.policy, shadow.version, shadow.chosen_us, TextOfTexts(shadow.items),
                TextOfNumbers(shadow.probabilities), TextOfNumbers(shadow.shown_probabilities),
                shadow.session, int64_t{shadow.step}})
           .empty())
    return true;
  if (!sql.again()) return false;
  const std::vector<ShadowRecord> known = ShadowRows(sql, shadow.session);
  return std::ranges::count(known, shadow) > 0;
}

std::vector<ShadowRecord> ShadowRows(Sql& sql, const std::string& session) {
  std::vector<ShadowRecord> shadows;
  for (const SqlRow& row : sql.Run(kShadows, {session})) shadows.push_back(ShadowOf(row));
  return shadows;
}

}  // namespace lerl
