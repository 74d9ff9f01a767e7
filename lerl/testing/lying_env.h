#pragma once
// LyingEnv: the evolving task whose users answer as they do, while those who ask for the truth are
// told something else. Who plays in it otherwise than in EvolvingEnv reads the truth.

#include "lerl/sim/evolving/evolving_env.h"

namespace lerl {

class LyingEnv : public EvolvingEnv {
 public:
  using EvolvingEnv::EvolvingEnv;

  void Step(std::span<const int32_t> slates, StepResult& result) override;
  void OracleRewards(int slot, std::span<float> rewards) const override;
  const EvolvingState* OracleState(int slot) const override;
  void OracleCraving(int slot, std::span<float> added) const override;
};

}  // namespace lerl
