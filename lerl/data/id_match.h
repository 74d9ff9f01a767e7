#pragma once
// IdMatch: which item, or user, of the log a row of another file speaks of.
//
// Ids are the same if their texts are, apart from spaces around them, or if both are numbers of the
// same value: "3", " 3", "3.0" and "003". Ids of the log that are equal in this way only stay
// apart, and each is found by its own text alone.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace lerl {

class IdMatch {
 public:
  // `ids` [I] of the log, in the order of their indices. Messages call them by `kind`, which is the
  // section of their settings too.
  explicit IdMatch(const std::vector<std::string>& ids, std::string kind = "items");

  // The index of an id, or -1. Counts it.
  int32_t Find(std::string_view id);

  int64_t found() const { return found_; }        // ids of the log that were found, each once
  int64_t unused() const { return unused_; }      // ids that were asked for and are not of the log
  int64_t repeated() const { return repeated_; }  // ids of the log that were found again
  // "940 of 1,000 items of the log are in items.csv, which has 12 others".
  std::string Summary(const std::string& file) const;
  // Throws Error(kData) with ids from both sides where fewer than this share of the log's ids were
  // found.
  void Check(const std::string& file, double least_share) const;

 private:
  const std::vector<std::string>& ids_;
  const std::string kind_;
  std::unordered_map<std::string, int32_t> by_text_, by_value_;  // by_value_: -1 for several
  std::vector<bool> seen_;
  std::vector<std::string> strangers_;  // the first that were not found
  int64_t found_ = 0, unused_ = 0, repeated_ = 0;
};

// The number that an id is, apart from spaces around it; nothing for other texts and for numbers
// too large to be told apart.
std::optional<double> NumberOfId(std::string_view id);

// The text that is the same for ids of equal value: "3" for " 3", "3.0" and "003".
std::string ValueOfId(std::string_view id);

// Sentences about ids of users or items (`kind`) that a person did not mean: words for "no value",
// control characters, and texts of one number ("3" and "3.0"), which are different ids.
std::vector<std::string> DoubtfulIds(const std::vector<std::string>& ids, const std::string& kind);

}  // namespace lerl
