// A configuration in TOML. What is read is described, and the description read again says the same.

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "lerl/base/check.h"
#include "lerl/base/config.h"
#include "lerl/base/config_text.h"
#include "lerl/base/error.h"
#include "tests/fuzz/scratch_file.h"

namespace lerl {
namespace {

struct InnerConfig {
  double rate = 0.5;
  std::vector<double> shares = {};
  std::string kind = "a";

  void VisitFields(FieldVisitor& visit) {
    visit("rate", rate, "a number", Range{0, 1e6});
    visit("shares", shares, "numbers", Range{});
    visit("kind", kind, "one of some", {"a", "b"});
  }
};

// A field of each type.
struct OuterConfig {
  bool flag = false;
  int64_t count = 1;
  std::string name = {};
  std::vector<int64_t> seeds = {1};
  std::vector<std::string> names = {};
  InnerConfig inner = {};

  void VisitFields(FieldVisitor& visit) {
    visit("flag", flag, "yes or no");
    visit("count", count, "a whole number", Range{-5, 1e9});
    visit("name", name, "a text");
    visit("seeds", seeds, "whole numbers", Range{0, 9e15});
    visit("names", names, "texts");
    visit.Section("inner", inner);
  }
};

void ReadAndDescribe(std::string_view text) {
  const ConfigSource source = ConfigSource::FromText(text, "fuzz.toml");
  OuterConfig config;
  source.Without({"rows"}).Read(config);
  for (const ConfigSource& row : source.Tables("rows")) {
    OuterConfig over = config;
    row.With(std::vector<std::string>{"count=3"}).Read(over);
    LERL_CHECK_EQ(over.count, 3);
  }
  OuterConfig again;
  ConfigSource::FromText(DescribeConfig(config), "described.toml").Read(again);
  LERL_CHECK(ConfigToJson(again) == ConfigToJson(config));
}

}  // namespace
}  // namespace lerl

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    lerl::ReadAndDescribe(lerl::TextOf(data, size));
  } catch (const lerl::Error&) {
  }
  return 0;
}
