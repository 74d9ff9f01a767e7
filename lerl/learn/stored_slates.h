#pragma once
// StoredSlates: the slates of a service's store as a policy can learn from them: each in the state
// in which it was drawn, with the candidates and the probabilities of then, and the reward of all
// that was answered until now.
//
// A slate is left out where its state can't be had or it was not drawn, with the reason:
//   unknown items       the data set does not know them
//   not drawn           shown at temperature 0, or with a probability too small for a number
//   another size        of a policy whose slates have another number of items
//   other candidates    the items that it was drawn from, whose hash is logged, are not those that
//                       the policy's data and the settings show_again and longest_past give
//   not the product's   a policy drew it, where slates of a product are to be imitated
//
// A slate that a product showed by itself (serve/product_slate.h) has no plan and no draw: it is
// read as if every category had been allowed, and left out as of other candidates where it has an
// item that the policy may not show.

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "lerl/agents/slate_learner.h"
#include "lerl/events/event_store.h"
#include "lerl/serve/past_sessions.h"
#include "lerl/serve/served_policy.h"

namespace lerl {

enum class LeftOut { kUnknownItems, kNotDrawn, kAnotherSize, kOtherCandidates, kNotTheProducts };
inline constexpr std::array kLeftOutNames = {"unknown items", "not drawn", "another size",
                                             "other candidates", "not the product's"};

struct SlatesToRead {
  double gamma = 0.9;    // discount of the rewards of later slates
  bool imitate = false;  // those of a product, instead of those that policies drew
};

struct StoredSlates {
  std::vector<SlateHistory> histories;  // in the order in which their sessions began
  std::vector<std::string> users;       // of each history, as the product names them
  int64_t sessions = 0, slates = 0;     // that are there to learn from
  int64_t first_us = 0, last_us = 0;    // when the first and the last of the sessions began
  std::array<int64_t, kLeftOutNames.size()> left_out = {};  // slates, by LeftOut
  std::string hash;                                         // of all that is learned from
};

// `task` is the run's (Env::Describe): what a response counts in the reward, by behaviour and
// price; a slate's reward is the mean over its items.
// Calls `progress` with the number of sessions so far, after each. Throws Error(kData) where most
// slates are of other data than the policy's.
StoredSlates ReadStoredSlates(EventStore& store, const Catalog& catalog, const EventsToJudge& which,
                              ServedPolicy& policy, const SessionLog& task,
                              const SlatesToRead& what,
                              const std::function<void(int64_t)>& progress);

}  // namespace lerl
