#pragma once
// What knowledge of people is worth in the evolving-interest task: sessions under policies that
// know more and more of the truth. A plan is one category: the one of the highest score among those
// with K items left. The slate is its K best items by z. There are no repeats within a session,
// items of the history may be shown, and rewards are expected ones.
//
//   row                   slate or score of category c
//   random slates         items drawn uniformly; no plan
//   popularity            items by their likes in the training rows; no plan
//   no plan               the best items by z
//   round robin           the next category at each step, from a start drawn per session
//   fatigue_aware         zbar_c - kbar f_c
//   estimated interests   zbar_c - kbar f_c + est_c + .3 sqrt(P_c)
//   true interests        zbar_c - kbar f_c + theta_c
//   oracle plan           worth_c: mean expected reward of the K items of c that are liked most now
//
//   zbar_c   mean z of the K best items of c that are left
//   kbar     mean of kappa, kappa exp(kappa_sd^2 / 2)
//   f_c      exposure of c in this session, decayed: f_c <- decay f_c + mean_i w_ic per slate
//   theta_c  the user's true interest in c; est_c is its estimate, P_c the estimate's variance
//
// The estimates are those of an extended Kalman filter on the session's responses, diagonal over
// the categories, which starts at est_c = 0 and P_c = 1. For each item i of a slate in turn:
//
//   p      = sigmoid(z_i + sum_c w_ic (est_c - kbar f_c))
//   h_c    = p (1 - p) w_ic
//   S      = p (1 - p) + sum_c h_c^2 P_c
//   est_c  <- est_c + P_c h_c (like_i - p) / S
//   P_c    <- P_c - (P_c h_c)^2 / S
//
// and after the slate:
//
//   est_c  <- est_c + eta mean_i w_ic (like_i - 1/2)
//   P_c    <- P_c + sigma^2
//
// z, kappa, theta, w, decay, eta and sigma are those of the task (sim/evolving/evolving_state.h).
// All rows but the first two are oracles: z and the mean of kappa are the simulator's own. The
// oracle plan is myopic, so it is no upper bound over sessions.
//
// Reference: a prototype's figures on MovieLens-100K (150 users x 2 seeds, standard errors .5 to
// .8).

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/data/split.h"
#include "lerl/sim/evolving/evolving_users.h"

namespace lerl {

struct EnvConfig;  // sim/env_config.h

// The lengths of sessions in steps.
struct SessionLengths {
  int64_t sessions = 0;
  double mean = 0, low = 0, median = 0, high = 0;  // low, high: quartiles
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

// All rows, each over one session per user of `played` and seed. Of `config`, slate_size and
// [env.evolving] count.
std::vector<EvolvingRow> EvolvingTable(const Dataset& dataset, const Split& split,
                                       const EvolvingUsers& users, const EnvConfig& config,
                                       std::span<const int32_t> played, int64_t seeds);

// How much the task rewards knowing people: R_cum of true interests / that of fatigue_aware - 1.
double WorthOfTruth(std::span<const EvolvingRow> rows);

// The lengths of the log's sittings (rows of a user at most half an hour apart), in slates of
// `slate` items.
SessionLengths LengthsInLog(const Dataset& dataset, int64_t slate);

// As a table for people; with the prototype's figures beside it when `with_reference`.
std::string EvolvingText(std::span<const EvolvingRow> rows, const SessionLengths& in_log,
                         bool with_reference);
nlohmann::json EvolvingJson(std::span<const EvolvingRow> rows, const SessionLengths& in_log);

}  // namespace lerl
