#include "lerl/base/json_file.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "lerl/base/file.h"
#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using Json = nlohmann::json;

TEST(JsonFile, ComesBackAsItWas) {
  const TestFolder folder;
  const auto path = folder.path() / "a.json";
  const Json json = {{"text", "ä\n"}, {"third", 1.0 / 3}, {"list", {1, 2.5, nullptr}},
                     {"on", true},    {"low", -5},        {"table", {{"b", 1e300}}}};
  for (const int indent : {2, -1}) {
    WriteJsonFile(path, json, indent);
    EXPECT_EQ(TryReadJsonFile(path), json);
  }
}

TEST(JsonFile, WhatIsNoTextOrNumberComesBackAsItWasWritten) {
  const TestFolder folder;
  const auto path = folder.path() / "a.json";
  WriteJsonFile(path, {{"text", "a\xff"}, {"nan", std::nan("")}});
  EXPECT_EQ(TryReadJsonFile(path), Json({{"text", "a\ufffd"}, {"nan", nullptr}}));
}

TEST(JsonFile, IsDiscardedWhereAnyByteOfItsValuesChanged) {
  const TestFolder folder;
  const auto path = folder.path() / "a.json";
  const Json json = {{"seed", 41}, {"name", "ppo"}};
  WriteJsonFile(path, json);
  const std::string whole = ReadFile(path);
  for (size_t n = 0; n < whole.size(); ++n) {
    std::string changed = whole;
    changed[n] ^= 1;
    WriteFileWhole(path, changed);
    const Json read = TryReadJsonFile(path);
    if (read.is_discarded()) continue;
    // What was changed is a space, or the name of the checksum itself.
    EXPECT_EQ(read.at("seed"), 41) << n;
    EXPECT_EQ(read.at("name"), "ppo") << n;
  }
}

TEST(JsonFile, IsDiscardedWhereItIsCutOrNoObject) {
  const TestFolder folder;
  for (const char* text : {"", "{", "[1]", "3", R"({"a": 1, "checksum": 5})"})
    EXPECT_TRUE(TryReadJsonFile(folder.Write("a.json", text)).is_discarded()) << text;
}

TEST(JsonFile, OfBeforeChecksumsIsReadAsItIs) {
  const TestFolder folder;
  EXPECT_EQ(TryReadJsonFile(folder.Write("a.json", R"({"a": 1})")), Json({{"a", 1}}));
}

}  // namespace
}  // namespace lerl
