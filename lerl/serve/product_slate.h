#pragma once
// What a product shows by itself while its policy is an apprentice (serve/apprentice.h), as a slate
// of the store: nothing was drawn, so it has temperature 0 and every probability is 1, and no plan
// was made.
//
// Axes: K items of a slate.

#include <string>
#include <vector>

#include "lerl/serve/catalog.h"
#include "lerl/serve/open_session.h"

namespace lerl {

// The next slate of a session, but for its time and its request. Throws Refusal where there are not
// `slate_size` items, where one is unknown, and where one stands there twice.
SlateRecord ProductSlate(const OpenSession& session, const std::vector<std::string>& items,
                         int slate_size, const Catalog& catalog);

}  // namespace lerl
