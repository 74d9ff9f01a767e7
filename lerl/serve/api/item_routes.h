#pragma once
// The routes of items: what is shown, and what a product adds to it and withdraws.

#include "lerl/http/router.h"
#include "lerl/serve/recommender.h"

namespace lerl {

// Adds all routes under /v1/items. The recommender outlives the router.
void AddItemRoutes(Router& router, Recommender& recommender);

}  // namespace lerl
