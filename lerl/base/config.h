#pragma once
// Settings: plain structs with defaults, read from TOML and from `--set a.b=c`. A field is named
// once, in its struct's VisitFields, with its meaning, unit and range. Reading, checking, help and
// the canonical JSON, whose hash names a configuration, all derive from it. An unknown key is an
// error that names the nearest known one.
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
  // Each of `sets` is "a.b=value", where the value is TOML, or a plain word that is taken as a
  // string. Throws Error(kConfig) with file, line and column on text that is not TOML.
  static ConfigSource FromFile(const std::filesystem::path& path,
                               const std::vector<std::string>& sets = {});
  static ConfigSource FromText(std::string_view toml, const std::string& name,
                               const std::vector<std::string>& sets = {});

  // Fills the fields that are given. Throws Error(kConfig) on an unknown key, a wrong type or a
  // value out of range: "FILE: ppo.clp is not a known setting; did you mean ppo.clip?".
  template <typename Struct>
  void Read(Struct& config) const {
    const std::unique_ptr<FieldVisitor> reader = Reader();
    config.VisitFields(*reader);
    Finish(*reader);
  }

  // Returns the tables of the array `key` ([[key]]), each as a source of its own; none if there is
  // no such array.
  std::vector<ConfigSource> Tables(const std::string& key) const;
  // Returns the table `key` ([key]) as a source of its own; an empty one if there is none.
  ConfigSource Table(const std::string& key) const;
  // Whether the top level has this key.
  bool Has(std::string_view key) const;
  // Returns this source without these top-level keys, so that the rest can be Read.
  ConfigSource Without(const std::vector<std::string>& keys) const;
  // Returns this source with `sets` laid over it, which win over its own values.
  ConfigSource With(const std::vector<std::string>& sets) const;
  // Returns this source with another one laid over it. Errors name the file and line of the source
  // that the value comes from.
  ConfigSource With(const ConfigSource& over) const;
  // Returns the keys of this source as "a.b=value" with TOML values, so that it can be laid over
  // another.
  std::vector<std::string> AsSets() const;

  const std::string& name() const { return name_; }

 private:
  struct Impl;
  static ConfigSource Of(Impl impl, const std::string& name);
  std::unique_ptr<FieldVisitor> Reader() const;
  static void Finish(FieldVisitor& reader);
  std::shared_ptr<const Impl> impl_;
  std::string name_;
};

}  // namespace lerl
