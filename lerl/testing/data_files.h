#pragma once
// What tests of the loaders share: temporary folders, sample files, the text of an error.

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lerl/base/error.h"
#include "lerl/data/dataset.h"

namespace lerl {

// Sample files with invented rows in the official schemas.
inline std::filesystem::path SampleFolder() { return "tests/data"; }

// The folder of real data for tests, or nothing where LERL_TEST_DATA is unset.
inline std::optional<std::filesystem::path> RealData() {
  const char* folder = std::getenv("LERL_TEST_DATA");
  if (folder == nullptr || *folder == '\0') return std::nullopt;
  return std::filesystem::path(folder);
}

class TestFolder {
 public:
  TestFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "lerl-test.XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder: " + name);
    path_ = name;
  }
  ~TestFolder() { std::filesystem::remove_all(path_); }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path Write(const std::string& name, const std::string& text) const {
    std::filesystem::path file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
    return file;
  }
  void CopyFrom(const std::filesystem::path& folder) const {
    std::filesystem::copy(folder, path_, std::filesystem::copy_options::recursive);
  }

 private:
  std::filesystem::path path_;
};

// A folder of this process alone, for files whose names tests choose: tests of one program run side
// by side. It goes with the process.
inline const std::filesystem::path& ProcessFolder() {
  static const TestFolder folder;
  return folder.path();
}

// Sets an environment variable for the life of the object.
class ScopedVariable {
 public:
  ScopedVariable(const char* name, const std::string& value) : name_(name) {
    if (const char* old = std::getenv(name)) old_ = old;
    ::setenv(name, value.c_str(), 1);
  }
  ~ScopedVariable() {
    if (old_)
      ::setenv(name_, old_->c_str(), 1);
    else
      ::unsetenv(name_);
  }
  ScopedVariable(const ScopedVariable&) = delete;
  ScopedVariable& operator=(const ScopedVariable&) = delete;

 private:
  const char* name_;
  std::optional<std::string> old_;
};

// The message of the Error of this kind that `work` throws. If it throws none, the test fails and
// the message is "".
inline std::string ErrorOf(ErrorKind kind, const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    EXPECT_EQ(Name(error.kind()), Name(kind)) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "no error was thrown";
  return "";
}

inline std::vector<std::string> CategoryNames(const Dataset& dataset, int64_t item) {
  std::vector<std::string> names;
  for (const int32_t category : dataset.CategoriesOf(item))
    names.push_back(dataset.categories[static_cast<size_t>(category)]);
  return names;
}

// The index of the item that the source calls `id`; -1 if there is none.
inline int64_t ItemOf(const Dataset& dataset, const std::string& id) {
  for (size_t item = 0; item < dataset.item_ids.size(); ++item)
    if (dataset.item_ids[item] == id) return static_cast<int64_t>(item);
  return -1;
}

inline int64_t CountOf(const Dataset& dataset, size_t behaviour) {
  int64_t count = 0;
  for (const uint8_t bit : dataset.responses[behaviour]) count += bit;
  return count;
}

inline int64_t DroppedFor(const Dataset& dataset, const std::string& part_of_reason) {
  for (const Dropped& dropped : dataset.dropped)
    if (dropped.reason.find(part_of_reason) != std::string::npos) return dropped.rows;
  return 0;
}

}  // namespace lerl
