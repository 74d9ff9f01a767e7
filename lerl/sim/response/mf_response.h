#pragma once
// MfResponse: the plain reference, a logistic factorisation per behaviour without history (state:
// the user alone). logit_uif = mean_f + b_uf + c_if + p_uf . q_if   (nn/matrix_factorisation.h)
//
// Fitted on a random row_share of the *whole* log, not on the past alone, as the reference table of
// what the published leave rule rewards was (eval/tables/oracle_table.h). So it knows more than the logs
// before the cut; agents never see it.

#include <memory>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/nn/matrix_factorisation.h"
#include "lerl/sim/response/response_model.h"

namespace lerl {

class MfResponse : public ResponseModel {
 public:
  explicit MfResponse(std::vector<MfModel> behaviours);  // [F], all of one size

  std::string name() const override { return "mf"; }
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
