#include "lerl/http/static_files.h"

#include <gtest/gtest.h>

namespace lerl {
namespace {

Response FileAt(const Router& router, const std::string& path, const Fields& headers = {}) {
  Request request = {.method = "GET", .target = path, .path = path, .headers = headers};
  return router.Handle(request);
}

TEST(StaticFiles, AreServedWithTypeAndTag) {
  Router router;
  AddStaticFiles(router, {{"/ui/", "<p>"}, {"/ui/page.css", "p {}"}}, "ui");
  const Response page = FileAt(router, "/ui/");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
  EXPECT_EQ(page.body, "<p>");
  EXPECT_EQ(page.route, "ui");
  EXPECT_NE(page.headers.at("ETag"), FileAt(router, "/ui/page.css").headers.at("ETag"));
  EXPECT_EQ(FileAt(router, "/ui/other.css").status, 404);
}

TEST(StaticFiles, AreNotSentAgain) {
  Router router;
  AddStaticFiles(router, {{"/page.css", "p {}"}}, "ui");
  const std::string tag = FileAt(router, "/page.css").headers.at("ETag");
  const Response same = FileAt(router, "/page.css", {{"if-none-match", tag}});
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.body, "");
  EXPECT_EQ(same.headers.at("ETag"), tag);
  EXPECT_EQ(FileAt(router, "/page.css", {{"if-none-match", "\"other\""}}).status, 200);
}

TEST(StaticFiles, ReadsListsOfTags) {
  EXPECT_TRUE(NamesTag("*", "\"a\""));
  EXPECT_TRUE(NamesTag("\"b\", W/\"a\"", "\"a\""));
  EXPECT_FALSE(NamesTag("\"ab\"", "\"a\""));
  EXPECT_FALSE(NamesTag("", "\"a\""));
  EXPECT_FALSE(NamesTag(",,", "\"a\""));
}

TEST(StaticFiles, KnowsTypesBySuffix) {
  EXPECT_EQ(ContentTypeOf("/a.js"), "text/javascript; charset=utf-8");
  EXPECT_EQ(ContentTypeOf("/a.svg"), "image/svg+xml");
  EXPECT_EQ(ContentTypeOf("/a.bin"), "application/octet-stream");
}

}  // namespace
}  // namespace lerl
