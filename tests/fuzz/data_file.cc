// A file of data. The first byte of the input says in which form the rest is read. Each row is read
// twice, and comes to the same.

#include <string>
#include <vector>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/data/table.h"
#include "tests/fuzz/scratch_file.h"

namespace lerl {
namespace {

TableFormat FormOf(uint8_t bits) {
  const auto is = [bits](int bit) { return (bits >> bit & 1) != 0; };
  TableFormat format;
  format.separator = is(0) ? (is(1) ? "::" : "\t") : (is(1) ? " " : ",");
  format.quotes = is(2);
  format.escapes = is(2) && is(3);
  format.encoding = is(4) ? "auto" : "";
  format.json = is(5);
  format.rest = !is(5) && is(6);
  if (is(7) && !is(5)) format.columns = {"user", "item", "value"};
  return format;
}

// All rows as one text; what can't be read is marked.
std::string Rows(Table& table) {
  std::string all;
  while (true) {
    try {
      if (!table.Next()) return all;
      for (size_t column = 0; column < table.columns().size(); ++column) {
        all += std::string(table.Text(column)) + '\x1F';
        table.Real(column);
        table.TimeMs(column, 1000);
      }
      all += '\n';
    } catch (const BadRow&) {
      all += "bad row\n";
    }
  }
}

void ReadTwice(const std::filesystem::path& path, const TableFormat& format) {
  Table table(path, format);
  const std::string first = Rows(table);
  table.Rewind();
  LERL_CHECK(Rows(table) == first);
}

}  // namespace
}  // namespace lerl

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  static lerl::ScratchFile file("log.csv");
  file.Write(lerl::TextOf(data + 1, size - 1));
  try {
    lerl::ReadTwice(file.path(), lerl::FormOf(data[0]));
  } catch (const lerl::Error&) {
  }
  return 0;
}
