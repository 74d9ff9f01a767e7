#pragma once
// For tests: a setting that nothing reads is found. Every setting of a configuration is given other
// values, one setting at a time, and what is then played must differ from before. A setting may
// need others beside it to be read (`with`), and a setting that cannot count in a configuration is
// listed with the reason; one that counts after all is a failure too, so that the list stays true.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "lerl/base/config.h"
#include "lerl/base/error.h"

namespace lerl {

struct SettingNote {
  std::string path;                   // "ppo.clip", or "state.*" for all that stand below state
  std::vector<std::string> with{};    // settings under which it is read: "state.encoder=gru"
  std::vector<std::string> values{};  // TOML, in place of the values that its range suggests
  std::string inert{};                // why it can make no difference here
  std::string skipped{};              // why it is not tried here
};

struct SettingValues {
  std::string path;
  std::string now;                  // TOML
  std::vector<std::string> others;  // TOML; of names all others, of numbers some of the range
  bool all_differ = false;          // names: every value must play in its own way
};

class SettingLister : public PathVisitor {
 public:
  std::vector<SettingValues> found;

  void operator()(const char* name, bool& value, const char*) override {
    Add(name, value ? "true" : "false", {value ? "false" : "true"}, true);
  }
  void operator()(const char* name, int64_t& value, const char*, Range range) override {
    std::vector<std::string> others;
    const auto now = static_cast<double>(value);
    for (const double other : {std::floor(now / 2), 2 * now, now + 1, std::ceil(range.low)})
      if (other != now && other >= range.low && other <= range.high)
        others.push_back(std::to_string(static_cast<int64_t>(other)));
    Add(name, std::to_string(value), std::move(others), false);
  }
  void operator()(const char* name, double& value, const char*, Range range) override {
    std::vector<std::string> others;
    for (const double other : {value / 2, value * 2, (value + 1) / 2, value - 1, range.low})
      if (other != value && other >= range.low && other <= range.high)
        others.push_back(DescribeNumber(other));
    Add(name, DescribeNumber(value), std::move(others), false);
  }
  void operator()(const char* name, std::string& value, const char*,
                  const Names& allowed) override {
    std::vector<std::string> others;
    for (const std::string& other : allowed)
      if (other != value) others.push_back('"' + other + '"');
    Add(name, '"' + value + '"', std::move(others), true);
  }
  void operator()(const char* name, std::vector<int64_t>&, const char*, Range) override {
    Add(name, "", {}, false);
  }
  void operator()(const char* name, std::vector<double>&, const char*, Range) override {
    Add(name, "", {}, false);
  }
  void operator()(const char* name, std::vector<std::string>&, const char*, const Names&) override {
    Add(name, "", {}, false);
  }

 protected:
  bool Enter(const char* name) override {
    sections_.emplace_back(name);
    return true;
  }
  void Leave() override { sections_.pop_back(); }

 private:
  void Add(const char* name, std::string now, std::vector<std::string> others, bool all_differ) {
    found.push_back({Path(name), std::move(now), std::move(others), all_differ});
  }
};

// What is played under a configuration, as text, or as a number of its bytes.
template <typename Config>
using PlayedUnder = std::function<std::string(const Config&)>;

template <typename Config>
class EverySetting {
 public:
  EverySetting(Config config, std::vector<SettingNote> notes, PlayedUnder<Config> play)
      : config_(std::move(config)), notes_(std::move(notes)), play_(std::move(play)) {}

  // Checks each setting whose path `covers` holds. `what` names the configuration in failures.
  void Check(const std::string& what, const std::function<bool(const std::string&)>& covers) {
    SettingLister lister;
    Config visited = config_;
    visited.VisitFields(lister);
    EXPECT_EQ(Play({}), play_(config_)) << what << " plays in another way each time";
    for (const SettingValues& setting : lister.found)
      if (covers(setting.path)) CheckOne(what, setting);
    for (const SettingNote& note : notes_)
      EXPECT_GT(used_[note.path], 0) << what << ": no setting is called " << note.path;
  }

 private:
  // The note of exactly this setting, or else of a section that it stands in.
  const SettingNote* NoteOf(const std::string& path) {
    const SettingNote* found = nullptr;
    for (const SettingNote& note : notes_) {
      const bool section =
          note.path.ends_with("*") && path.starts_with(note.path.substr(0, note.path.size() - 1));
      if (note.path != path && !section) continue;
      ++used_[note.path];
      if (found == nullptr || note.path == path) found = &note;
    }
    return found;
  }

  // The values of a setting by what they play: one for each way of playing.
  struct Ways {
    std::map<std::string, std::string> value_of;
    std::string twice;  // values that play alike
  };
  // Tries values until two of them differ, or all where each must play in its own way.
  Ways TryValues(const SettingValues& setting, const std::vector<std::string>& values,
                 const std::vector<std::string>& with) {
    Ways ways{.value_of = {{Play(with), setting.now}}, .twice = ""};
    for (const std::string& value : values) {
      if (!setting.all_differ && ways.value_of.size() > 1) break;
      std::vector<std::string> sets = with;
      sets.push_back(setting.path + "=" + value);
      const auto [before, fresh] = ways.value_of.try_emplace(Play(sets), value);
      if (!fresh) ways.twice += (ways.twice.empty() ? "" : ", ") + value + " as " + before->second;
    }
    return ways;
  }

  void CheckOne(const std::string& what, const SettingValues& setting) {
    const SettingNote* found = NoteOf(setting.path);
    const SettingNote note = found == nullptr ? SettingNote{} : *found;
    const std::vector<std::string>& values = note.values.empty() ? setting.others : note.values;
    if (!note.skipped.empty()) return;
    if (values.empty()) {
      EXPECT_NE(note.inert, "") << what << ": give values of " << setting.path;
      return;
    }
    const Ways ways = TryValues(setting, values, note.with);
    if (!note.inert.empty()) {
      EXPECT_EQ(ways.value_of.size(), 1U)
          << what << ": " << setting.path
          << " counts, though it is listed as inert: " << note.inert;
    } else if (setting.all_differ) {
      EXPECT_EQ(ways.twice, "") << what << ": " << setting.path << " plays alike";
    } else {
      EXPECT_GT(ways.value_of.size(), 1U)
          << what << ": nothing reads " << setting.path << " (" << ways.twice << ")";
    }
  }

  // A refusal is an answer of its own: the setting is not ignored.
  std::string Play(const std::vector<std::string>& sets) {
    std::string key;
    for (const std::string& set : sets) key += set + ";";
    const auto known = played_.find(key);
    if (known != played_.end()) return known->second;
    std::string result;
    try {
      Config config = config_;
      ConfigSource::FromText("", "the test of settings", sets).Read(config);
      result = play_(config);
    } catch (const Error& error) {
      result = std::string("refused: ") + error.what();
    }
    return played_[key] = result;
  }

  const Config config_;
  const std::vector<SettingNote> notes_;
  const PlayedUnder<Config> play_;
  std::map<std::string, int> used_;
  std::map<std::string, std::string> played_;
};

}  // namespace lerl
