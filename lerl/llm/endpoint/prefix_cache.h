#pragma once
// What of a prompt a server may have in its key-value cache, as seen from outside: a record of the
// prompts that were sent to it.
//
// A prompt is cut into blocks of kPrefixBlockBytes, some 16 tokens as in vLLM, and a block is named
// by a hash of itself and all that stands before it:
//   h_0 = H(block_0, 0)      h_i = H(block_i, h_{i-1})
// So two prompts share their first n blocks exactly where h_{n-1} is the same, and a prefix is
// found without a tree (Kwon et al. 2023, arXiv 2309.06180, section 4.3; SGLang's router keeps a
// radix tree of characters for the same purpose: Zheng et al. 2023, arXiv 2312.07104). The last
// block, which is shorter, is left out.
//
// The record forgets the blocks that were least recently sent, as a server does, beyond its
// capacity. Of one prompt those at its end go first.

#include <cstdint>
#include <list>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace lerl {

inline constexpr size_t kPrefixBlockBytes = 64;
inline constexpr int64_t kPrefixBlockTokens = 16;
inline constexpr size_t kMostPrefixBlocks = 1024;  // of a prompt that are looked at

// Returns the names of the whole blocks that the prompt begins with, first block first.
std::vector<uint64_t> PrefixBlocks(std::string_view prompt);

class PrefixCache {
 public:
  explicit PrefixCache(int64_t capacity);  // blocks, at least 1

  // Returns how many of the blocks, from the first on, are known.
  int64_t Known(std::span<const uint64_t> blocks) const;
  void Add(std::span<const uint64_t> blocks);
  // Changes the capacity, and forgets what is beyond it.
  void Resize(int64_t capacity);
  void Clear();
  int64_t size() const { return std::ssize(order_); }

 private:
  void Forget();

  int64_t capacity_;
  std::list<uint64_t> order_;  // latest first
  std::unordered_map<uint64_t, std::list<uint64_t>::iterator> places_;
};

}  // namespace lerl
