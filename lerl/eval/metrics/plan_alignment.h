#pragma once
// plan_alignment: does the plan name the categories that are worth most to the user now? It is the
// mean of the plan's NDCG (Jarvelin and Kekalainen 2002, doi 10.1145/582415.582418) over all steps
// with a plan.
//
//            sum_j g(plan_j) / log2(j + 1)
//   NDCG  =  -----------------------------     j = 1 .. n
//            sum_j g(best_j) / log2(j + 1)
//
//   plan_j   j-th of the n planned categories, as ranked; those that the ranking lacks come last
//   best_j   category of the j-th highest worth
//   g(c)     (worth_c - least) / (most - least); least and most are taken over all categories
//   worth_c  what category c is worth before the step (Env::OracleCategoryRewards)
//
// NDCG is 1 where all categories are worth the same. A step whose plan holds every category or none
// has no plan; without any other step there is no figure. Only the evolving-interest task has one:
// its log holds the truth.

#include "lerl/eval/metrics/metric.h"

namespace lerl {

SessionValues PlanAlignment(const SessionLog& log, const MetricInput& input);

}  // namespace lerl
