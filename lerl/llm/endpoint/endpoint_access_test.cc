#include "lerl/llm/endpoint/endpoint_access.h"

#include <gmock/gmock.h>

#include <cstdlib>

#include "lerl/base/error.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kAccessKey[] = "abc-0123456789";

class AccessTest : public ::testing::Test {
 protected:
  AccessTest() {
    setenv("LERL_ACCESS_KEY", kAccessKey, 1);
    config_.urls = {"https://example.org/v1"};
  }
  ~AccessTest() override { unsetenv("LERL_ACCESS_KEY"); }
  std::string Message() const {
    try {
      ReadAccess(config_);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kConfig);
      return error.what();
    }
    return "accepted";
  }
  EndpointConfig config_;
};

TEST_F(AccessTest, TheKeyStandsInTheUsualHeaderOrWhereOneIsNamed) {
  EXPECT_THAT(ReadAccess(config_).headers, ElementsAre());
  config_.api_key_env = "LERL_ACCESS_KEY";
  EXPECT_THAT(ReadAccess(config_).headers, ElementsAre("Authorization: Bearer abc-0123456789"));
  config_.headers = {"X-Team: planners"};
  EXPECT_THAT(ReadAccess(config_).headers,
              ElementsAre("X-Team: planners", "Authorization: Bearer abc-0123456789"));
  config_.headers = {"api-key: {key}"};
  EXPECT_THAT(ReadAccess(config_).headers, ElementsAre("api-key: abc-0123456789"));
  EXPECT_EQ(ReadAccess(config_).key, kAccessKey);
}

TEST_F(AccessTest, AQueryGoesBehindTheUrlThatIsShown) {
  config_.urls = {"https://example.org/openai/v1/", "https://example.org/v1/chat/completions"};
  config_.query = "api-version=2024-10-21";
  EXPECT_THAT(ReadAccess(config_).urls,
              ElementsAre("https://example.org/openai/v1/chat/completions",
                          "https://example.org/v1/chat/completions"));
  EXPECT_EQ(ReadAccess(config_).query, "?api-version=2024-10-21");
  for (const char* query : {"a b", "a#b", "a\n"}) {
    config_.query = query;
    EXPECT_THAT(Message(), HasSubstr("endpoint.query"));
  }
}

TEST_F(AccessTest, WhatIsNoHeaderNoObjectAndNoFileIsNamed) {
  for (const char* header : {"", "Name", ": value", "Two words: x", "Name: a\r\nOther: b"}) {
    config_.headers = {"A: b", header};
    EXPECT_THAT(Message(), HasSubstr("entry 2: it is no header")) << header;
  }
  config_.headers = {"api-key: {key}"};
  EXPECT_THAT(Message(), HasSubstr("name it by api_key_env"));
  config_.headers = {};
  for (const std::string& body : {std::string("3"), std::string("[]"), std::string("{"),
                                  std::string("{\"a\":") + std::string(100000, '[')}) {
    config_.body = body;
    EXPECT_THAT(Message(), HasSubstr("endpoint.body: it is no JSON object"));
  }
  config_.body = "{\"top_p\": 1}";
  EXPECT_EQ(Message(), "accepted");
  config_.ca_file = "/no/such/ca.pem";
  EXPECT_THAT(Message(), HasSubstr("there is no file /no/such/ca.pem"));
}

TEST_F(AccessTest, ANameThatLooksLikeAKeyIsShownNowhere) {
  for (const char* name :
       {"sk-proj-0123456789abcdefghij", "gsk_0123456789abcdefghij", "AIzaSyA0123456789abcdefghij",
        "0123456789abcdef0123456789abcdef", "hf_abcdefghijklmnopqrst", "AKIAIOSFODNN7EXAMPLE",
        "abcdefghijklmnopqrstuvwxyzabcdefghij", "xyz-secret", "a b",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1In0.abcDEF123"}) {
    config_.api_key_env = name;
    EXPECT_THAT(Message(), AllOf(HasSubstr("no name of a variable"), Not(HasSubstr(name)))) << name;
    config_.api_key_env = "";
    if (!LooksLikeKey(name)) continue;
    config_.headers = {"Authorization: Bearer " + std::string(name)};
    EXPECT_THAT(Message(), AllOf(HasSubstr("may be a key"), Not(HasSubstr(name)))) << name;
    config_.headers = {};
  }
  for (const char* name : {"LERL_NO_SUCH_KEY", "OPENAI_API_KEY_2", "my_key", "AZURE_OPENAI_API_KEY",
                           "KEY", "COMPANY_PRODUCTION_TEAM_PLANNERS_KEY"}) {
    config_.api_key_env = name;
    EXPECT_THAT(Message(), HasSubstr(std::string("the environment has no ") + name));
  }
}

}  // namespace
}  // namespace lerl
