#include "lerl/data/training_rows.h"

namespace lerl {

TrainingRows CollectTrainingRows(const Dataset& dataset, const Split& split) {
  TrainingRows rows;
  for (int64_t user = 0; user < dataset.num_users(); ++user) {
    for (int64_t row = dataset.RowsBegin(user); row < split.train_end[static_cast<size_t>(user)];
         ++row) {
      rows.users.push_back(static_cast<int32_t>(user));
      rows.items.push_back(dataset.items[static_cast<size_t>(row)]);
      rows.responses.push_back(static_cast<float>(dataset.responses[0][static_cast<size_t>(row)]));
    }
  }
  return rows;
}

}  // namespace lerl
