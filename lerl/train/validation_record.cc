#include "lerl/train/validation_record.h"

namespace lerl {

void ValidationRecord::Take(int64_t iteration, double reward) {
  if (best_iteration < 0 || reward > best)
    *this = {.best_iteration = iteration, .best = reward, .since_best = 0};
  else
    ++since_best;
}

}  // namespace lerl
