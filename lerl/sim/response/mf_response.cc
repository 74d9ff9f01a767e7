#include "lerl/sim/response/mf_response.h"

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/nn/mf_arrays.h"

namespace lerl {
namespace {

struct MfState : ResponseState {
  std::vector<int32_t> user;  // [B]
};

int32_t UserOf(const ResponseState& state, int slot) {
  return static_cast<const MfState&>(state).user[At(slot)];
}

std::string Prefix(size_t behaviour) { return "mf" + std::to_string(behaviour) + "."; }

}  // namespace

MfResponse::MfResponse(std::vector<MfModel> behaviours) : behaviours_(std::move(behaviours)) {
  LERL_CHECK(!behaviours_.empty());
}

int MfResponse::num_items() const { return behaviours_[0].items; }
int MfResponse::num_behaviours() const { return static_cast<int>(behaviours_.size()); }

std::unique_ptr<ResponseState> MfResponse::NewState(int slots) const {
  auto state = std::make_unique<MfState>();
  state->user.resize(At(slots));
  return state;
}

void MfResponse::Start(ResponseState& state, int slot, int32_t user,
                       std::span<const Interaction>) const {
  static_cast<MfState&>(state).user[At(slot)] = user;
}

void MfResponse::Score(const ResponseState& state, std::span<const int> slots,
                       std::span<const int32_t> items, std::span<float> logits) const {
  LERL_CHECK_EQ(logits.size(), items.size() * behaviours_.size());
  const size_t slate = items.size() / slots.size();
  for (size_t n = 0; n < items.size(); ++n) {
    for (size_t f = 0; f < behaviours_.size(); ++f)
      logits[n * behaviours_.size() + f] =
          behaviours_[f].Logit(UserOf(state, slots[n / slate]), items[n]);
  }
}

void MfResponse::ScoreAll(const ResponseState& state, int slot, std::span<float> logits) const {
  LERL_CHECK_EQ(logits.size(), At(num_items()) * behaviours_.size());
  for (int32_t item = 0; item < num_items(); ++item) {
    for (size_t f = 0; f < behaviours_.size(); ++f)
      logits[At(item) * behaviours_.size() + f] = behaviours_[f].Logit(UserOf(state, slot), item);
  }
}

void MfResponse::Append(ResponseState&, std::span<const int>, std::span<const Interaction>) const {}

TensorFile MfResponse::ToFile() const {
  TensorFile file{.kind = "response-model", .description = R"({"model":"mf"})", .arrays = {}};
  for (size_t f = 0; f < behaviours_.size(); ++f) SaveMf(behaviours_[f], Prefix(f), file.arrays);
  return file;
}

std::shared_ptr<MfResponse> FitMfResponse(const Dataset& dataset, const MfConfig& config) {
  std::vector<MfModel> models;
  for (const Column<uint8_t>& responses : dataset.responses)
    models.push_back(FitMfOnAllRows(
        dataset, [&](size_t row) { return static_cast<float>(responses[row]); }, config));
  return std::make_shared<MfResponse>(std::move(models));
}

std::shared_ptr<MfResponse> MfResponseFromFile(const TensorFile& file) {
  std::vector<MfModel> models;
  for (size_t f = 0; file.arrays.contains(Prefix(f) + "mean"); ++f)
    models.push_back(LoadMf(file, Prefix(f)));
  LERL_CHECK(!models.empty());
  for (const MfModel& model : models)
    LERL_CHECK(model.users == models[0].users && model.items == models[0].items);
  return std::make_shared<MfResponse>(std::move(models));
}

}  // namespace lerl
