#include "lerl/llm/endpoint/prefix_cache.h"

#include <algorithm>

#include "lerl/base/check.h"
#include "lerl/base/hash.h"

namespace lerl {

std::vector<uint64_t> PrefixBlocks(std::string_view prompt) {
  std::vector<uint64_t> blocks(std::min(prompt.size() / kPrefixBlockBytes, kMostPrefixBlocks));
  uint64_t before = 0;
  for (size_t i = 0; i < blocks.size(); ++i) {
    const std::string_view block = prompt.substr(i * kPrefixBlockBytes, kPrefixBlockBytes);
    before = Hash(std::as_bytes(std::span(block)), before);
    blocks[i] = before;
  }
  return blocks;
}

PrefixCache::PrefixCache(int64_t capacity) : capacity_(capacity) { LERL_CHECK(capacity >= 1); }

int64_t PrefixCache::Known(std::span<const uint64_t> blocks) const {
  const auto unknown =
      std::ranges::find_if(blocks, [this](uint64_t block) { return !places_.contains(block); });
  return unknown - blocks.begin();
}

void PrefixCache::Add(std::span<const uint64_t> blocks) {
  for (size_t i = blocks.size(); i-- > 0;) {  // the first block is touched last
    const auto found = places_.find(blocks[i]);
    if (found != places_.end()) {
      order_.splice(order_.begin(), order_, found->second);
    } else {
      order_.push_front(blocks[i]);
      places_[blocks[i]] = order_.begin();
    }
  }
  Forget();
}

void PrefixCache::Resize(int64_t capacity) {
  LERL_CHECK(capacity >= 1);
  capacity_ = capacity;
  Forget();
}

void PrefixCache::Clear() {
  order_.clear();
  places_.clear();
}

void PrefixCache::Forget() {
  while (std::ssize(order_) > capacity_) {
    places_.erase(order_.back());
    order_.pop_back();
  }
}

}  // namespace lerl
