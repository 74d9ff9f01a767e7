#include "lerl/base/tensor_file.h"

#include <gmock/gmock.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <span>

#include "lerl/base/check.h"
#include "lerl/base/file.h"
#include "lerl/base/hash.h"
#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class TensorFileTest : public ::testing::Test {
 protected:
  TensorFileTest() { fs::create_directories(folder_); }
  ~TensorFileTest() override { fs::remove_all(folder_); }

  static TensorFile Sample() {
    TensorFile file{.kind = "checkpoint", .description = R"({"step":3})", .arrays = {}};
    file.arrays["weights"] = Array::Of<float>({2, 3}, std::vector<float>{1, 2, 3, 4, 5, 6}.data());
    file.arrays["seeds"] = Array::Of(std::vector<uint64_t>{1, ~uint64_t{0}});
    file.arrays["ids"] = Array::Of(std::vector<int32_t>{-1, 7});
    file.arrays["times"] = Array::Of(std::vector<int64_t>{1, -2});
    file.arrays["exact"] = Array::Of(std::vector<double>{0.1, std::numeric_limits<double>::min()});
    file.arrays["mask"] = Array::Of(std::vector<uint8_t>{1, 0, 1});
    file.arrays["none"] = Array::Of(std::vector<float>{});
    return file;
  }

  std::string Complaint(const std::string& bytes, ErrorKind kind = ErrorKind::kCheckpoint) {
    fs::remove(path_);
    std::ofstream(path_, std::ios::binary) << bytes;
    try {
      ReadTensorFile(path_, "checkpoint", kind);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), kind);
      EXPECT_THAT(error.what(), StartsWith(path_.string() + ": "));
      return error.what();
    }
    return "accepted";
  }

  const fs::path folder_ =
      ProcessFolder() / (std::string("tensor_file_") +
                         ::testing::UnitTest::GetInstance()->current_test_info()->name());
  const fs::path path_ = folder_ / "sample.lerl";
};

TEST_F(TensorFileTest, RoundTripKeepsEveryTypeShapeAndByte) {
  const TensorFile written = Sample();
  WriteTensorFile(path_, written);
  const TensorFile read = ReadTensorFile(path_, "checkpoint");
  EXPECT_EQ(read.kind, "checkpoint");
  EXPECT_EQ(read.description, written.description);
  ASSERT_EQ(read.arrays.size(), written.arrays.size());
  for (const auto& [name, array] : written.arrays) {
    EXPECT_EQ(read.at(name).type, array.type) << name;
    EXPECT_EQ(read.at(name).shape, array.shape) << name;
    EXPECT_EQ(read.at(name).bytes, array.bytes) << name;
  }
  EXPECT_THAT(read.at("seeds").Values<uint64_t>(), ElementsAre(1u, ~uint64_t{0}));
  EXPECT_EQ(read.at("weights").size(), 6);
}

TEST_F(TensorFileTest, SameContentGivesTheSameBytes) {
  WriteTensorFile(path_, Sample());
  WriteTensorFile(folder_ / "again", Sample());
  EXPECT_EQ(ReadFile(path_), ReadFile(folder_ / "again"));
}

TEST_F(TensorFileTest, FileCutAtAnyByteIsRefused) {
  WriteTensorFile(path_, Sample());
  const std::string bytes = ReadFile(path_);
  for (size_t size = 0; size < bytes.size(); ++size)
    ASSERT_NE(Complaint(bytes.substr(0, size)), "accepted") << size << " bytes";
  EXPECT_EQ(Complaint(bytes), "accepted");
}

TEST_F(TensorFileTest, ChangedByteOfHeaderOrArraysIsRefused) {
  WriteTensorFile(path_, Sample());
  const std::string bytes = ReadFile(path_);
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    ASSERT_NE(Complaint(damaged), "accepted") << "byte " << i;
  }
}

TEST_F(TensorFileTest, ForeignFilesAreRefused) {
  EXPECT_THAT(Complaint("GGUF and something else that is long enough"), HasSubstr("truncated"));
  const std::string header = R"({"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})";
  std::string safetensors(8, '\0');
  safetensors[0] = static_cast<char>(header.size());
  EXPECT_NE(Complaint(safetensors + header + std::string(4, '\0')), "accepted");
}

// A file as somebody may forge it: with the right checksum over any header.
std::string Forged(const std::string& array, const std::string& data) {
  nlohmann::json header = nlohmann::json::parse(R"({"x":)" + array + "}");
  header["__metadata__"] = {{"format", "lerl"}, {"kind", "checkpoint"}, {"description", "{}"}};
  const std::string unsigned_header = header.dump();
  const uint64_t seed = Hash(std::as_bytes(std::span(unsigned_header)));
  header["__metadata__"]["checksum"] = HexText(Hash(std::as_bytes(std::span(data)), seed));
  const std::string text = header.dump();
  const uint64_t size = text.size();
  return std::string(reinterpret_cast<const char*>(&size), sizeof(size)) + text + data;
}

TEST_F(TensorFileTest, ForgedSizesAreRefused) {
  const std::string data(4, '\0');
  const auto complaint = [&](const std::string& shape, const std::string& offsets) {
    return Complaint(
        Forged(R"({"dtype":"F32","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}", data));
  };
  EXPECT_EQ(complaint("[1]", "[0,4]"), "accepted");
  for (const char* shape : {"[1e300]", "[-1]", "[\"1\"]", "[null]", "[1.5]"})
    EXPECT_THAT(complaint(shape, "[0,4]"), HasSubstr("no whole number")) << shape;
  for (const char* shape : {"[18446744073709551615]", "[1048576,1048576,4]"})
    EXPECT_THAT(complaint(shape, "[0,4]"), HasSubstr("impossible shape")) << shape;
  EXPECT_THAT(complaint("[1]", "[0,1e300]"), HasSubstr("no whole number"));
  EXPECT_THAT(complaint("[1]", "[4,0]"), HasSubstr("truncated"));
  EXPECT_THAT(complaint("[2]", "[0,4]"), HasSubstr("shape and size disagree"));
}

TEST_F(TensorFileTest, FileOfAnotherKindIsRefusedByName) {
  TensorFile file = Sample();
  file.kind = "plan-cache";
  WriteTensorFile(path_, file);
  EXPECT_THAT(Complaint(ReadFile(path_)), HasSubstr("it holds a plan-cache, not a checkpoint"));
}

TEST_F(TensorFileTest, MissingFileIsAnErrorOfTheKindAskedFor) {
  try {
    ReadTensorFile(folder_ / "absent", "response-model", ErrorKind::kModel);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kModel);
    EXPECT_THAT(error.what(), HasSubstr("No such file"));
  }
}

TEST_F(TensorFileTest, AbsentArrayIsDamageAndWrongTypeABug) {
  const TensorFile file = Sample();
  EXPECT_THROW(file.at("bias"), Error);
  EXPECT_THROW(file.at("weights").Data<double>(), CheckFailure);
}

TEST_F(TensorFileTest, ValuesAreReadInTheirShapeAndBounds) {
  Arrays arrays;
  arrays["x"] = Array::Of<float>({2, 2}, std::vector<float>{0, 1, 2, 3}.data());
  EXPECT_EQ(ReadValues<float>(arrays, "x", {2, -1}, {0, 3}), (std::vector<float>{0, 1, 2, 3}));
  const auto complaint = [&](const std::function<void()>& read) {
    try {
      read();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kCheckpoint);
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_THAT(complaint([&] { ReadValues<float>(arrays, "y", {4}); }), HasSubstr("'y' is missing"));
  EXPECT_THAT(complaint([&] {
                ReadValues<double>(arrays, "x", {2, 2});
              }),
              HasSubstr("F32, not F64"));
  EXPECT_THAT(complaint([&] { ReadValues<float>(arrays, "x", {4}); }),
              HasSubstr("the shape [2, 2], not [4]"));
  EXPECT_THAT(complaint([&] {
                ReadValues<float>(arrays, "x", {2, 2}, {0, 2});
              }),
              HasSubstr("at place 3: 3"));
  EXPECT_THAT(complaint([&] { ReadValue<float>(arrays, "x"); }), HasSubstr("not [1]"));
  for (const float bad : {std::nanf(""), std::numeric_limits<float>::infinity()}) {
    arrays["x"] = Array::Of<float>({1}, &bad);
    EXPECT_THAT(complaint([&] { ReadValue<float>(arrays, "x"); }), HasSubstr("impossible value"));
  }
}

}  // namespace
}  // namespace lerl
