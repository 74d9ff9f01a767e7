#pragma once
// The web pages of a service: the dashboard at /, and /try, where a person plays a user. They are
// in the program and know nothing but the documented API. Anybody may load them; what they show
// needs the API's token where the service has tokens.

#include "lerl/http/router.h"

namespace lerl {

void AddPages(Router& router);

}  // namespace lerl
