#include "lerl/data/source_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// One member of a gzip file.
std::string Packed(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

class SourceTextTest : public testing::Test {
 protected:
  std::string Read(const std::string& bytes, size_t most = 0) {
    return std::string(SourceText(folder_.Write("log.csv", bytes), "auto", most).text());
  }
  std::string Message(const std::string& bytes) {
    return ErrorOf(ErrorKind::kData, [&] { Read(bytes); });
  }
  TestFolder folder_;
};

TEST_F(SourceTextTest, UnpacksGzipOfSeveralMembersWhateverItsEnding) {
  EXPECT_EQ(Read(Packed("user,item\n") + Packed("a,x\n")), "user,item\na,x\n");
  const std::string large(9'000'000, 'x');
  EXPECT_EQ(Read(Packed(large)), large);
  EXPECT_EQ(Read(Packed("Am\xE9lie\n")), "Am\xC3\xA9lie\n");
  EXPECT_EQ(Read(Packed("a\n") + std::string(512, '\0')), "a\n");
}

TEST_F(SourceTextTest, AGzipFileThatIsCutOffOrDamagedIsAnError) {
  const std::string packed = Packed(std::string(1'000, 'x') + "y\n");
  EXPECT_THAT(Message(packed.substr(0, packed.size() - 4)), HasSubstr("gzip file is cut off"));
  std::string damaged = packed;
  damaged[packed.size() / 2] = static_cast<char>(~damaged[packed.size() / 2]);
  EXPECT_THAT(Message(damaged), HasSubstr("log.csv: the gzip file is damaged"));
}

TEST_F(SourceTextTest, WhatIsNoTextIsNamedWithWhatMakesTextOfIt) {
  EXPECT_THAT(Message("PK\x03\x04rest"), HasSubstr("a ZIP archive or a spreadsheet"));
  EXPECT_THAT(Message(Packed(std::string(257, 'x') + "ustar" + std::string(300, 'x'))),
              HasSubstr("a tar archive"));
  EXPECT_THAT(Message("BZh91AY"), HasSubstr("packed by bzip2"));
}

TEST_F(SourceTextTest, TakesTheFirstWholeLinesWhereThatIsAskedFor) {
  EXPECT_EQ(Read("abc\ndef\nghi\n", 9), "abc\ndef\n");
  EXPECT_EQ(EndingOf("a/log.tsv.gz"), ".tsv");
  EXPECT_EQ(EndingOf("log.csv"), ".csv");
}

}  // namespace
}  // namespace lerl
