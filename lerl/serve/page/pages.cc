#include "lerl/serve/page/pages.h"

#include "lerl/http/static_files.h"
#include "lerl/serve/page/page_files.h"

namespace lerl {

void AddPages(Router& router) {
  AddStaticFiles(router,
                 {{"/", kDashboardHtml},
                  {"/try", kTryHtml, "text/html; charset=utf-8"},
                  {"/ui/icon.svg", kIconSvg},
                  {"/ui/base.css", kBaseCss},
                  {"/ui/dashboard.css", kDashboardCss},
                  {"/ui/try.css", kTryCss},
                  {"/ui/api.js", kApiJs},
                  {"/ui/dom.js", kDomJs},
                  {"/ui/events.js", kEventsJs},
                  {"/ui/dashboard.js", kDashboardJs},
                  {"/ui/apprentice.js", kApprenticeJs},
                  {"/ui/experiment.js", kExperimentJs},
                  {"/ui/figures.js", kFiguresJs},
                  {"/ui/sessions.js", kSessionsJs},
                  {"/ui/try.js", kTryJs},
                  {"/ui/player.js", kPlayerJs},
                  {"/ui/plan_view.js", kPlanViewJs}},
                 "page");
}

}  // namespace lerl
