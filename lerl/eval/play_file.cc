#include "lerl/eval/play_file.h"

#include <nlohmann/json.hpp>

#include "lerl/base/json_text.h"
#include "lerl/base/tensor_file.h"

namespace lerl {
namespace {

constexpr char kKind[] = "sessions";

// Visits every column of the log, and the columns of its truth where it has one.
template <typename Log, typename Visit>
void VisitAll(Log& log, const Visit& visit) {
  VisitColumns(log, visit);
  if (log.truth.empty()) return;
  visit("interest", log.truth.interest);
  visit("tiredness", log.truth.fatigue_cost);
  visit("worth", log.truth.worth);
  visit("latent", log.truth.latent);
}

// The file format lacks int16 and uint32; columns of these types are stored as int32.
template <typename T>
Array ToColumn(const std::vector<T>& values) {
  if constexpr (std::is_same_v<T, int16_t> || std::is_same_v<T, uint32_t>) {
    return Array::Of(std::vector<int32_t>(values.begin(), values.end()));
  } else {
    return Array::Of(values);
  }
}

template <typename T>
void FromColumn(const Array& array, std::vector<T>& values) {
  if constexpr (std::is_same_v<T, int16_t> || std::is_same_v<T, uint32_t>) {
    const std::vector<int32_t> stored = array.Values<int32_t>();
    for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<T>(stored[i]);
  } else {
    values = array.Values<T>();
  }
}

}  // namespace

void WritePlay(const std::filesystem::path& path, const HeldOutPlay& play, const std::string& key) {
  const SessionLog& log = play.log;
  TensorFile file;
  file.kind = kKind;
  nlohmann::json about = {{"key", key},
                          {"commit", play.commit},
                          {"sessions", log.sessions},
                          {"max_steps", log.max_steps},
                          {"slate", log.slate},
                          {"categories", log.categories},
                          {"action_width", log.action_width},
                          {"truth", !log.truth.empty()},
                          {"ranking_pairs", play.plans.pairs},
                          {"same_first_3", play.plans.same_first_3}};
  if (play.plans.unlisted_labels > 0) about["unlisted_labels"] = play.plans.unlisted_labels;
  file.description = about.dump();
  VisitAll(log,
           [&](const char* name, const auto& values) { file.arrays[name] = ToColumn(values); });
  file.arrays["never_shown"] = Array::Of(log.never_shown);
  WriteTensorFile(path, file);
}

std::optional<HeldOutPlay> ReadPlay(const std::filesystem::path& path, const std::string& key) {
  const TensorFile file = ReadTensorFile(path, kKind);
  const nlohmann::json about = ParseJson(file.description);
  if (about.value("key", "") != key) return std::nullopt;
  HeldOutPlay play;
  play.commit = about.value("commit", "");
  play.plans.pairs = about.at("ranking_pairs");
  play.plans.same_first_3 = about.at("same_first_3");
  play.plans.unlisted_labels = about.value("unlisted_labels", int64_t{0});
  SessionLog& log = play.log;
  log.Resize(about.at("sessions"), about.at("max_steps"), about.at("slate"), about.at("categories"),
             about.at("action_width"));
  if (about.value("truth", false)) log.AddTruth();
  VisitAll(log, [&](const char* name, auto& values) {
    const Array& array = file.at(name);
    if (array.size() != std::ssize(values))
      throw Error(ErrorKind::kCheckpoint, path.string() + ": column " + name + " has a wrong size");
    FromColumn(array, values);
  });
  log.never_shown = file.at("never_shown").Values<uint8_t>();
  return play;
}

}  // namespace lerl
