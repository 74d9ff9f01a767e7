#include "lerl/events/store_url.h"

#include <gmock/gmock.h>

#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

StoreUrl FindUrl(const std::string& url) {
  StoreConfig config;
  config.url = url;
  return FindStore(config);
}

std::string UrlFault(const std::string& url) {
  return ErrorOf(ErrorKind::kConfig, [&] { FindUrl(url); });
}

TEST(StoreUrl, KnowsFilesAndServers) {
  EXPECT_EQ(FindUrl("sqlite:a/b.db").place, "a/b.db");
  EXPECT_EQ(FindUrl("a/b.db").place, "a/b.db");
  EXPECT_FALSE(FindUrl("a/b.db").postgres);
  EXPECT_TRUE(FindUrl("postgresql://host/events").postgres);
  EXPECT_TRUE(FindUrl("postgres://host/events").postgres);
  EXPECT_THAT(UrlFault("mysql://u:secret@host/db"), HasSubstr("mysql:// is no store"));
  EXPECT_THAT(UrlFault("host=h dbname=d password=secret"), Not(HasSubstr("secret")));
}

TEST(StoreUrl, ComesFromTheEnvironmentWhereItIsNotSet) {
  const ScopedVariable variable("LERL_STORE_URL", "sqlite:from_environment.db");
  EXPECT_EQ(FindUrl("").place, "from_environment.db");
  EXPECT_EQ(FindUrl("given.db").place, "given.db");
  const ScopedVariable none("LERL_STORE_URL", "");
  EXPECT_THAT(UrlFault(""), HasSubstr("LERL_STORE_URL"));
}

TEST(StoreUrl, HidesPasswords) {
  EXPECT_EQ(WithoutPassword("postgresql://u:se%20cret@h:5432/d?x=1"),
            "postgresql://u:***@h:5432/d?x=1");
  EXPECT_EQ(WithoutPassword("postgresql://u@h/d?password=secret&sslpassword=other"),
            "postgresql://u@h/d?password=***&sslpassword=***");
  EXPECT_EQ(WithoutPassword("postgresql://u:se@cr/et@h/d"), "postgresql://u:***@h/d");
  EXPECT_EQ(WithoutPassword("postgresql://h:5432/d"), "postgresql://h:5432/d");
  EXPECT_EQ(WithoutPasswordOf("postgresql://u:a%2Fb@h/d", "at a/b and a%2Fb"), "at *** and ***");
}

TEST(StoreUrl, RefusesAPasswordThatWouldBeReadWronglyWithoutQuotingIt) {
  for (const char* url : {"postgresql://u:se/cret@h/d", "postgresql://u:se@cret@h/d",
                          "postgresql://u:se%cret@h/d", "postgresql://u:se:cret@h/d"}) {
    EXPECT_THAT(UrlFault(url), HasSubstr("%2F"));
    EXPECT_THAT(UrlFault(url), Not(HasSubstr("cret")));
  }
}

TEST(StoreUrl, TakesParametersThatItLacks) {
  EXPECT_EQ(WithParameters("p://h/d", {{"a", "1"}, {"b", "2"}}), "p://h/d?a=1&b=2");
  EXPECT_EQ(WithParameters("p://h/d?a=7", {{"a", "1"}, {"b", "2"}}), "p://h/d?a=7&b=2");
}

}  // namespace
}  // namespace lerl
