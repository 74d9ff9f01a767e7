#pragma once
// Settings: plain structs with defaults, read from TOML and `--set a.b=c`. A field is named once,
// in its struct's VisitFields, with its meaning, unit and range; reading, checking, help and the
// canonical JSON (hashed to name a configuration) all derive from it. Unknown keys are errors that
// name the nearest known one.
//
//   struct PpoConfig {
//     double clip = 0.2;
//     void VisitFields(FieldVisitor& visit) {
//       visit("clip", clip, "epsilon of the clipped surrogate", Range{0, 1});
//     }
//   };
//   PpoConfig config;
//   ConfigSource::FromFile("a.toml", {"clip=0.1"}).Read(config);

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lerl/base/config_text.h"
#include "lerl/base/field_visitor.h"

namespace lerl {

class ConfigSource {
 public:
  // Throws Error(kConfig) with file, line and column on text that is not TOML. Each of `sets` is
  // "a.b=value"; the value is TOML, or a plain word taken as a string.
  static ConfigSource FromFile(const std::filesystem::path& path,
                               const std::vector<std::string>& sets = {});
  static ConfigSource FromText(std::string_view toml, const std::string& name,
                               const std::vector<std::string>& sets = {});

  // Fills the fields that are given; throws Error(kConfig) on an unknown key, a wrong type or a
  // value out of range: "FILE: ppo.clp is not a known setting; did you mean ppo.clip?".
  template <typename Struct>
  void Read(Struct& config) const {
    const std::unique_ptr<FieldVisitor> reader = Reader();
    config.VisitFields(*reader);
    Finish(*reader);
  }

  // The array of tables `key` ([[key]]), each as a source of its own; empty if absent. `without`
  // takes top-level keys away so that the rest can be Read.
  std::vector<ConfigSource> Tables(const std::string& key) const;
  ConfigSource Without(const std::vector<std::string>& keys) const;
  // Sets laid over this source, with the precedence of --set.
  ConfigSource With(const std::vector<std::string>& sets) const;
  // Another source laid over this one; errors name its own file and line.
  ConfigSource With(const ConfigSource& over) const;
  // The keys of this source as "a.b=value" (TOML values), so that one source can be laid over
  // another.
  std::vector<std::string> AsSets() const;

  const std::string& name() const { return name_; }

 private:
  struct Impl;
  std::unique_ptr<FieldVisitor> Reader() const;
  static void Finish(FieldVisitor& reader);
  std::shared_ptr<const Impl> impl_;
  std::string name_;
};

}  // namespace lerl
