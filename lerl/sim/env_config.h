#pragma once
// Settings of an environment. The settings of a single task stand in a section named after it.

#include <cstdint>
#include <string>
#include <vector>

#include "lerl/base/config.h"
#include "lerl/nn/matrix_factorisation.h"

namespace lerl {

Names TaskNames();       // names of the tasks of sim/tasks.h
Names LeaveRuleNames();  // names of the rules of sim/rules/leave_rules.h

// The cross-session task (sim/cross_session_env.h), and visits of the evolving-interest task.
struct CrossSessionConfig {
  int64_t visits = 6;
  std::string law = "mood";
  double mean_days = 3.5;
  double mood_weight = 4;
  double user_spread = 0.5;
  double kuaisim_base = 0.4;
  double kuaisim_weight = 0.1;
  std::string learn_from = "responses";
  double return_weight = 1;
  double gap_discount = 0.9;

  void VisitFields(FieldVisitor& visit) {
    visit("visits", visits, "sessions of a user in a row", Range{1, 100});
    visit("law", law, "what decides the day of return (sim/rules/return_law.h)",
          {"mood", "kuaisim"});
    visit("mean_days", mean_days, "mean days away under a random policy; sets a (mood)",
          Range{1.05, 5.45});
    visit("mood_weight", mood_weight, "b, of the mood at a visit's end (mood)", Range{-100, 100});
    visit("user_spread", user_spread, "standard deviation of a user's own a_u (mood)",
          Range{0, 10});
    visit("kuaisim_base", kuaisim_base, "P_0 (kuaisim)", Range{0, 1});
    visit("kuaisim_weight", kuaisim_weight, "c, of the last slate's responses (kuaisim)",
          Range{0, 10});
    visit("learn_from", learn_from, "what agents learn from; metrics don't depend on it",
          {"responses", "return_time", "both"});
    visit("return_weight", return_weight,
          "of the reward -days / 10 at a visit's end (return_time, both)", Range{0, 1000});
    visit("gap_discount", gap_discount,
          "factor on the agents' discount between visits; 0: each visit is learned alone",
          Range{0, 1});
  }
};

// The matrix task (sim/matrix/matrix_env.h).
struct MatrixConfig {
  std::string mode = "FB";
  std::string source = "data";
  std::string file;
  std::string target = "response";
  double like_at_least = 4;
  bool scale_reward = false;
  MfConfig mf;

  void VisitFields(FieldVisitor& visit) {
    visit("mode", mode,
          "FB: repeats allowed; NX_0: no repeats; NX_10: no repeats, 10 steps, no leave rule",
          {"FB", "NX_0", "NX_10"});
    visit("source", source,
          "of the matrix: data (the data set's own), file, or fitted (factorisation of the log)",
          {"data", "file", "fitted"});
    visit("file", file, "matrix (text or .npy) of the data set's users and items (source file)");
    visit("target", target,
          "what is fitted: response (probability of the first behaviour) or value (source fitted)",
          {"response", "value"});
    visit("like_at_least", like_at_least,
          "a cell from here on is answered with the first behaviour", Range{});
    visit("scale_reward", scale_reward, "rewards are scaled to [0, 1] by the matrix's range");
    visit.Section("mf", mf);
  }
};

// What users of the evolving-interest task feel like in a visit, and what they say of it
// (sim/evolving/cravings.h).
struct CravingConfig {
  double up = 0;
  double down = 0;
  double two = 0.3;
  double told = 1;
  double whole = 0.7;
  double again = 0;
  double titles = 0.25;
  double typos = 0;

  void VisitFields(FieldVisitor& visit) {
    visit("up", up, "what a craving adds to the interest in one or two categories; 0: nothing",
          Range{0, 100});
    visit("down", down, "what it takes off the interest in another one; 0: nothing", Range{0, 100});
    visit("two", two, "chance that it is for two categories", Range{0, 1});
    visit("told", told, "q, chance that a visit begins with a wish in words", Range{0, 1});
    visit("whole", whole, "chance that a wish names all of the craving", Range{0, 1});
    visit("again", again, "chance that who nearly left says it anew, after each step", Range{0, 1});
    visit("titles", titles, "chance that a category is named by an example", Range{0, 1});
    visit("typos", typos, "share of longer words with a slip in them", Range{0, 1});
  }
};

// The evolving-interest task (sim/evolving/evolving_env.h). A strength of 0 switches its mechanism
// off.
struct EvolvingConfig {
  std::string world = "first";
  int64_t world_seed = 1;
  double affinity = 2;
  double latent = 2;
  double kappa = 1.5;
  double kappa_sd = 0.7;
  double decay = 0.8;
  double eta = 0.3;
  double pull = 0.02;
  double sigma = 0.03;
  double mood_kept = 0.6;
  bool leave = true;
  double h0 = 2;
  double h1 = 7;
  int64_t max_steps = 40;
  int64_t visits = 1;
  double rest = 0.5;
  CravingConfig craving = {};
  MfConfig mf{.seed = 2};

  void VisitFields(FieldVisitor& visit) {
    visit("world", world,
          "first: interests counted beside z; calibrated: both fitted together, latent interests "
          "with the variance of known ones",
          {"first", "calibrated"});
    visit("world_seed", world_seed, "of the users' latent interests and fatigue", Range{0, 9e15});
    visit("affinity", affinity, "weight of the log odds of liking a category", Range{0, 100});
    visit("latent", latent, "standard deviation of interests that the log is silent on",
          Range{0, 100});
    visit("kappa", kappa, "fatigue, per unit of exposure", Range{0, 100});
    visit("kappa_sd", kappa_sd, "spread of fatigue over users and categories (log)", Range{0, 5});
    visit("decay", decay, "of fatigue, per step", Range{0, 1});
    visit("eta", eta, "drift of interests by likes", Range{0, 100});
    visit("pull", pull, "of interests back to where they were", Range{0, 1});
    visit("sigma", sigma, "noise of interests, per step", Range{0, 100});
    visit("mood_kept", mood_kept, "share of the mood that a slate leaves as it was", Range{0, 1});
    visit("leave", leave, "users leave by their mood; false: all stay to the limit");
    visit("h0", h0, "log odds of leaving at a mood of 0", Range{-100, 100});
    visit("h1", h1, "what a mood of 1 takes off them", Range{-100, 100});
    visit("max_steps", max_steps, "steps after which a visit is cut", Range{1, 10000});
    visit("visits", visits, "sessions of a user in a row; above 1 [env.cross_session] has the law",
          Range{1, 100});
    visit("rest", rest, "share of the fatigue that is left after a day away", Range{0, 1});
    visit.Section("craving", craving);
    visit.Section("mf", mf);
  }
};

struct EnvConfig {
  std::string task = "whole_session";
  int64_t slate_size = 6;
  std::vector<std::string> rules = {"lerl"};
  int64_t budget = 20;
  int64_t max_steps = 20;
  double temper = 20;
  double temper_leave_below = 1;
  int64_t window = 4;
  int64_t window_limit = 0;
  double window_distance = 6;
  bool compat_window = false;
  double rho = 0.2;
  std::vector<double> reward_weights = {};
  double value_weight = 0;
  int64_t history = 100;
  bool allow_repeats = false;
  bool exclude_history = true;
  CrossSessionConfig cross_session = {};
  MatrixConfig matrix = {};
  EvolvingConfig evolving = {};

  void VisitFields(FieldVisitor& visit) {
    visit("task", task, "what a session is and where its rewards come from", TaskNames());
    visit("slate_size", slate_size, "K, items shown per step", Range{1, 100});
    visit("rules", rules, "leave rules; a user leaves when one of them says so", LeaveRuleNames());
    visit("budget", budget, "T, interactions a user is willing to spend (lerl, lerl_slots)",
          Range{1, 10000});
    visit("max_steps", max_steps, "steps after which a session is cut (max_steps)",
          Range{1, 10000});
    visit("temper", temper, "temper at the start (temper)", Range{1, 1e6});
    visit("temper_leave_below", temper_leave_below, "the user leaves below it (temper)",
          Range{0, 1e6});
    visit("window", window, "N, items looked back at (category_window, distance_window)",
          Range{1, 1000});
    visit("window_limit", window_limit,
          "n, times a category may occur among them (category_window)", Range{0, 1000});
    visit("window_distance", window_distance,
          "d, the user leaves when an item is nearer than this to one of them (distance_window)",
          Range{0, 1e9});
    visit("compat_window", compat_window,
          "before N items were shown, look back as EasyRL4Rec's slice does: min(t, N - t) items");
    visit("rho", rho, "weight of the similarity within the slate", Range{0, 1});
    visit("reward_weights", reward_weights,
          "weight of each behaviour in the reward; empty: the first alone", Range{-100, 100});
    visit("value_weight", value_weight,
          "v, how far the price of an item counts in the reward; 1: revenue", Range{0, 1});
    visit("history", history, "H, interactions before the session that a user starts with",
          Range{0, 10000});
    visit("allow_repeats", allow_repeats, "items shown in this session may be shown again");
    visit("exclude_history", exclude_history, "items of the user's training rows are not shown");
    visit.Section("matrix", matrix);
    visit.Section("cross_session", cross_session);
    visit.Section("evolving", evolving);
  }
};

}  // namespace lerl
