#include "lerl/llm/endpoint/secret.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "lerl/base/index.h"
#include "lerl/testing/endpoint_questions.h"

namespace lerl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kKey[] = "sk-test-0123456789";
constexpr char kSecret[] = "sk/se-cret";

TEST(Secret, IsCutOutHoweverItIsEscaped) {
  for (const char* spelled :
       {"sk/se-cret", R"(sk\/se-cret)", R"(sk\u002fse-cret)", R"(sk\u002Fse\u002dcret)",
        R"(\u0073k/se-cret)", R"(sk\\\/se-cret)", R"(sk\\u002fse-cret)"}) {
    EXPECT_EQ(WithoutSecret(std::string("a ") + spelled + " b", kSecret), "a *** b") << spelled;
    EXPECT_EQ(WithoutSecret(spelled, kSecret), "***");
  }
  std::string nested = R"(sk\/se-cret)";
  for (int depth = 0; depth < 3; ++depth) {
    nested = nlohmann::json(nested).dump();
    EXPECT_EQ(WithoutSecret(nested, kSecret).find("cret"), std::string::npos) << nested;
  }
}

TEST(Secret, IsCutOutInUrlsAndHtml) {
  for (const char* spelled :
       {"sk%2Fse%2dcret", "%73k%2fse-cret", "sk%252Fse-cret", "sk&#47;se-cret",
        "sk&#x2F;se&#x2d;cret", R"(sk\x2fse-cret)", R"(sk%2f\u0073e-cret)"})
    EXPECT_EQ(WithoutSecret(std::string("a ") + spelled + " b", kSecret), "a *** b") << spelled;
  EXPECT_EQ(WithoutSecret("a 1%&lt;2&amp;3% b", "1%<2&3%"), "a *** b");
  for (const char* text :
       {"sk%2Gse-cret", "sk%", "sk%2", "sk&#47", "sk&;se-cret", "100%25 of &amp;"})
    EXPECT_EQ(WithoutSecret(text, kSecret), text);
}

TEST(Secret, IsCutOutWithWhatNoReaderSeesInIt) {
  for (const char* between :
       {"|",      "<",         ">",      "{",      "}",       "<|",
        "\u200b", "\u00ad",    "\ufeff", "\u2060", "\a",      "\n",
        "\u202e", "\u0301",    "\ufffd", "  ",     "`",       "*",
        "_",      "%",         "~",      "**",     "\u00a0",  "\u2028",
        "\u0085", R"(\u200b)", R"(\n)",  R"(\\n)", R"(\x07)", "\u200b\u200b\u200b"}) {
    const std::string spelled =
        std::string("sk/") + between + "se-cr" + between + "e" + between + "t";
    EXPECT_EQ(WithoutSecret("a " + spelled + " b", kSecret), "a *** b") << between;
  }
  EXPECT_EQ(WithoutSecret(std::string("sk/se\0-cret", 11), kSecret), "***");
  for (const char* text : {"sk/ or se-cret", "sk/se-cre \n", "sk/.se-cret", "sk/\xC2", "sk/\\"})
    EXPECT_EQ(WithoutSecret(text, kSecret), text);
}

// The base64 of kSecret, alone and behind one and two further bytes.
TEST(Secret, IsCutOutInBase64AndInHexadecimalDigits) {
  for (const char* spelled : {"c2svc2UtY3JldA==", "c2svc2UtY3JldDEy", "736b2f73652d63726574",
                              "736B2F73652D63726574", "OnNrL3NlLWNyZXQ=", "dTpzay9zZS1jcmV0"}) {
    const std::string shown = WithoutSecret(std::string("a ") + spelled + " b", kSecret);
    EXPECT_THAT(shown, HasSubstr("***")) << spelled;
    EXPECT_LE(shown.size(), 13U) << shown;
  }
  for (const char* text : {"c2svc2UtY3", "736b2f73652d6372657", "c2svc2UtX3JldA=="})
    EXPECT_EQ(WithoutSecret(text, kSecret), text);
}

TEST(Secret, WithABackslashIsCutOutToo) {
  const std::string secret = R"(s\k\\e)";
  EXPECT_EQ(WithoutSecret("(" + secret + ")", secret), "(***)");
  EXPECT_EQ(WithoutSecret(R"((s\\k\\\\e))", secret), "(***)");
}

TEST(Secret, EverythingElseStays) {
  for (const char* text : {"", "sk/se-cre", "sk/se-crEt", R"(C:\n\u0073ome \)", R"(sk\u002)",
                           "sk\\u002fse-cre", "caf\xC3\xA9 sk"})
    EXPECT_EQ(WithoutSecret(text, kSecret), text);
  EXPECT_EQ(WithoutSecret("anything", ""), "anything");
  EXPECT_EQ(WithoutSecret("sk/sk/se-cretsk/se-cret", kSecret), "sk/******");
}

TEST(Secret, AnswersOfMegabytesTakeNoTime) {
  const std::string text(size_t{4} << 20U, '\\');
  EXPECT_EQ(WithoutSecret(text, kSecret), text);
}

TEST(SecretOfAnEndpoint, TheKeyIsSentAndShownNowhere) {
  setenv("LERL_TEST_KEY", kKey, 1);
  std::string head;
  const StubEndpoint server([&](const StubRequest& request) {
    head = request.head;
    // A server that gives away what it was sent.
    const std::string text = std::string("wrong key ") + kKey;
    if (request.number == 0) return StubReply{.status = 500, .body = std::string(195, 'x') + kKey};
    if (request.number == 1) return StubReply{.status = 401, .body = text};
    return StubReply{.body = StubAnswer(text)};
  });
  EndpointConfig config = ImpatientConfig({server.url()});
  config.api_key_env = "LERL_TEST_KEY";
  ::testing::internal::CaptureStderr();
  EndpointClient client(config);
  std::string shown = client.Ask(1, NumberedQuestion)[0].error;
  const ChatAnswer answer = client.Ask(1, NumberedQuestion)[0];
  shown += answer.text + answer.error + ::testing::internal::GetCapturedStderr();
  EXPECT_THAT(head, HasSubstr(std::string("Authorization: Bearer ") + kKey));
  EXPECT_THAT(shown, HasSubstr("wrong key ***"));
  EXPECT_THAT(shown, Not(HasSubstr(std::string(kKey).substr(0, 5))));
  unsetenv("LERL_TEST_KEY");
}

TEST(SecretOfAnEndpoint, TheKeyIsShownNowhereHoweverAServerSpellsIt) {
  setenv("LERL_TEST_KEY", "sk/secret+0123456789", 1);
  const std::string spelled = R"(sk\/secret\u002B0123456789)";
  const auto answer = [&](const std::string& text) {
    return R"({"choices":[{"message":{"content":")" + text + R"("},"logprobs":{"content":[)" +
           R"({"top_logprobs":[{"token":")" + text + R"(","logprob":-1}]}]}}]})";
  };
  std::vector<StubReply> replies;
  replies.push_back({.status = 401, .body = R"({"error":{"message":"not )" + spelled + "\"}}"});
  replies.push_back({.status = 401, .body = R"({"error":")" + std::string(170, 'x') + spelled});
  replies.push_back({.status = 400, .body = R"({"error":["not )" + spelled + R"("]})"});
  replies.push_back({.body = answer(spelled)});
  replies.push_back({.body = answer(R"(sk\u005cu002fsecret+0123456789)")});  // spelled twice
  const StubEndpoint server(
      [&](const StubRequest& request) { return replies.at(At(request.number)); });
  for (size_t i = 0; i < replies.size(); ++i) {
    EndpointConfig config = ImpatientConfig({server.url()});
    config.api_key_env = "LERL_TEST_KEY";
    ::testing::internal::CaptureStderr();
    EndpointClient client(config);
    const ChatAnswer got = client.Ask(1, NumberedQuestion)[0];
    std::string shown = got.text + got.error;
    for (const auto& [token, logprob] : got.logprobs) shown += token;
    shown += ::testing::internal::GetCapturedStderr();
    EXPECT_THAT(shown, HasSubstr(i == 1 ? "xxx***" : "***")) << i;
    EXPECT_THAT(shown, Not(HasSubstr("secret"))) << i;
  }
  unsetenv("LERL_TEST_KEY");
}

TEST(SecretOfAnEndpoint, IsCutOutOfWhatAPromptLeavesOfIt) {
  setenv("LERL_TEST_KEY", "sk|test<0123>456{7}", 1);
  EndpointConfig config = ImpatientConfig({"http://localhost/v1"});
  config.api_key_env = "LERL_TEST_KEY";
  const EndpointClient client(config);
  EXPECT_EQ(client.WithoutKey("a sk|test<0123>456{7} b"), "a *** b");
  EXPECT_EQ(client.WithoutKey("a sktest01234567 b"), "a *** b");
  unsetenv("LERL_TEST_KEY");
}

}  // namespace
}  // namespace lerl
