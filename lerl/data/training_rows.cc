#include "lerl/data/training_rows.h"

namespace lerl {

TrainingRows CollectTrainingRows(const Dataset& dataset, const Split& split) {
  TrainingRows rows;
  for (int64_t user = 0; user < dataset.num_users(); ++user) {
    for (const int64_t row : PastRows(dataset, split, user)) {
      rows.users.push_back(static_cast<int32_t>(user));
      rows.items.push_back(dataset.items[At(row)]);
      rows.responses.push_back(static_cast<float>(dataset.responses[0][At(row)]));
    }
  }
  return rows;
}

}  // namespace lerl
