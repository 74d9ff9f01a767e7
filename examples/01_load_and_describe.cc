// Loads a data set of one's own (five columns, described in ten lines of TOML) and looks at it.
// The same on the command line: lerl data info tests/data/shop/shop.toml

#include <cstdio>

#include "lerl/data/registry.h"

int main() {
  const lerl::Dataset shop = lerl::LoadDataset("tests/data/shop/shop.toml");
  std::printf("%s: %ld users, %ld items, %ld interactions\n", shop.name.c_str(), shop.num_users(),
              shop.num_items(), shop.num_interactions());

  // Interactions are columns, sorted by user and time. A user's rows are a range.
  for (int64_t user = 0; user < shop.num_users(); ++user) {
    int64_t likes = 0;
    for (int64_t row = shop.RowsBegin(user); row < shop.RowsEnd(user); ++row)
      likes += shop.responses[0][static_cast<size_t>(row)];
    std::printf("%-4s liked %ld of %ld\n", shop.user_ids[static_cast<size_t>(user)].c_str(), likes,
                shop.RowsEnd(user) - shop.RowsBegin(user));
  }

  // An item has any number of categories.
  const int64_t item = shop.items[0];
  std::printf("the first row shows %s:", shop.item_ids[static_cast<size_t>(item)].c_str());
  for (const int32_t category : shop.CategoriesOf(item))
    std::printf(" %s", shop.categories[static_cast<size_t>(category)].c_str());
  std::printf("\n");
}
