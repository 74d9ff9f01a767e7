#include "lerl/agents/ppo_batch.h"

#include <algorithm>

namespace lerl {
namespace {

// One session's row of every tensor, through raw pointers: filling element by element costs nothing
// beside the networks.
struct RowWriter {
  const SessionTokens& source;
  const SessionLog& log;
  int64_t steps;  // T of the batch
  float* tokens;
  int64_t* states;
  float* context;
  float* actions;
  float* valid;

  void Write(int64_t session) const {
    const auto s = static_cast<size_t>(session);
    const int past = source.PastTokens(log.user[s]);
    const auto width = static_cast<size_t>(source.width());
    const auto per_step = static_cast<size_t>(source.per_step());
    const auto slate = static_cast<size_t>(log.slate);
    source.Past(log.user[s], {tokens, static_cast<size_t>(past) * width});
    const int64_t length = log.length[s];
    for (int64_t t = 0; t <= steps; ++t) {
      // The state before step t is the last token written so far; after the end it stays there.
      states[t] = past - 1 + std::min(t, length) * source.per_step();
      WriteContext(session, std::min(t, length - 1), context + t * (2 * log.categories + 1));
      if (t >= length || t == steps) continue;
      const size_t cell = log.Cell(session, t);
      float* token =
          tokens + (static_cast<size_t>(past) + static_cast<size_t>(t) * per_step) * width;
      source.Step({log.items.data() + cell * slate, slate},
                  {log.responses.data() + cell * slate, slate}, {token, per_step * width});
      std::copy_n(log.action.data() + cell * static_cast<size_t>(log.action_width),
                  log.action_width, actions + t * log.action_width);
      valid[t] = 1;
    }
  }

  void WriteContext(int64_t session, int64_t step, float* out) const {
    const size_t cell = log.Cell(session, step);
    const auto categories = static_cast<size_t>(log.categories);
    for (size_t c = 0; c < categories; ++c) {
      out[c] = static_cast<float>(log.plan[cell * categories + c]);
      out[categories + c] = static_cast<float>(log.dominant[cell * categories + c]);
    }
    out[2 * categories] = log.budget[cell];
  }
};

}  // namespace

PpoBatch MakePpoBatch(const SessionTokens& source, const SessionLog& log,
                      std::span<const int64_t> sessions) {
  const auto batch = static_cast<int64_t>(sessions.size());
  int64_t length = 0, steps = 0;
  for (const int64_t session : sessions) {
    const auto s = static_cast<size_t>(session);
    steps = std::max<int64_t>(steps, log.length[s]);
    length = std::max<int64_t>(length,
                               source.PastTokens(log.user[s]) + log.length[s] * source.per_step());
  }
  PpoBatch out{torch::zeros({batch, length, source.width()}),
               torch::zeros({batch, steps + 1}, torch::kInt64),
               torch::zeros({batch, steps + 1, 2 * log.categories + 1}),
               torch::zeros({batch, steps, log.action_width}), torch::zeros({batch, steps})};
  for (int64_t b = 0; b < batch; ++b) {
    RowWriter{source,
              log,
              steps,
              out.tokens[b].data_ptr<float>(),
              out.states[b].data_ptr<int64_t>(),
              out.context[b].data_ptr<float>(),
              out.actions[b].data_ptr<float>(),
              out.valid[b].data_ptr<float>()}
        .Write(sessions[static_cast<size_t>(b)]);
  }
  return out;
}

torch::Tensor GatherStates(const torch::Tensor& encoded, const torch::Tensor& states) {
  return encoded.gather(1, states.unsqueeze(-1).expand({-1, -1, encoded.size(2)}));
}

}  // namespace lerl
