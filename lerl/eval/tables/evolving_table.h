#pragma once
// What knowledge of people is worth in the evolving-interest task: sessions under policies that
// know more and more of the truth. Slates are the K best items by z inside a plan of one category
// (the best by the row's score among those with K items left); no repeats within the session,
// items of the history allowed, expected rewards.
//
//   random slates, popularity    likes in the training rows
//   no plan                      the best items by z
//   round robin                  the next category at each step, from a start drawn per session
//   fatigue_aware                score_c = zbar_c - kbar f_c       zbar: mean z of the K best items
//                                left, kbar: mean of kappa, f: the category's own exposure
//   estimated interests          score_c = zbar_c + that_c - kbar f_c + .3 sqrt(P_c)
//   true interests               score_c = zbar_c + theta_c - kbar f_c
//   oracle plan                  the category whose K best items are liked most now: myopic, no
//                                upper bound over sessions
//
// Estimates are those of an extended Kalman filter on the session's responses, diagonal over
// categories; that = 0 and P = 1 at the start. For each item of a slate in turn:
//   p = sigmoid(z_i + sum_c w_ic (that_c - kbar f_c)),  h_c = p (1 - p) w_ic
//   S = p (1 - p) + sum_c h_c^2 P_c,  that_c += P_c h_c (like - p) / S,  P_c -= (P_c h_c)^2 / S
// and after the slate  that_c += eta mean_i w_ic (like_i - 1/2),  P_c += sigma^2.
//
// All but the first two are oracles: z and the mean of kappa are the simulator's own.
// Reference: a prototype's figures on MovieLens-100K (150 users x 2 seeds, standard errors .5 to
// .8).

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/data/split.h"
#include "lerl/sim/env_config.h"
#include "lerl/sim/evolving/evolving_users.h"

namespace lerl {

// Steps of sessions: mean and quartiles.
struct SessionLengths {
  int64_t sessions = 0;
  double mean = 0, low = 0, median = 0, high = 0;
};

struct EvolvingRow {
  std::string policy;
  bool oracle = false;
  double reward = 0;        // R_cum
  double reward_error = 0;  // its standard error, over users
  SessionLengths lengths;
  double reference = 0;  // R_cum of the prototype
  double per_step() const { return reward / lengths.mean; }
};

// One session per user and seed for each row. Of `config`, slate_size and [env.evolving] count.
std::vector<EvolvingRow> EvolvingTable(const Dataset& dataset, const Split& split,
                                       const EvolvingUsers& users, const EnvConfig& config,
                                       std::span<const int32_t> played, int64_t seeds);

// R_cum of true interests over that of fatigue_aware, less 1: the task rewards knowing people.
double WorthOfTruth(std::span<const EvolvingRow> rows);

// The log's sittings (rows of a user at most half an hour apart) in slates of `slate` items.
SessionLengths LengthsInLog(const Dataset& dataset, int64_t slate);

// As a table for people; with the prototype's figures beside it when `with_reference`.
std::string EvolvingText(std::span<const EvolvingRow> rows, const SessionLengths& in_log,
                         bool with_reference);
nlohmann::json EvolvingJson(std::span<const EvolvingRow> rows, const SessionLengths& in_log);

}  // namespace lerl
