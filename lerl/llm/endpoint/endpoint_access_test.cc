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

TEST_F(AccessTest, AKeyInAnySettingIsRefusedAndNotShown) {
  const auto refuses = [&](const char* key, const char* setting) {
    EXPECT_THAT(Message(),
                AllOf(HasSubstr(std::string("endpoint.") + setting + ": "),
                      HasSubstr("may be a key"), HasSubstr("api_key_env"), Not(HasSubstr(key))))
        << key;
  };
  for (const char* query : {"key=abcdef", "api-version=1&api_key=abcdef", "a=AIzaSyabcdef012345678",
                            "code=abcdef", "subscription-key=abcdef", "abcdef0123456789abcdef"}) {
    config_.query = query;
    refuses("abcdef", "query");
  }
  config_.query = "";
  for (const char* body : {R"({"api_key": "abcdef"})", R"({"a": [{"b": "sk-proj-abcdef012345"}]})",
                           R"({"extra_headers": {"Authorization": "Bearer abcdef"}})",
                           R"({"x": "Bearer hf_abcdef0123456"})"}) {
    config_.body = body;
    refuses("abcdef", "body");
  }
  config_.body = "";
  for (const char* header : {"api-key: abcdef123456789", "Authorization: abcdef",
                             "X-API-Key: abcdef", "x-goog-api-key: abcdef", "Cookie: abcdef"}) {
    config_.headers = {header};
    refuses("abcdef", "headers");
  }
  config_.headers = {};
  for (const char* url : {"https://host/sk-proj-abcdef0123/v1",
                          "https://host/Aabcdef0123456789abcdef0123456789abcd/v1"}) {
    config_.urls = {url};
    refuses("abcdef", "urls");
  }
  config_.urls = {"https://host/v1"};
  config_.model = "sk-proj-abcdef0123456789";
  refuses("abcdef", "model");
}

TEST_F(AccessTest, WhatIsNoKeyIsTaken) {
  config_.urls = {"https://host/v4/accounts/0123456789abcdef0123456789abcdef/ai/v1"};
  config_.query = "api-version=2024-10-21-preview&deployment=gpt-4o-mini-2024-07-18-eu";
  config_.model = "meta-llama/Llama-3.1-8B-Instruct-Turbo";
  config_.headers = {"X-Team: planners", "HTTP-Referer: https://example.org/team/planners"};
  config_.body = R"({"models": ["openai/gpt-4o-mini-2024-07-18"], "stop": ["\n\n", "Human:"],
      "max_tokens": 16, "tokens": "a", "provider": {"order": ["Together"]},
      "chat_template": "{% for m in messages %}{{ m.content }}{% endfor %}"})";
  EXPECT_EQ(Message(), "accepted");
}

TEST_F(AccessTest, TheKeyStandsInTheQueryWhereThatHasAPlaceForIt) {
  setenv("LERL_ACCESS_KEY", "ab+/c-0123", 1);
  config_.query = "v=1&key={key}";
  EXPECT_THAT(Message(), HasSubstr("query: {key} stands for a key; name it by api_key_env"));
  config_.api_key_env = "LERL_ACCESS_KEY";
  EXPECT_EQ(ReadAccess(config_).query, "?v=1&key=ab%2B%2Fc-0123");
  EXPECT_THAT(ReadAccess(config_).headers, ElementsAre());
  EXPECT_THAT(ReadAccess(config_).urls, ElementsAre("https://example.org/v1/chat/completions"));
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
