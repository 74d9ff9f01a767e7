#pragma once
// MfResponse: the plain reference among the response models. It is a logistic factorisation for
// each behaviour (nn/matrix_factorisation.h), and what the user was shown before has no effect:
//
//   logit_uif = mean_f + b_uf + c_if + p_uf . q_if
//
//   mean_f        log odds of behaviour f in the log
//   b_uf, c_if    biases of user u and item i
//   p_uf, q_if    factors of user u and item i
//
// It is fitted on a random row_share of the *whole* log, not on the past alone, since the reference
// table of what the published leave rule rewards was made so (eval/tables/oracle_table.h). It
// therefore knows more than the log before the cut. Agents never see it.

#include <memory>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/nn/matrix_factorisation.h"
#include "lerl/sim/response/response_model.h"

namespace lerl {

class MfResponse : public ResponseModel {
 public:
  // One factorisation per behaviour, [F], all of the same users and items.
  explicit MfResponse(std::vector<MfModel> behaviours);

  std::string name() const override { return "mf"; }
  int64_t num_users() const override { return behaviours_[0].users; }
  int num_items() const override;
  int num_behaviours() const override;
  int history() const override { return 0; }
  std::unique_ptr<ResponseState> NewState(int slots) const override;
  void Start(ResponseState& state, int slot, int32_t user,
             std::span<const Interaction> history) const override;
  void Score(const ResponseState& state, std::span<const int> slots, std::span<const int32_t> items,
             std::span<float> logits) const override;
  void ScoreAll(const ResponseState& state, int slot, std::span<float> logits) const override;
  void Append(ResponseState& state, std::span<const int> slots,
              std::span<const Interaction> shown) const override;
  TensorFile ToFile() const override;

 private:
  std::vector<MfModel> behaviours_;
};

std::shared_ptr<MfResponse> FitMfResponse(const Dataset& dataset, const MfConfig& config);
std::shared_ptr<MfResponse> MfResponseFromFile(const TensorFile& file);

}  // namespace lerl
