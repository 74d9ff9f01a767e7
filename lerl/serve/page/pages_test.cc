#include "lerl/serve/page/pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <string>
#include <vector>

#include "lerl/http/message.h"

namespace lerl {
namespace {

Response Get(const Router& router, const std::string& path) {
  Request request{.method = "GET", .target = path, .path = path};
  return router.Handle(request);
}

// Paths that a page, a script or a style sheet names to be loaded.
std::vector<std::string> LoadedBy(const std::string& text) {
  static const std::regex loaded("(?:href|src)=\"(/[^\"]*)\"|from \"\\./([^\"]*)\"");
  std::vector<std::string> paths;
  for (std::sregex_iterator at(text.begin(), text.end(), loaded), end; at != end; ++at)
    paths.push_back((*at)[1].matched ? (*at)[1].str() : "/ui/" + (*at)[2].str());
  std::erase(paths, "/openapi.json");  // a link, to a route of the API
  return paths;
}

TEST(Pages, AreServed) {
  Router router;
  AddPages(router);
  for (const Route& route : router.routes()) {
    const Response response = Get(router, route.pattern);
    EXPECT_EQ(response.status, 200);
    EXPECT_THAT(response.content_type, testing::Not(testing::HasSubstr("octet"))) << route.pattern;
  }
  EXPECT_THAT(Get(router, "/try").content_type, testing::StartsWith("text/html"));
}

TEST(Pages, AllThatTheyLoadIsServed) {
  Router router;
  AddPages(router);
  for (const Route& route : router.routes())
    for (const std::string& path : LoadedBy(Get(router, route.pattern).body))
      EXPECT_EQ(Get(router, path).status, 200) << route.pattern << " loads " << path;
}

// The policy default-src 'self' refuses what stands in the page itself, and what is elsewhere.
TEST(Pages, HoldNoScriptNoStyleAndNoAddressElsewhere) {
  Router router;
  AddPages(router);
  const std::regex inside("<script>|<style|\\sstyle=|\\son[a-z]+=\"|innerHTML|\\beval\\(");
  const std::regex elsewhere("https?://(?!www\\.w3\\.org/)");
  for (const Route& route : router.routes()) {
    const std::string text = Get(router, route.pattern).body;
    EXPECT_FALSE(std::regex_search(text, inside)) << route.pattern;
    EXPECT_FALSE(std::regex_search(text, elsewhere)) << route.pattern;
  }
}

}  // namespace
}  // namespace lerl
