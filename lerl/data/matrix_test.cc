#include "lerl/data/matrix.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "lerl/base/rng.h"
#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;

// A .npy file, version 1: its header with the given entries, then the cells' bytes.
template <typename Real>
std::string Npy(const std::string& header, const std::vector<Real>& cells) {
  std::string text("\x93NUMPY\x01\x00", 8);
  text += static_cast<char>(header.size() % 256);
  text += static_cast<char>(header.size() / 256);
  text += header;
  return text.append(reinterpret_cast<const char*>(cells.data()), cells.size() * sizeof(Real));
}

std::string Header(const std::string& type, const std::string& shape,
                   const std::string& fortran = "False") {
  return "{'descr': '" + type + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }\n";
}

class Matrix : public testing::Test {
 protected:
  UserItemMatrix Read(const std::string& name, const std::string& text) {
    return ReadMatrix(folder_.Write(name, text));
  }
  // The message after the folder's name.
  std::string Fault(const std::string& name, const std::string& text) {
    const std::string error = ErrorOf(ErrorKind::kData, [&] { Read(name, text); });
    EXPECT_THAT(error, HasSubstr((folder_.path() / name).string()));
    EXPECT_EQ(error.find('\n'), std::string::npos);
    return error.substr(std::min(error.size(), folder_.path().string().size() + 1));
  }
  TestFolder folder_;
};

TEST_F(Matrix, IsReadFromTextWithCommasOrBlanks) {
  const std::vector<float> values = {1, 2.5, -3, 4e2, 5, 0};
  for (const std::string text : {"1,2.5,-3\n4e2,5,0\n", "\xEF\xBB\xBF 1, 2.5 ,-3\r\n4e2,5,0\r\n",
                                 "1 2.5 -3\n\n4e2 5 0", "  1\t2.5  -3  \n4e2 5\t0\n\n"}) {
    const UserItemMatrix matrix = Read("m.txt", text);
    EXPECT_EQ(matrix.rows, 2);
    EXPECT_EQ(matrix.columns, 3);
    EXPECT_EQ(matrix.values, values) << text;
    EXPECT_EQ(matrix.At(1, 0), 400);
  }
}

TEST_F(Matrix, OfTextWithAHoleOrANonNumberIsAnErrorWithItsPlace) {
  EXPECT_THAT(Fault("m.csv", "1,2\n3,\n"), HasSubstr("m.csv:2:3: the matrix has a hole"));
  EXPECT_THAT(Fault("m.csv", "1,2\n3, ,5\n"), HasSubstr("m.csv:2:4: the matrix has a hole"));
  EXPECT_THAT(Fault("m.csv", ",2\n3,4\n"), HasSubstr("m.csv:1:1: the matrix has a hole"));
  EXPECT_THAT(Fault("m.csv", "1,2\n3,nan\n"), HasSubstr("m.csv:2:3: 'nan' is not a finite"));
  EXPECT_THAT(Fault("m.csv", "1,2\ninf,4\n"), HasSubstr("m.csv:2:1: 'inf' is not a finite"));
  EXPECT_THAT(Fault("m.csv", "1,2\n1e60,4\n"), HasSubstr("m.csv:2:1: '1e60' is not a finite"));
  EXPECT_THAT(Fault("m.csv", "1,2\n3,x4\n"), HasSubstr("m.csv:2:3: 'x4' is not a number"));
  EXPECT_THAT(Fault("m.csv", "user,item\n3,4\n"), HasSubstr("m.csv:1:1: 'user' is not a number"));
}

TEST_F(Matrix, OfTextThatIsNotARectangleIsAnError) {
  EXPECT_THAT(Fault("m.csv", "1,2,3\n4,5\n"), HasSubstr("m.csv:2: the row has 2 numbers where"));
  EXPECT_THAT(Fault("m.txt", "1 2\n4 5 6\n"), HasSubstr("m.txt:2: the row has 3 numbers where"));
  EXPECT_THAT(Fault("m.csv", "1,2\n4 5\n"), HasSubstr("m.csv:2:3: a comma is expected"));
  EXPECT_THAT(Fault("m.txt", "1 2\n4,5\n"), HasSubstr("m.txt:2:2: the first row has no commas"));
  EXPECT_THAT(Fault("m.txt", ""), HasSubstr("m.txt: the file is empty"));
  EXPECT_THAT(Fault("m.txt", "\n\n"), HasSubstr("m.txt: the file is empty"));
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { ReadMatrix(folder_.path() / "absent.csv"); }),
              HasSubstr("absent.csv: the file is missing"));
}

TEST_F(Matrix, IsReadFromNpyOfBothWidths) {
  const std::vector<float> values = {1, 2, 3, 4, 5, 6.5};
  const std::vector<double> wide(values.begin(), values.end());
  EXPECT_EQ(Read("a.npy", Npy(Header("<f4", "(2, 3)"), values)).values, values);
  EXPECT_EQ(Read("b.npy", Npy(Header("<f8", "(3, 2)"), wide)).values, values);
  EXPECT_EQ(Read("b.npy", Npy(Header("<f8", "(3, 2)"), wide)).columns, 2);
  std::string second = Npy(Header("<f4", "(2, 3)"), values);  // version 2: a longer length
  second[6] = 2;
  second.insert(10, std::string(2, '\0'));
  EXPECT_EQ(Read("c.npy", second).values, values);
}

TEST_F(Matrix, OfNpyOfAnotherTypeOrderOrShapeIsAnError) {
  const std::vector<float> six(6, 1);
  const auto fault = [&](const std::string& header) { return Fault("m.npy", Npy(header, six)); };
  EXPECT_THAT(fault(Header("|O", "(2, 3)")), HasSubstr("m.npy: its numbers are of type '|O'"));
  EXPECT_THAT(fault(Header(">f4", "(2, 3)")), HasSubstr("of type '>f4'"));
  EXPECT_THAT(fault(Header("<i8", "(2, 3)")), HasSubstr("of type '<i8'"));
  EXPECT_THAT(fault(Header("<f4", "(2, 3)", "True")), HasSubstr("column by column"));
  EXPECT_THAT(fault(Header("<f4", "(6,)")), HasSubstr("its shape is (6,)"));
  EXPECT_THAT(fault(Header("<f4", "()")), HasSubstr("its shape is ()"));
  EXPECT_THAT(fault(Header("<f4", "(1, 2, 3)")), HasSubstr("its shape is (1, 2, 3)"));
  EXPECT_THAT(fault(Header("<f4", "(-2, 3)")), HasSubstr("its shape is (-2, 3)"));
  EXPECT_THAT(fault(Header("<f4", "(99999999999999999999, 3)")), HasSubstr("its shape is"));
  EXPECT_THAT(fault(Header("<f4", "(2, 4)")),
              HasSubstr("24 bytes of numbers where its shape asks"));
  EXPECT_THAT(fault("{}\n"), HasSubstr("its numbers are of type"));
  EXPECT_THAT(Fault("m.npy", "PK\x03\x04 an archive of them"), HasSubstr("not a .npy file"));
}

TEST_F(Matrix, OfNpyWithACellThatIsNotFiniteOrCutOffIsAnError) {
  std::vector<double> cells = {1, 2, 3, 4, std::nan(""), 6};
  EXPECT_THAT(Fault("m.npy", Npy(Header("<f8", "(2, 3)"), cells)),
              HasSubstr("the cell of row 1, column 1 (from 0) is not a finite number"));
  cells[4] = 1e300;  // beyond float32
  EXPECT_THAT(Fault("m.npy", Npy(Header("<f8", "(2, 3)"), cells)), HasSubstr("not a finite"));
  const std::string good = Npy(Header("<f4", "(2, 3)"), std::vector<float>(6, 1));
  for (size_t length = 0; length < good.size(); ++length)
    EXPECT_FALSE(Fault("m.npy", good.substr(0, length)).empty());
}

TEST(ColumnDistances, AreEuclidean) {
  // Columns (0, 0), (3, 4), (3, 0).
  const UserItemMatrix matrix{.source = "",
                              .rows = 2,
                              .columns = 3,
                              .values = {0, 3, 3, 0, 4, 0},
                              .user_ids = {},
                              .item_ids = {}};
  EXPECT_THAT(ColumnDistances(matrix), ElementsAre(0, 5, 3, 5, 0, 4, 3, 4, 0));
}

TEST(ColumnDistances, AreThoseOfThePlainSumAtAnySize) {
  Rng rng(1, "test");
  for (const int64_t columns : {1, 7, 8, 9, 30}) {
    UserItemMatrix matrix;
    matrix.rows = 20;
    matrix.columns = columns;
    for (int64_t i = 0; i < 20 * columns; ++i)
      matrix.values.push_back(static_cast<float>(rng.Normal()));
    const std::vector<float> distances = ColumnDistances(matrix);
    for (int64_t a = 0; a < columns; ++a) {
      for (int64_t b = 0; b < columns; ++b) {
        double sum = 0;
        for (int64_t row = 0; row < 20; ++row)
          sum += std::pow(static_cast<double>(matrix.At(row, a) - matrix.At(row, b)), 2);
        EXPECT_NEAR(distances[static_cast<size_t>(a * columns + b)], std::sqrt(sum), 1e-5);
      }
    }
  }
}

TEST(Quantiles, AreLinearBetweenNeighbours) {
  const std::vector<float> values = {4, 1, 3, 2};
  const std::vector<double> shares = {0, .25, .5, 1};
  EXPECT_THAT(Quantiles(values, shares),
              ElementsAre(1, DoubleNear(1.75, 1e-9), DoubleNear(2.5, 1e-9), 4));
}

}  // namespace
}  // namespace lerl
