#pragma once
// plan_alignment: does the plan name the categories that are worth most to the user now? Mean over
// steps of the NDCG of the plan; steps without a plan (every category planned) don't count, and
// without any other there is no figure.
//
//   NDCG = sum_j g(plan_j) / log2(j + 1)  over  sum_j g(best_j) / log2(j + 1),   j = 1 .. n
//
// plan: the n planned categories as ranked, those added by widening as they come; best: the n
// categories of the highest worth. g(c) = (worth_c - least) / (most - least) over all categories,
// worth: Env::OracleCategoryRewards before the step. Where all are worth the same NDCG is 1.
// For the evolving-interest task, whose log has the truth.
// Reference of the measure: Jarvelin and Kekalainen 2002 (doi 10.1145/582415.582418).

#include "lerl/eval/metrics/metric.h"

namespace lerl {

SessionValues PlanAlignment(const SessionLog& log, const MetricInput& input);

}  // namespace lerl
