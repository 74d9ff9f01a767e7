#include "lerl/base/toml_depth.h"

#include <gtest/gtest.h>

#include <string>

#include "lerl/base/config.h"
#include "lerl/base/error.h"

namespace lerl {
namespace {

std::string Dotted(int parts) {
  std::string key = "a";
  for (int i = 1; i < parts; ++i) key += ".a";
  return key;
}

TEST(TomlDepth, KeysAndBracketsNestUpToALimit) {
  EXPECT_EQ(LineNestedTooDeep("a.b = 1.5\n[c.d]\ne = [[1.5, 2.5], {f = 1}]"), 0);
  EXPECT_EQ(LineNestedTooDeep(Dotted(kDeepestToml) + " = 1"), 0);
  EXPECT_EQ(LineNestedTooDeep("x = 1\n\n" + Dotted(kDeepestToml + 1) + " = 1"), 3);
  EXPECT_EQ(LineNestedTooDeep("[" + Dotted(100000) + "]"), 1);
  EXPECT_EQ(LineNestedTooDeep("x = " + std::string(100000, '[')), 1);
  EXPECT_EQ(LineNestedTooDeep("a = {" + Dotted(100000) + " = 1}"), 1);
  EXPECT_EQ(LineNestedTooDeep("\n\"a\"." + Dotted(100000) + " = 1"), 2);
}

TEST(TomlDepth, StringsCommentsAndListsOfNumbersAreNoKeys) {
  const std::string dots(1000, '.');
  for (const std::string& text : {"a = \"" + dots + "\"", "a = '" + dots + "'", "# " + dots,
                                  "a = 1 # " + dots, "a = \"\"\"\n" + dots + "\n\"\"\"",
                                  "a = '''\n" + dots + "\n'''", "a = \"\\\"" + dots + "\""})
    EXPECT_EQ(LineNestedTooDeep(text), 0) << text;
  std::string numbers = "a = [";
  for (int i = 0; i < 500; ++i) numbers += "1.5, ";
  EXPECT_EQ(LineNestedTooDeep(numbers + "1.5]"), 0);
  std::string lines;
  for (int i = 0; i < 500; ++i) lines += "a" + std::to_string(i) + ".b = 1.5\n";
  EXPECT_EQ(LineNestedTooDeep(lines), 0);
}

TEST(TomlDepth, AConfigurationThatNestsTooDeepIsRefusedWithItsLine) {
  const auto message = [](const std::string& text, const std::vector<std::string>& sets) {
    try {
      ConfigSource::FromText(text, "a.toml", sets);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kConfig);
      return std::string(error.what()).substr(0, 120);
    }
    return std::string("accepted");
  };
  EXPECT_EQ(message("x = 1\n" + Dotted(100000) + " = 1", {}),
            "a.toml:2: nested deeper than 32 levels; no setting lies so deep");
  EXPECT_EQ(message("", {Dotted(100000) + "=1"}).substr(0, 12), "--set a.a.a.");
  EXPECT_EQ(message("", {"a=" + std::string(100000, '[')}).substr(0, 7), "--set a");
}

}  // namespace
}  // namespace lerl
