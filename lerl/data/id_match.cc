#include "lerl/data/id_match.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <utility>

#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/base/printable.h"

namespace lerl {
namespace {

constexpr size_t kExamples = 3;

std::string Quoted(const std::vector<std::string>& ids) {
  std::string text;
  for (size_t i = 0; i < std::min(ids.size(), kExamples); ++i)
    text += (i == 0 ? "'" : ", '") + Printable(ids[i], 30) + "'";
  return text;
}

bool IsNoValue(std::string_view id) {
  static constexpr std::string_view kWords[] = {"nan", "null", "none", "na",
                                                "n/a", "<na>", "\\n",  "nat"};
  return std::ranges::find(kWords, SmallLetters(std::string(Trimmed(id)))) != std::end(kWords);
}

bool HasControls(std::string_view id) {
  return std::ranges::any_of(id, [](char c) { return (c >= 0 && c < ' ') || c == '\x7F'; });
}

// Ids that are numbers and are written as no number needs to be, and the others of their value.
std::vector<std::string> IdsOfOneValue(const std::vector<std::string>& ids) {
  std::unordered_map<std::string, std::string> odd;  // by the usual text of the number
  std::vector<std::string> pairs;
  const auto add = [&](const std::string& a, const std::string& b) {
    pairs.push_back(a + "' and '" + b);
  };
  for (const std::string& id : ids) {
    if (id.empty() || (id[0] != '0' && id.find_first_not_of("0123456789") == std::string::npos))
      continue;
    if (std::string value = ValueOfId(id); value != id && NumberOfId(id))
      if (const auto [place, added] = odd.emplace(std::move(value), id); !added)
        add(place->second, id);
  }
  if (!odd.empty())
    for (const std::string& id : ids)
      if (const auto found = odd.find(id); found != odd.end()) add(id, found->second);
  return pairs;
}

}  // namespace

std::vector<std::string> DoubtfulIds(const std::vector<std::string>& ids, const std::string& kind) {
  std::vector<std::string> sentences, words, controls;
  std::ranges::copy_if(ids, std::back_inserter(words), IsNoValue);
  std::ranges::copy_if(ids, std::back_inserter(controls), HasControls);
  const auto say = [&](const std::vector<std::string>& found, const std::string& what) {
    if (!found.empty())
      sentences.push_back(kind + " " + what + ": " + std::to_string(found.size()) + " (" +
                          Quoted(found) + ")");
  };
  say(words, "whose id says that there is none");
  say(controls, "with control characters in their id");
  say(IdsOfOneValue(ids), "that are one number in two texts, and so are different");
  return sentences;
}

std::optional<double> NumberOfId(std::string_view id) {
  id = Trimmed(id, " \t");
  double value = 0;
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), value);
  constexpr double kExact = 9'007'199'254'740'992;  // beyond it numbers are not told apart
  if (id.empty() || error != std::errc() || end != id.data() + id.size() ||
      !(std::abs(value) < kExact))
    return std::nullopt;
  return value;
}

std::string ValueOfId(std::string_view id) {
  const std::optional<double> value = NumberOfId(id);
  if (!value) return std::string(Trimmed(id, " \t"));
  char text[32];
  std::snprintf(text, sizeof text, "%.17g", *value);
  return text;
}

IdMatch::IdMatch(const std::vector<std::string>& ids, std::string kind)
    : ids_(ids), kind_(std::move(kind)), seen_(ids.size()) {
  for (size_t i = 0; i < ids.size(); ++i) {
    const auto index = static_cast<int32_t>(i);
    by_text_.emplace(ids[i], index);
    const auto [place, added] = by_value_.emplace(ValueOfId(ids[i]), index);
    if (!added) place->second = -1;
  }
}

int32_t IdMatch::Find(std::string_view id) {
  int32_t index = -1;
  if (const auto text = by_text_.find(std::string(id)); text != by_text_.end()) {
    index = text->second;
  } else if (const auto value = by_value_.find(ValueOfId(id)); value != by_value_.end()) {
    index = value->second;
  }
  if (index < 0) {
    ++unused_;
    if (strangers_.size() < kExamples) strangers_.emplace_back(id);
  } else if (!seen_[At(index)]) {
    seen_[At(index)] = true;
    ++found_;
  } else {
    ++repeated_;
  }
  return index;
}

std::string IdMatch::Summary(const std::string& file) const {
  return std::to_string(found_) + " of " + std::to_string(ids_.size()) + " " + kind_ +
         " of the log are in " + file + ", which has " + std::to_string(unused_) + " others";
}

void IdMatch::Check(const std::string& file, double least_share) const {
  if (static_cast<double>(found_) >= least_share * static_cast<double>(ids_.size())) return;
  std::vector<std::string> missing;
  for (size_t i = 0; i < ids_.size() && missing.size() < kExamples; ++i)
    if (!seen_[i]) missing.push_back(ids_[i]);
  throw Error(ErrorKind::kData,
              file + ": only " + Summary(file) + ". Not found were " + Quoted(missing) +
                  (strangers_.empty() ? "" : "; the file has " + Quoted(strangers_)) +
                  ". Is it the column of ids? Set " + kind_ + ".least_match lower if it is right");
}

}  // namespace lerl
