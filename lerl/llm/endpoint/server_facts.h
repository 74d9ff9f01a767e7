#pragma once
// What servers say of themselves: the tokens that one request may have, prompt and answer together,
// and how many are worked on at once. Nothing here uses the network.
//
//   server        page              context                               slots
//   llama-server  /props            default_generation_settings.n_ctx     total_slots
//                 /slots            the least n_ctx of a slot             their number
//                 /v1/models        data[].meta.n_ctx
//   vLLM, SGLang  /v1/models        data[].max_model_len
//   SGLang        /get_model_info   context_length or max_model_len
//
// llama-server divides --ctx-size by --parallel, so a slot has less than was asked for; n_ctx is
// what a slot has. A page that is missing, or says something else, says nothing.

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace lerl {

struct ServerFacts {
  int64_t context = 0;  // tokens of a request and its answer; 0: not known
  int64_t slots = 0;    // requests that are worked on at once; 0: not known

  bool operator==(const ServerFacts&) const = default;
};

// In the order in which they are read.
enum class ServerPage { kProps, kModels, kSlots, kModelInfo };
// The pages that are asked for first, and those that are where the first say nothing of a context.
inline constexpr std::array kFirstPages = {ServerPage::kProps, ServerPage::kModels};
inline constexpr std::array kFurtherPages = {ServerPage::kSlots, ServerPage::kModelInfo};

// Returns where a page is, of a server whose questions go to `question_url`, which ends in
// /chat/completions (llm/endpoint/endpoint_access.h).
std::string PageUrl(const std::string& question_url, ServerPage page);

// Adds what the body of a page says to `facts`; what they have already stays. `model` is the name
// by which the server is asked.
void ReadPage(ServerPage page, const std::string& body, const std::string& model,
              ServerFacts& facts);

// Whether a refusal says that the prompt and its answer are longer than the context; if so, the
// context that it names, and 0 where it names none.
std::optional<int64_t> ContextOfRefusal(int status, const std::string& body);

}  // namespace lerl
