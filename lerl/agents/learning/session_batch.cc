#include "lerl/agents/learning/session_batch.h"

#include <algorithm>
#include <numeric>

#include "lerl/agents/slate_selector.h"
#include "lerl/base/index.h"
#include "lerl/sim/rules/leave_rules.h"

namespace lerl {
namespace {

SessionBatch Empty(int64_t batch, int64_t length, int64_t steps, int64_t token_width,
                   int64_t categories, int64_t action_width, int64_t slate) {
  return {.tokens = torch::zeros({batch, length, token_width}),
          .states = torch::zeros({batch, steps + 1}, torch::kInt64),
          .context = torch::zeros({batch, steps + 1, 2 * categories + 1}),
          .actions = torch::zeros({batch, steps, action_width}),
          .items = torch::zeros({batch, steps, slate}, torch::kInt64),
          .responses = torch::zeros({batch, steps, slate}),
          .credit = torch::zeros({batch, steps, slate}),
          .rewards = torch::zeros({batch, steps}),
          .valid = torch::zeros({batch, steps}),
          .goes_on = torch::zeros({batch, steps})};
}

// One session's row of every tensor, as raw pointers: filling them element by element costs nothing
// beside the networks.
struct Row {
  float* tokens;
  int64_t* states;
  float* context;
  float* actions;
  int64_t* items;
  float* responses;
  float* credit;
  float* rewards;
  float* valid;
  float* goes_on;

  Row(const SessionBatch& batch, int64_t b)
      : tokens(At<float>(batch.tokens, b)),
        states(At<int64_t>(batch.states, b)),
        context(At<float>(batch.context, b)),
        actions(At<float>(batch.actions, b)),
        items(At<int64_t>(batch.items, b)),
        responses(At<float>(batch.responses, b)),
        credit(At<float>(batch.credit, b)),
        rewards(At<float>(batch.rewards, b)),
        valid(At<float>(batch.valid, b)),
        goes_on(At<float>(batch.goes_on, b)) {}

 private:
  template <typename T>
  static T* At(const torch::Tensor& tensor, int64_t b) {
    return tensor.data_ptr<T>() + b * tensor.stride(0);
  }
};

void WriteContext(const SessionLog& log, int64_t session, int64_t step, float* out) {
  const size_t cell = log.Cell(session, step);
  const auto categories = At(log.categories);
  for (size_t c = 0; c < categories; ++c) {
    out[c] = static_cast<float>(log.plan[cell * categories + c]);
    out[categories + c] = static_cast<float>(log.dominant[cell * categories + c]);
  }
  out[2 * categories] = log.budget[cell];
}

// Writes the context [2 C + 1] that stood, or would have stood, after a session's last step.
void WriteLastContext(const Dataset& dataset, const SessionLog& log, int64_t session, float* out) {
  const auto categories = At(log.categories), slate = At(log.slate);
  const int64_t last = log.length[At(session)] - 1;
  const size_t cell = log.Cell(session, last);
  const bool new_visit = log.return_days[cell] != 0;
  WriteContext(log, session, last, out);
  std::vector<uint8_t> dominant(categories);
  if (!new_visit)
    MarkDominantCategories(dataset, {log.items.data() + cell * slate, slate}, dominant);
  std::copy(dominant.begin(), dominant.end(), out + categories);
  out[2 * categories] = new_visit ? 1 : log.budget_after[At(session)];
}

void WriteSession(const SessionTokens& source, const SessionLog& log, int64_t session,
                  int64_t steps, bool sees_budget, const Row& out) {
  const auto s = At(session);
  const int past = source.PastTokens(log.user[s]);
  const auto width = At(source.width());
  const auto per_step = At(source.per_step());
  const auto slate = At(log.slate);
  source.Past(log.user[s], {out.tokens, At(past) * width});
  const int64_t length = log.length[s], context = 2 * log.categories + 1;
  for (int64_t t = 0; t <= steps; ++t) {
    // The state before step t is the last token written so far; after the end it stays there.
    out.states[t] = past - 1 + std::min(t, length) * source.per_step();
    if (t >= length) {
      WriteLastContext(source.dataset(), log, session, out.context + t * context);
      continue;
    }
    WriteContext(log, session, t, out.context + t * context);
    const size_t cell = log.Cell(session, t);
    const std::span<const int32_t> items(log.items.data() + cell * slate, slate);
    const std::span<const uint32_t> responses(log.responses.data() + cell * slate, slate);
    source.Step(items, responses,
                {out.tokens + (At(past) + At(t) * per_step) * width, per_step * width});
    for (size_t k = 0; k < slate; ++k) {
      out.items[At(t) * slate + k] = items[k];
      out.responses[At(t) * slate + k] = static_cast<float>(responses[k] & 1u);
      out.credit[At(t) * slate + k] = log.ResponseCredit(cell, static_cast<int64_t>(k));
    }
    std::copy_n(log.action.data() + cell * At(log.action_width), log.action_width,
                out.actions + t * log.action_width);
    out.rewards[t] = log.LearningReward(cell);
    out.goes_on[t] = log.Continuation(session, t, sees_budget);
    out.valid[t] = 1;
  }
}

// Writes the mean vector of the liked items of a chunk, or of all its items if none is liked.
void WriteMeanVector(std::span<const float> vectors, const int64_t* items, const float* responses,
                     int64_t slate, int64_t width, float* out) {
  const bool any = std::any_of(responses, responses + slate, [](float y) { return y > 0; });
  float count = 0;
  for (int64_t k = 0; k < slate; ++k) {
    if (any && responses[k] == 0) continue;
    const float* vector = vectors.data() + items[k] * width;
    for (int64_t d = 0; d < width; ++d) out[d] += vector[d];
    ++count;
  }
  for (int64_t d = 0; d < width; ++d) out[d] /= count;
}

void WriteLogged(const SessionTokens& source, int32_t user, std::span<const float> vectors,
                 int64_t action_width, int64_t slate, std::span<const double> weights,
                 std::span<const float> price_factors, const Row& out) {
  const Dataset& dataset = source.dataset();
  source.Past(user, {out.tokens, At(source.PastTokens(user) * source.width())});
  int64_t token = 0, t = 0;
  for (const auto& [begin, end] : source.PastChunks(user)) {
    if (end - begin == slate) {
      out.states[t] = token;
      float sum = 0;
      for (int64_t k = 0; k < slate; ++k) {
        const auto row = At(begin + k);
        const float credit = PriceFactor(price_factors, dataset.items[row]) *
                             WeighResponses(weights, ResponsesOfRow(dataset, begin + k));
        out.items[t * slate + k] = dataset.items[row];
        out.responses[t * slate + k] = static_cast<float>(dataset.responses[0][row]);
        out.credit[t * slate + k] = credit;
        sum += credit;
      }
      WriteMeanVector(vectors, out.items + t * slate, out.responses + t * slate, slate,
                      action_width, out.actions + t * action_width);
      out.rewards[t] = sum / static_cast<float>(slate);
      out.goes_on[t] = 1;
      out.valid[t] = 1;
      ++t;
    }
    token += source.per_step() == 1 ? 1 : end - begin;
  }
  out.states[t] = token;
}

}  // namespace

torch::Tensor RowTensor(std::span<const int64_t> rows) {
  return torch::tensor(std::vector<int64_t>(rows.begin(), rows.end()), torch::kInt64);
}

SessionBatch SessionBatch::Select(std::span<const int64_t> rows) const {
  const torch::Tensor index = RowTensor(rows);
  const auto pick = [&index](const torch::Tensor& t) { return t.index_select(0, index); };
  const torch::Tensor valid_rows = pick(valid), state_rows = pick(states);
  const auto longest = static_cast<int64_t>(valid_rows.sum(1).max().item<float>());
  const int64_t length = state_rows.max().item<int64_t>() + 1;
  const auto cut = [&pick](const torch::Tensor& t, int64_t n) { return pick(t).narrow(1, 0, n); };
  return {.tokens = cut(tokens, length),
          .states = state_rows.narrow(1, 0, longest + 1),
          .context = cut(context, longest + 1),
          .actions = cut(actions, longest),
          .items = cut(items, longest),
          .responses = cut(responses, longest),
          .credit = cut(credit, longest),
          .rewards = cut(rewards, longest),
          .valid = valid_rows.narrow(1, 0, longest),
          .goes_on = cut(goes_on, longest),
          .allowed = allowed.defined() ? cut(allowed, longest + 1) : torch::Tensor()};
}

SessionBatch MakeSessionBatch(const SessionTokens& source, const SessionLog& log,
                              bool sees_budget) {
  int64_t length = 0, steps = 0;
  for (size_t s = 0; s < log.user.size(); ++s) {
    steps = std::max<int64_t>(steps, log.length[s]);
    length = std::max<int64_t>(length,
                               source.PastTokens(log.user[s]) + log.length[s] * source.per_step());
  }
  const SessionBatch out = Empty(log.sessions, length, steps, source.width(), log.categories,
                                 log.action_width, log.slate);
  for (int64_t s = 0; s < log.sessions; ++s)
    WriteSession(source, log, s, steps, sees_budget, Row(out, s));
  return out;
}

torch::Tensor AllowedItems(const Dataset& dataset, const Split& split, const SessionLog& log,
                           int64_t steps) {
  const auto items = At(dataset.num_items());
  const auto categories = At(log.categories), slate = At(log.slate);
  torch::Tensor out = torch::zeros({log.sessions, steps + 1, dataset.num_items()}, torch::kBool);
  std::vector<uint8_t> inside(items), excluded(items);
  for (int64_t s = 0; s < log.sessions; ++s) {
    const int32_t user = log.user[At(s)];
    const int64_t length = log.length[At(s)];
    // At the start of a visit what is never shown and the user's training rows are excluded.
    const auto start_visit = [&] {
      std::fill(excluded.begin(), excluded.end(), uint8_t{0});
      std::copy(log.never_shown.begin(), log.never_shown.end(), excluded.begin());
      if (!log.exclude_history) return;
      for (const int64_t row : PastRows(dataset, split, user))
        excluded[At(dataset.items[At(row)])] = 1;
    };
    start_visit();
    for (int64_t t = 0; t <= length; ++t) {
      // 1. The plan before step t; after the last step the last one.
      const size_t cell = log.Cell(s, std::min(t, length - 1));
      ItemsInPlan(dataset, {log.plan.data() + cell * categories, categories}, inside);
      // 2. A new visit starts afresh; within a visit, what the last step showed is excluded.
      if (t > 0 && log.return_days[log.Cell(s, t - 1)] != 0) {
        start_visit();
      } else if (t > 0 && !log.allow_repeats) {
        const int32_t* shown = log.items.data() + log.Cell(s, t - 1) * slate;
        for (size_t k = 0; k < slate; ++k) excluded[At(shown[k])] = 1;
      }
      // 3. Inside the plan and not excluded.
      bool* row = out[s][t].data_ptr<bool>();
      for (size_t i = 0; i < items; ++i) row[i] = inside[i] != 0 && excluded[i] == 0;
    }
  }
  return out;
}

SessionBatch MakeLoggedBatch(const SessionTokens& source, std::span<const int32_t> users,
                             std::span<const float> item_vectors,
                             std::span<const double> reward_weights,
                             std::span<const float> price_factors) {
  const int64_t slate = source.slate(), items = source.dataset().num_items();
  const int64_t width = std::ssize(item_vectors) / items;
  int64_t length = 0, steps = 0;
  for (const int32_t user : users) {
    length = std::max<int64_t>(length, source.PastTokens(user));
    int64_t full = 0;
    for (const auto& [begin, end] : source.PastChunks(user)) full += end - begin == slate;
    steps = std::max(steps, full);
  }
  const SessionBatch out = Empty(std::ssize(users), length, steps, source.width(),
                                 source.dataset().num_categories(), width, slate);
  for (size_t i = 0; i < users.size(); ++i)
    WriteLogged(source, users[i], item_vectors, width, slate, reward_weights, price_factors,
                Row(out, static_cast<int64_t>(i)));
  return out;
}

void ForMinibatchRows(int64_t sessions, int64_t size, Rng& rng, const LearnFromRows& learn) {
  std::vector<int64_t> order(At(sessions));
  std::iota(order.begin(), order.end(), int64_t{0});
  rng.Shuffle(std::span(order));
  for (size_t begin = 0; begin < order.size(); begin += At(size)) {
    const size_t end = std::min(order.size(), begin + At(size));
    learn({order.data() + begin, end - begin});
  }
}

void ForMinibatches(const SessionBatch& batch, int64_t size, Rng& rng, const LearnFromPart& learn) {
  ForMinibatchRows(batch.sessions(), size, rng, [&](std::span<const int64_t> rows) {
    learn(RowTensor(rows), batch.Select(rows));
  });
}

}  // namespace lerl
