#include "lerl/cli/parquet/write_table.h"

#include <arrow/api.h>
#include <arrow/io/file.h>
#include <parquet/arrow/writer.h>

#include <cstdlib>
#include <fstream>
#include <memory>
#include <vector>

namespace {

constexpr int64_t kGroupRows = 1 << 20;

// Reads the fields of the next line; false at the end of the file.
bool ReadFields(std::istream& in, std::vector<std::string>& fields) {
  fields.assign(1, "");
  bool quoted = false, any = false;
  for (int c = in.get(); c != std::istream::traits_type::eof(); c = in.get()) {
    any = true;
    if (c == '"') {
      if (quoted && in.peek() == '"')
        fields.back() += static_cast<char>(in.get());
      else
        quoted = !quoted;
    } else if (!quoted && c == ',') {
      fields.emplace_back();
    } else if (!quoted && c == '\n') {
      return true;
    } else {
      fields.back() += static_cast<char>(c);
    }
  }
  return any;
}

std::shared_ptr<arrow::DataType> TypeOf(char letter) {
  if (letter == 'i') return arrow::int64();
  return letter == 'd' ? arrow::float64() : arrow::utf8();
}

arrow::Status AppendTo(arrow::ArrayBuilder& builder, char letter, const std::string& field) {
  if (letter == 's') return static_cast<arrow::StringBuilder&>(builder).Append(field);
  if (field.empty()) return builder.AppendNull();
  char* end = nullptr;
  arrow::Status status = arrow::Status::OK();
  if (letter == 'i')
    status =
        static_cast<arrow::Int64Builder&>(builder).Append(std::strtoll(field.c_str(), &end, 10));
  else
    status = static_cast<arrow::DoubleBuilder&>(builder).Append(std::strtod(field.c_str(), &end));
  return *end == '\0' ? status : arrow::Status::Invalid("'", field, "' is no number");
}

}  // namespace

arrow::Status WriteParquetTable(const std::string& types, const std::string& csv,
                                const std::string& path) {
  std::ifstream in(csv, std::ios::binary);
  std::vector<std::string> fields;
  if (!ReadFields(in, fields) || fields.size() != types.size())
    return arrow::Status::Invalid(csv, " has no head of ", types.size(), " columns");
  // 1. The columns.
  arrow::FieldVector columns;
  std::vector<std::unique_ptr<arrow::ArrayBuilder>> builders(types.size());
  for (size_t n = 0; n < types.size(); ++n) {
    columns.push_back(arrow::field(fields[n], TypeOf(types[n])));
    ARROW_RETURN_NOT_OK(
        arrow::MakeBuilder(arrow::default_memory_pool(), columns.back()->type(), &builders[n]));
  }
  while (ReadFields(in, fields)) {
    if (fields.size() != types.size())
      return arrow::Status::Invalid(csv, ": a line of ", fields.size(), " fields");
    for (size_t n = 0; n < types.size(); ++n)
      ARROW_RETURN_NOT_OK(AppendTo(*builders[n], types[n], fields[n]));
  }
  arrow::ArrayVector arrays(types.size());
  for (size_t n = 0; n < types.size(); ++n) ARROW_RETURN_NOT_OK(builders[n]->Finish(&arrays[n]));
  // 2. The file.
  const auto table = arrow::Table::Make(arrow::schema(columns), arrays);
  ARROW_ASSIGN_OR_RAISE(const auto out, arrow::io::FileOutputStream::Open(path));
  ARROW_RETURN_NOT_OK(
      parquet::arrow::WriteTable(*table, arrow::default_memory_pool(), out, kGroupRows));
  return out->Close();
}
