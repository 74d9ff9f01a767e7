#include "lerl/sim/response/transformer_training.h"

#include <torch/optim/adam.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/base/math.h"
#include "lerl/base/progress.h"
#include "lerl/base/stop.h"
#include "lerl/nn/causal_transformer.h"
#include "lerl/nn/torch.h"
#include "lerl/nn/torch_arrays.h"
#include "lerl/nn/torch_threads.h"
#include "lerl/sim/response/response_report.h"
#include "lerl/sim/response/transformer_response.h"

namespace lerl {
namespace {

using torch::Tensor;

// The encodings of all items, or of all users: sums of embeddings.
struct SideImpl : torch::nn::Module {
  Tensor id, project;          // [N, e], [D, e]
  std::vector<Tensor> codes;   // int64 [N] of each feature
  std::vector<Tensor> values;  // [V, D] of each feature
  Tensor hot, categories;      // [N, C], [C, D]; undefined without categories
  Tensor known;                // [N, 1] 1 = has training rows

  SideImpl(int64_t count, int64_t embedding, int64_t width, const std::vector<Feature>& features)
      : known(torch::zeros({count, 1})) {
    id = register_parameter("id", torch::empty({count, embedding}));
    project = register_parameter("project", torch::empty({width, embedding}));
    for (const Feature& feature : features) {
      const std::vector<int64_t> wide(feature.codes.begin(), feature.codes.end());
      codes.push_back(torch::tensor(wide));
      values.push_back(register_parameter("feature" + std::to_string(values.size()),
                                          torch::empty({std::ssize(feature.values), width})));
    }
  }

  void AddCategories(const Dataset& dataset, int64_t width) {
    hot = torch::zeros({dataset.num_items(), dataset.num_categories()});
    auto cells = hot.accessor<float, 2>();
    for (int64_t item = 0; item < dataset.num_items(); ++item) {
      for (const int32_t c : dataset.CategoriesOf(item)) cells[item][c] = 1;
    }
    categories = register_parameter("categories", torch::empty({dataset.num_categories(), width}));
  }

  // The encodings [N, D]. An id without a training row adds nothing.
  Tensor forward() {
    Tensor sum = torch::matmul(id * known, project.t());
    for (size_t k = 0; k < codes.size(); ++k) sum = sum + values[k].index_select(0, codes[k]);
    if (categories.defined()) sum = sum + torch::matmul(hot, categories);
    return sum;
  }
};
TORCH_MODULE(Side);

// A batch of W windows of at most S positions; shorter ones are padded at the end.
struct Batch {
  Tensor users;    // int64 [W]
  Tensor items;    // int64 [W, S]
  Tensor answers;  // float [W, S, F]
  Tensor counts;   // float [W, S] 1 where the responses are to be predicted
};

struct ResponseNetworkImpl : torch::nn::Module {
  Side item{nullptr}, user{nullptr};
  CausalTransformer net{nullptr};
  Tensor gates, answers, start, readout, behaviour_bias, item_bias;
  const double dropout;
  const int64_t width, behaviours;

  ResponseNetworkImpl(const Dataset& dataset, const TransformerResponseConfig& config)
      : dropout(config.dropout),
        width(config.transformer.width),
        behaviours(dataset.num_behaviours()) {
    item = register_module(
        "item", Side(dataset.num_items(), config.embedding, width, dataset.item_features));
    item->AddCategories(dataset, width);
    user = register_module(
        "user", Side(dataset.num_users(), config.embedding, width, dataset.user_features));
    net = register_module("net", CausalTransformer(config.transformer, config.dropout));
    gates = register_parameter("gates", torch::empty({2 * behaviours, width}));
    answers = register_parameter("answers", torch::empty({2 * behaviours, width}));
    start = register_parameter("start", torch::empty({width}));
    readout = register_parameter("readout", torch::empty({behaviours * width, width}));
    behaviour_bias = register_parameter("behaviour_bias", torch::empty({behaviours}));
    item_bias = register_parameter("item_bias", torch::empty({dataset.num_items(), behaviours}));
  }

  // The logits [W, S, F], by the equations of sim/response/transformer_response.h.
  Tensor forward(const Batch& batch) {
    const int64_t windows = batch.items.size(0), steps = batch.items.size(1);
    // 1. The tokens.
    const Tensor shown =
        item->forward().index_select(0, batch.items.view({-1})).view({windows, steps, width});
    const auto chosen = [&](const Tensor& table) {  // sum over f of row 2f + y
      const Tensor rows = table.view({behaviours, 2, width});
      const Tensor no = rows.select(1, 0), yes = rows.select(1, 1);  // [F, D]
      return no.sum(0) + torch::matmul(batch.answers, yes - no);
    };
    const Tensor tokens = Drop(shown * (1 + chosen(gates)) + chosen(answers));
    // 2. The state before each position: the one after the position before it.
    const Tensor after = net(tokens);
    const Tensor before =
        torch::cat({start.expand({windows, 1, width}), after.slice(1, 0, steps - 1)}, 1);
    // 3. The queries, and the logits of the items that were shown.
    const Tensor person = user->forward().index_select(0, batch.users).unsqueeze(1);
    const Tensor queries =
        torch::matmul(Drop(before + person), readout.t()).view({windows, steps, behaviours, width});
    const Tensor bias =
        item_bias.index_select(0, batch.items.view({-1})).view({windows, steps, behaviours});
    return (queries * shown.unsqueeze(2)).sum(-1) + behaviour_bias + bias;
  }

  Tensor Drop(const Tensor& x) const {
    return dropout > 0 ? torch::dropout(x, dropout, is_training()) : x;
  }
};
TORCH_MODULE(ResponseNetwork);

// Rows [begin, end) of one user.
struct Window {
  int32_t user;
  int64_t begin, end;
};

class Trainer {
 public:
  Trainer(const Dataset& dataset, const Split& split, const TransformerResponseConfig& config,
          uint64_t seed)
      : dataset_(dataset), split_(split), config_(config), seed_(seed), network_(dataset, config) {
    // 1. Random parameters, but no gates and no item biases.
    Rng rng(seed, "response-weights");
    InitialiseParameters(*network_, rng);
    const torch::NoGradGuard no_grad;
    network_->gates.zero_();
    network_->item_bias.zero_();
    // 2. Which items and users have training rows, and the log odds of each behaviour as its bias.
    auto items = network_->item->known.accessor<float, 2>();
    auto users = network_->user->known.accessor<float, 2>();
    std::vector<double> likes(At(dataset.num_behaviours()));
    double rows = 0;
    for (int64_t user = 0; user < dataset.num_users(); ++user) {
      for (const int64_t row : PastRows(dataset, split, user)) {
        ++rows;
        items[dataset.items[At(row)]][0] = users[user][0] = 1;
        for (size_t f = 0; f < likes.size(); ++f) likes[f] += dataset.responses[f][At(row)];
      }
    }
    for (size_t f = 0; f < likes.size(); ++f) {
      const double share = (likes[f] + 1) / (rows + 2);
      network_->behaviour_bias[static_cast<int64_t>(f)] = LogOdds(share);
    }
  }

  std::shared_ptr<ResponseModel> Run() {
    torch::optim::Adam adam(
        network_->parameters(),
        torch::optim::AdamOptions(config_.rate).weight_decay(config_.weight_decay));
    Progress progress("response model", config_.epochs, "epochs");
    std::shared_ptr<ResponseModel> best;
    double best_loss = 0;
    int64_t best_epoch = 0;
    for (int64_t epoch = 0; epoch < config_.epochs; ++epoch) {
      // 1. One pass over the training rows.
      TrainEpoch(adam, epoch);
      // 2. The validation rows, predicted as in play.
      const auto model = TransformerResponseFromFile(Export());
      const Predictions predictions =
          PredictPart(*model, dataset_, split_, Part::kValidation, config_.valid_users);
      const double loss = LogLoss(predictions.probabilities, predictions.targets);
      // 3. The best model so far is kept; without a better one for a while, training stops.
      if (!best || loss < best_loss) best = model, best_loss = loss, best_epoch = epoch;
      char note[96];
      std::snprintf(note, sizeof(note), "validation log loss %.4f, best %.4f", loss, best_loss);
      const bool done = epoch - best_epoch >= config_.patience || predictions.targets.empty();
      progress.Advance(done ? config_.epochs : epoch + 1, note);
      if (done) break;
    }
    return best;
  }

 private:
  // The windows of an epoch, in the order of its batches.
  std::vector<Window> CutWindows(int64_t epoch) const {
    Rng rng(seed_, "response-windows", static_cast<uint64_t>(epoch));
    // 1. The first window of a user with many rows has a random length, so all its cuts move.
    std::vector<Window> windows;
    for (int32_t user = 0; user < dataset_.num_users(); ++user) {
      const auto past = PastRows(dataset_, split_, user);
      if (past.empty()) continue;
      const int64_t first = *past.begin(), last = *past.end();
      int64_t begin = first;
      int64_t end = last - first <= config_.window
                        ? last
                        : first + 1 + static_cast<int64_t>(rng.Below(At(config_.window)));
      while (begin < last) {
        windows.push_back({user, begin, std::min(end, last)});
        begin = end;
        end = begin + config_.window;
      }
    }
    rng.Shuffle(std::span(windows));
    KeepFirstRows(windows);
    // 2. Within stretches of 16 batches, windows of like length share a batch, which saves padding.
    const auto batch = At(config_.batch), stretch = 16 * batch;
    for (size_t at = 0; at < windows.size(); at += stretch) {
      const auto part = std::span(windows).subspan(at, std::min(stretch, windows.size() - at));
      std::ranges::stable_sort(part, {}, [](const Window& w) { return w.end - w.begin; });
    }
    // 3. The batches come in random order.
    std::vector<size_t> order;
    for (size_t at = 0; at < windows.size(); at += batch) order.push_back(at);
    rng.Shuffle(std::span(order));
    std::vector<Window> shuffled;
    for (const size_t at : order) {
      const auto part = std::span(windows).subspan(at, std::min(batch, windows.size() - at));
      shuffled.insert(shuffled.end(), part.begin(), part.end());
    }
    return shuffled;
  }

  // Leaves the first windows, with epoch_rows rows at most but for the last one.
  void KeepFirstRows(std::vector<Window>& windows) const {
    int64_t rows = 0;
    for (size_t at = 0; at < windows.size(); ++at) {
      if (rows >= config_.epoch_rows)
        return (void)windows.erase(windows.begin() + static_cast<std::ptrdiff_t>(at),
                                   windows.end());
      rows += windows[at].end - windows[at].begin;
    }
  }

  Batch MakeBatch(std::span<const Window> windows) const {
    const auto count = std::ssize(windows);
    const int64_t behaviours = dataset_.num_behaviours();
    int64_t steps = 0;
    for (const Window& w : windows) steps = std::max(steps, w.end - w.begin);
    Batch batch{torch::zeros({count}, torch::kLong), torch::zeros({count, steps}, torch::kLong),
                torch::zeros({count, steps, behaviours}), torch::zeros({count, steps})};
    auto users = batch.users.accessor<int64_t, 1>();
    auto items = batch.items.accessor<int64_t, 2>();
    auto answers = batch.answers.accessor<float, 3>();
    auto counts = batch.counts.accessor<float, 2>();
    for (int64_t w = 0; w < count; ++w) {
      const Window& window = windows[At(w)];
      users[w] = window.user;
      for (int64_t row = window.begin; row < window.end; ++row) {
        const int64_t s = row - window.begin;
        items[w][s] = dataset_.items[At(row)];
        for (int64_t f = 0; f < behaviours; ++f)
          answers[w][s][f] = dataset_.responses[At(f)][At(row)];
        // The first row of a window that begins late has no state before it.
        counts[w][s] = s > 0 || window.begin == dataset_.RowsBegin(window.user);
      }
    }
    return batch;
  }

  void TrainEpoch(torch::optim::Adam& adam, int64_t epoch) {
    network_->train();
    torch::manual_seed(DeriveSeed(seed_, "response-dropout", static_cast<uint64_t>(epoch)));
    const std::vector<Window> windows = CutWindows(epoch);
    const auto size = At(config_.batch);
    for (size_t at = 0; at < windows.size(); at += size) {
      if (StopRequested())
        throw Error(ErrorKind::kNoRun,
                    "the training of the response model was stopped; nothing of it is kept");
      const Batch batch =
          MakeBatch(std::span(windows).subspan(at, std::min(size, windows.size() - at)));
      const Tensor losses = torch::binary_cross_entropy_with_logits(
          network_->forward(batch), batch.answers, {}, {}, at::Reduction::None);
      const Tensor loss =
          (losses.mean(-1) * batch.counts).sum() / batch.counts.sum().clamp_min(1.0);
      adam.zero_grad();
      loss.backward();
      adam.step();
    }
  }

  // The parameters as play uses them, with the encodings computed.
  TensorFile Export() {
    const torch::NoGradGuard no_grad;
    network_->eval();
    TensorFile file{.kind = "response-model", .description = "", .arrays = {}};
    file.description =
        nlohmann::json{{"model", "transformer"}, {"network", ConfigToJson(config_.transformer)}}
            .dump();
    SaveModule(*network_->net, "net.", file.arrays);
    file.arrays["items"] = ToArray(network_->item->forward());
    file.arrays["users"] = ToArray(network_->user->forward());
    file.arrays["start"] = ToArray(network_->start);
    file.arrays["gates"] = ToArray(network_->gates);
    file.arrays["answers"] = ToArray(network_->answers);
    file.arrays["readout"] = ToArray(network_->readout);
    file.arrays["behaviour_bias"] = ToArray(network_->behaviour_bias);
    file.arrays["item_bias"] = ToArray(network_->item_bias);
    return file;
  }

  const Dataset& dataset_;
  const Split& split_;
  const TransformerResponseConfig config_;
  const uint64_t seed_;
  ResponseNetwork network_;
};

}  // namespace

std::shared_ptr<ResponseModel> TrainTransformerResponse(const Dataset& dataset, const Split& split,
                                                        const TransformerResponseConfig& config,
                                                        uint64_t seed) {
  UseOneTorchThread();
  return Trainer(dataset, split, config, seed).Run();
}

}  // namespace lerl
