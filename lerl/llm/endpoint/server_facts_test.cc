#include "lerl/llm/endpoint/server_facts.h"

#include <gtest/gtest.h>

namespace lerl {
namespace {

ServerFacts FactsOf(ServerPage page, const std::string& body, const std::string& model = "m") {
  ServerFacts facts;
  ReadPage(page, body, model, facts);
  return facts;
}

TEST(PageUrl, IsBesideTheQuestions) {
  const std::string questions = "http://host:8080/v1/chat/completions";
  EXPECT_EQ(PageUrl(questions, ServerPage::kProps), "http://host:8080/props");
  EXPECT_EQ(PageUrl(questions, ServerPage::kSlots), "http://host:8080/slots");
  EXPECT_EQ(PageUrl(questions, ServerPage::kModels), "http://host:8080/v1/models");
  EXPECT_EQ(PageUrl(questions, ServerPage::kModelInfo), "http://host:8080/get_model_info");
  EXPECT_EQ(PageUrl("http://host/api/chat/completions", ServerPage::kModels),
            "http://host/api/models");
}

TEST(ReadPage, LlamaServerSaysTheContextOfASlot) {
  EXPECT_EQ(
      FactsOf(ServerPage::kProps,
              R"({"default_generation_settings":{"params":{},"n_ctx":1024},"total_slots":4})"),
      (ServerFacts{1024, 4}));
  EXPECT_EQ(FactsOf(ServerPage::kSlots, R"([{"id":0,"n_ctx":512},{"id":1,"n_ctx":256},{"id":2}])"),
            (ServerFacts{256, 2}));
  EXPECT_EQ(FactsOf(ServerPage::kModels,
                    R"({"data":[{"id":"x.gguf","meta":{"n_ctx":1024,"n_ctx_train":8192}}]})"),
            (ServerFacts{1024, 0}));
}

TEST(ReadPage, VllmAndSglangSayTheLongestRequestOfTheModel) {
  const std::string two =
      R"({"data":[{"id":"other","max_model_len":512},{"id":"m","max_model_len":8192}]})";
  EXPECT_EQ(FactsOf(ServerPage::kModels, two), (ServerFacts{8192, 0}));
  EXPECT_EQ(FactsOf(ServerPage::kModels, two, "none of them"), ServerFacts{});
  EXPECT_EQ(FactsOf(ServerPage::kModelInfo, R"({"model_path":"a/b","context_length":32768})"),
            (ServerFacts{32768, 0}));
}

TEST(ReadPage, WhatIsKnownStaysAndWhatSaysNothingAddsNothing) {
  ServerFacts facts = {100, 0};
  ReadPage(ServerPage::kProps, R"({"default_generation_settings":{"n_ctx":7},"total_slots":2})",
           "m", facts);
  EXPECT_EQ(facts, (ServerFacts{100, 2}));
  for (const char* body :
       {"", "<html>", "[]", "{}", "null", R"({"data":{}})", R"({"data":[1]})",
        R"({"default_generation_settings":{"n_ctx":"many"},"total_slots":-4})",
        R"({"default_generation_settings":{"n_ctx":1e18}})", R"([{"n_ctx":[]}])"}) {
    for (const ServerPage page :
         {ServerPage::kProps, ServerPage::kModels, ServerPage::kSlots, ServerPage::kModelInfo})
      EXPECT_EQ(FactsOf(page, body), ServerFacts{}) << body;
  }
}

TEST(ContextOfRefusal, IsReadFromTheWordsOfEachServer) {
  struct Row {
    int status;
    const char* body;
    int64_t context;
  };
  for (const Row& row :
       {// llama-server
        Row{400,
            R"({"error":{"code":400,"message":"request (900 tokens) exceeds the available )"
            R"(context size (512 tokens), try increasing it","type":)"
            R"("exceed_context_size_error","n_prompt_tokens":900,"n_ctx":512}})",
            512},
        // OpenAI and vLLM
        Row{400,
            R"({"error":{"message":"This model's maximum context length is 4,097 tokens. )"
            R"(However, your messages resulted in 5000 tokens.","code":)"
            R"("context_length_exceeded"}})",
            4097},
        Row{400,
            R"({"object":"error","message":"'max_tokens' is too large: 500. This model's )"
            R"(maximum context length is 400 tokens and your request has 300 input tokens"})",
            400},
        // SGLang
        Row{400,
            R"({"object":"error","message":"The input (5000 tokens) is longer than the )"
            R"(model's context length (4096 tokens)."})",
            4096},
        Row{413, R"({"error":{"message":"exceeds the context window"}})", 0},
        Row{400, R"({"error":{"message":"no","code":"context_length_exceeded"}})", 0}})
    EXPECT_EQ(ContextOfRefusal(row.status, row.body), row.context) << row.body;
}

TEST(ContextOfRefusal, IsNothingForOtherRefusals) {
  for (const char* body : {"", "no", R"({"error":{"message":"temperature is not supported"}})",
                           R"({"error":{"message":"the context length must be set"}})"})
    EXPECT_EQ(ContextOfRefusal(400, body), std::nullopt) << body;
  EXPECT_EQ(ContextOfRefusal(200, "exceeds the context length of 5"), std::nullopt);
}

}  // namespace
}  // namespace lerl
