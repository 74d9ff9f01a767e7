#include "lerl/agents/learning/slate_loss.h"

#include <limits>
#include <vector>

#include "lerl/base/index.h"

namespace lerl {
namespace {

constexpr double kSmallestVariance = 1e-24;  // below it the scores count as alike
constexpr double kNoMass = -1e30;            // logit of an item that can't be drawn

}  // namespace

torch::Tensor SlateLogits(const torch::Tensor& scores, const torch::Tensor& candidates,
                          const torch::Tensor& temperatures) {
  const torch::Tensor inside = candidates.to(torch::kFloat);
  const torch::Tensor count = inside.sum(-1, /*keepdim=*/true);
  const torch::Tensor apart = scores - (scores * inside).sum(-1, true) / count;
  const torch::Tensor variance = (apart.square() * inside).sum(-1, true) / count;
  const torch::Tensor sd = variance.clamp_min(kSmallestVariance).sqrt();
  return (apart / sd / temperatures.unsqueeze(-1))
      .masked_fill(candidates.logical_not(), -std::numeric_limits<float>::infinity());
}

torch::Tensor ItemLogProbabilities(const torch::Tensor& l, const torch::Tensor& slates) {
  const torch::Tensor own = l.gather(-1, slates);
  // From the last draw to the first; `left` is the log of the mass that is left before a draw.
  torch::Tensor left = torch::logsumexp(l.scatter(-1, slates, kNoMass).clamp_min(kNoMass), -1);
  std::vector<torch::Tensor> terms(At(slates.size(-1)));
  for (size_t k = terms.size(); k-- > 0;) {
    const torch::Tensor one = own.select(-1, static_cast<int64_t>(k));
    left = torch::logaddexp(left, one);
    terms[k] = one - left;
  }
  return torch::stack(terms, -1);
}

torch::Tensor SlateKl(const torch::Tensor& p, const torch::Tensor& q, const torch::Tensor& slates) {
  const auto split = [&slates](const torch::Tensor& logits) {
    return std::pair(logits.gather(-1, slates),
                     logits.scatter(-1, slates, kNoMass).clamp_min(kNoMass));
  };
  const auto [own_p, others_p] = split(p);
  const auto [own_q, others_q] = split(q);
  // From the last draw to the first. `left` is the log of the mass that is left before a draw, and
  // `gap` the mean of l_p - l_q under p over what is left, so that a draw adds
  // gap - left_p + left_q. They start as those of the items outside the slate.
  torch::Tensor left_p = torch::logsumexp(others_p, -1), left_q = torch::logsumexp(others_q, -1);
  torch::Tensor gap = (torch::softmax(others_p, -1) * (others_p - others_q)).sum(-1);
  torch::Tensor sum = torch::zeros_like(left_p);
  for (int64_t k = slates.size(-1) - 1; k >= 0; --k) {
    const torch::Tensor one_p = own_p.select(-1, k), one_q = own_q.select(-1, k), before = left_p;
    left_p = torch::logaddexp(left_p, one_p);
    left_q = torch::logaddexp(left_q, one_q);
    gap = gap * torch::exp(before - left_p) + (one_p - one_q) * torch::exp(one_p - left_p);
    sum = sum + gap - left_p + left_q;
  }
  return sum;
}

}  // namespace lerl
