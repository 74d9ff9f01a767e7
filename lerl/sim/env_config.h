#pragma once
// Settings of an environment. Those of one task alone are sections named after it.

#include <cstdint>
#include <string>
#include <vector>

#include "lerl/base/config.h"

namespace lerl {

Names TaskNames();  // of sim/tasks.h

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
  double rho = 0.2;
  std::vector<double> reward_weights = {};
  int64_t history = 100;
  bool allow_repeats = false;
  bool exclude_history = true;

  void VisitFields(FieldVisitor& visit) {
    visit("task", task, "what a session is and where its rewards come from", TaskNames());
    visit("slate_size", slate_size, "K, items shown per step", Range{1, 100});
    visit("rules", rules, "leave rules; a user leaves when one of them says so",
          {"lerl", "lerl_slots", "temper", "category_window", "max_steps"});
    visit("budget", budget, "T, interactions a user is willing to spend (lerl, lerl_slots)",
          Range{1, 10000});
    visit("max_steps", max_steps, "steps after which a session is cut (max_steps)",
          Range{1, 10000});
    visit("temper", temper, "temper at the start (temper)", Range{1, 1e6});
    visit("temper_leave_below", temper_leave_below, "the user leaves below it (temper)",
          Range{0, 1e6});
    visit("window", window, "N, items looked back at (category_window)", Range{1, 1000});
    visit("window_limit", window_limit, "n, times a category may occur among them", Range{0, 1000});
    visit("rho", rho, "weight of the similarity within the slate", Range{0, 1});
    visit("reward_weights", reward_weights,
          "weight of each behaviour in the reward; empty: the first alone", Range{-100, 100});
    visit("history", history, "H, interactions before the session that a user starts with",
          Range{0, 10000});
    visit("allow_repeats", allow_repeats, "items shown in this session may be shown again");
    visit("exclude_history", exclude_history, "items of the user's training rows are not shown");
  }
};

}  // namespace lerl
