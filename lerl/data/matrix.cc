#include "lerl/data/matrix.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <string_view>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/file.h"

namespace lerl {
namespace fs = std::filesystem;
namespace {

[[noreturn]] void Fail(const std::string& place, const std::string& what) {
  throw Error(ErrorKind::kData, place + ": " + what);
}

// Text ------------------------------------------------------------------------------------------

class TextMatrix {
 public:
  explicit TextMatrix(const fs::path& path) : path_(path.string()), file_(path) {}

  UserItemMatrix Read() {
    std::string_view text = file_.text();
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    matrix_.source = path_;
    const size_t first = text.find_first_not_of("\r\n");
    commas_ =
        first != std::string_view::npos &&
        text.substr(first, text.find('\n', first) - first).find(',') != std::string_view::npos;
    for (int64_t line = 1; !text.empty(); ++line) {
      const size_t end = std::min(text.find('\n'), text.size());
      AddLine(text.substr(0, end), line);
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    if (matrix_.rows == 0) Fail(path_, "the file is empty; a row of numbers per user is expected");
    return std::move(matrix_);
  }

 private:
  static bool Blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

  void AddLine(std::string_view line, int64_t number) {
    size_t at = 0;
    const auto skip = [&] {
      while (at < line.size() && Blank(line[at])) ++at;
    };
    skip();
    if (at == line.size()) return;
    int64_t cells = 0;
    while (true) {
      size_t end = at;
      while (end < line.size() && line[end] != ',' && !Blank(line[end])) ++end;
      AddCell(line.substr(at, end - at), number, at);
      ++cells;
      at = end;
      skip();
      if (at == line.size()) break;
      if ((line[at] == ',') != commas_)
        Fail(Place(number, at), commas_ ? "a comma is expected between numbers"
                                        : "the first row has no commas, this one has");
      if (commas_) ++at;
      skip();
    }
    if (matrix_.rows == 0) matrix_.columns = cells;
    if (cells != matrix_.columns)
      Fail(path_ + ":" + std::to_string(number),
           "the row has " + std::to_string(cells) + " numbers where the first has " +
               std::to_string(matrix_.columns) + "; a full matrix is needed");
    ++matrix_.rows;
  }

  void AddCell(std::string_view cell, int64_t line, size_t at) {
    if (cell.empty()) Fail(Place(line, at), "the matrix has a hole; every cell needs a number");
    double value = 0;
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    if (error == std::errc::invalid_argument || end != cell.data() + cell.size())
      Fail(Place(line, at), "'" + std::string(cell.substr(0, 40)) + "' is not a number");
    const auto rounded = static_cast<float>(value);
    if (error != std::errc() || !std::isfinite(rounded))
      Fail(Place(line, at), "'" + std::string(cell.substr(0, 40)) + "' is not a finite number");
    matrix_.values.push_back(rounded);
  }

  std::string Place(int64_t line, size_t at) const {
    return path_ + ":" + std::to_string(line) + ":" + std::to_string(at + 1);
  }

  const std::string path_;
  const MappedFile file_;
  bool commas_ = false;
  UserItemMatrix matrix_;
};

// .npy ------------------------------------------------------------------------------------------
// A file holds, in this order:
//   "\x93NUMPY"
//   the version                2 bytes
//   the length of the header   2 bytes, or 4 from version 2 on
//   the header                 a Python dictionary as text, with descr, fortran_order and shape
//   the cells

class NpyMatrix {
 public:
  explicit NpyMatrix(const fs::path& path) : path_(path.string()), file_(path) {}

  UserItemMatrix Read() {
    const std::string_view text = file_.text();
    if (!text.starts_with("\x93NUMPY") || text.size() < 10)
      Fail(path_, "not a .npy file; write one with numpy.save, or give text");
    const int version = static_cast<unsigned char>(text[6]);
    if (version < 1 || version > 3)
      Fail(path_, "version " + std::to_string(version) + " of the .npy format is not known");
    const size_t prefix = version == 1 ? 10 : 12;
    size_t length = 0;
    for (size_t i = prefix; i > 8; --i)
      length = length << 8 | (i <= text.size() ? static_cast<unsigned char>(text[i - 1]) : 0);
    if (text.size() < prefix || length > text.size() - prefix) Fail(path_, "the file is cut off");
    header_ = text.substr(prefix, length);
    const std::string_view type = Value("descr");
    if (type != "'<f4'" && type != "'<f8'")
      Fail(path_, "its numbers are of type " + std::string(type) +
                      "; save it as float32: numpy.save(file, matrix.astype('<f4'))");
    if (Value("fortran_order") != "False")
      Fail(path_, "it is stored column by column; save numpy.ascontiguousarray(matrix)");
    matrix_.source = path_;
    ReadShape();
    const std::string_view cells = text.substr(prefix + length);
    type == "'<f4'" ? ReadCells<float>(cells) : ReadCells<double>(cells);
    return std::move(matrix_);
  }

 private:
  // The value of 'key', up to the comma or brace that ends it; "" if the key is missing.
  std::string_view Value(std::string_view key) const {
    size_t at = header_.find("'" + std::string(key) + "'");
    if (at == std::string_view::npos) return "";
    at = header_.find(':', at);
    at = at == std::string_view::npos ? at : header_.find_first_not_of(" ", at + 1);
    if (at == std::string_view::npos) return "";
    const char stop = header_[at] == '(' ? ')' : ',';
    const size_t end = header_.find_first_of(stop == ')' ? ")" : ",}", at);
    if (end == std::string_view::npos) return "";
    return header_.substr(at, end - at + (stop == ')' ? 1 : 0));
  }

  void ReadShape() {
    const std::string shape(Value("shape"));
    const std::string wrong = "its shape is " + shape + "; (users, items) is expected";
    std::vector<int64_t> axes;
    for (size_t at = 1; at < shape.size();) {
      int64_t size = 0;
      const auto [end, error] =
          std::from_chars(shape.data() + at, shape.data() + shape.size(), size);
      if (error != std::errc() || size < 1 || size > 1'000'000'000) Fail(path_, wrong);
      axes.push_back(size);
      at = shape.find_first_not_of(", ", static_cast<size_t>(end - shape.data()));
      if (at == shape.size() - 1) break;
    }
    if (axes.size() != 2) Fail(path_, wrong);
    matrix_.rows = axes[0];
    matrix_.columns = axes[1];
  }

  template <typename Real>
  void ReadCells(std::string_view cells) {
    const auto count = static_cast<size_t>(matrix_.rows * matrix_.columns);
    if (cells.size() / sizeof(Real) != count || cells.size() % sizeof(Real) != 0)
      Fail(path_, std::to_string(cells.size()) + " bytes of numbers where its shape asks for " +
                      std::to_string(count * sizeof(Real)) + "; the file is damaged or cut off");
    matrix_.values.resize(count);
    for (size_t i = 0; i < count; ++i) {
      Real cell;
      std::memcpy(&cell, cells.data() + i * sizeof(Real), sizeof(Real));
      matrix_.values[i] = static_cast<float>(cell);
      if (!std::isfinite(matrix_.values[i]))
        Fail(path_, "the cell of row " + std::to_string(i / static_cast<size_t>(matrix_.columns)) +
                        ", column " + std::to_string(i % static_cast<size_t>(matrix_.columns)) +
                        " (from 0) is not a finite number");
    }
  }

  const std::string path_;
  const MappedFile file_;
  std::string_view header_;
  UserItemMatrix matrix_;
};

}  // namespace

UserItemMatrix ReadMatrix(const fs::path& path) {
  if (!fs::is_regular_file(path)) Fail(path.string(), "the file is missing; put the matrix there");
  return path.extension() == ".npy" ? NpyMatrix(path).Read() : TextMatrix(path).Read();
}

//   distance_ij = sqrt( sum_r (m_ri - m_rj)^2 )
// The sums of a block of columns i are added up row by row, so that a row is read once per block
// and all sums of the block stay in the first cache.
std::vector<float> ColumnDistances(const UserItemMatrix& matrix) {
  constexpr size_t kBlock = 8;
  const auto rows = static_cast<size_t>(matrix.rows), columns = static_cast<size_t>(matrix.columns);
  std::vector<float> distances(columns * columns), sums(kBlock * columns);
  for (size_t begin = 0; begin < columns; begin += kBlock) {
    const size_t width = std::min(kBlock, columns - begin), end = begin + width;
    std::fill(sums.begin(), sums.end(), 0.0f);
    for (size_t r = 0; r < rows; ++r) {
      const float* row = matrix.values.data() + r * columns;
      for (size_t i = 0; i < width; ++i) {
        const float own = row[begin + i];
        float* sum = sums.data() + i * columns;
        for (size_t j = 0; j < end; ++j) sum[j] += (own - row[j]) * (own - row[j]);
      }
    }
    for (size_t i = 0; i < width; ++i) {
      for (size_t j = 0; j <= begin + i; ++j) {
        const float distance = std::sqrt(sums[i * columns + j]);
        distances[(begin + i) * columns + j] = distances[j * columns + begin + i] = distance;
      }
    }
  }
  return distances;
}

std::vector<double> Quantiles(std::span<const float> values, std::span<const double> shares) {
  LERL_CHECK(!values.empty());
  std::vector<float> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  std::vector<double> quantiles;
  for (const double share : shares) {
    const double place = share * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<size_t>(place);
    const size_t above = std::min(below + 1, sorted.size() - 1);
    const auto low = static_cast<double>(sorted[below]), high = static_cast<double>(sorted[above]);
    quantiles.push_back(low + (place - static_cast<double>(below)) * (high - low));
  }
  return quantiles;
}

}  // namespace lerl
