// lerl-parquet: writes the rows of a Parquet file as text for `lerl` (data/parquet_rows.h). It is a
// program of its own, so that `lerl` needs no Apache Arrow and what a file does to its reader can't
// harm it. It holds some of the rows at a time.
//
//   lerl-parquet FILE > rows.jsonl           an object of JSON on each line
//   lerl-parquet --columns FILE              the number of rows, then each column, and behind one
//                                            of structures the fields of these as "column.field"
//   lerl-parquet --fields 3,0 FILE           the columns with these numbers in that list, from 0,
//                                            as lines of fields with the byte 31 between them
//   lerl-parquet --write ssid CSV FILE       writes FILE from CSV (write_table.h)
//
// Numbers, texts, lists and structures become those of JSON, missing values and numbers that are
// not finite become null, and dates, times and all other types their usual text. Of a line of
// fields, texts are as they are but for control characters, which become spaces, and null is "".

#include <arrow/api.h>
#include <arrow/io/file.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/schema.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>

#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "lerl/cli/parquet/write_table.h"

namespace {

constexpr int kUsage = 2, kWrongData = 4;  // exit codes, as those of lerl
constexpr size_t kFlushBytes = 1 << 20;

void AppendText(std::string_view text, std::string& out) {
  out += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

template <typename Array>
void AppendReal(const arrow::Array& array, int64_t row, std::string& out) {
  const double value = static_cast<const Array&>(array).Value(row);
  out += std::isfinite(value) ? nlohmann::json(value).dump() : "null";
}

template <typename Array>
void AppendInteger(const arrow::Array& array, int64_t row, std::string& out) {
  out += std::to_string(static_cast<const Array&>(array).Value(row));
}

template <typename Array>
void AppendString(const arrow::Array& array, int64_t row, std::string& out) {
  AppendText(static_cast<const Array&>(array).GetView(row), out);
}

void AppendValue(const arrow::Array& array, int64_t row, std::string& out);

template <typename Array>
void AppendList(const arrow::Array& array, int64_t row, std::string& out) {
  const auto& list = static_cast<const Array&>(array);
  out += '[';
  for (int64_t n = 0; n < list.value_length(row); ++n) {
    if (n > 0) out += ',';
    AppendValue(*list.values(), list.value_offset(row) + n, out);
  }
  out += ']';
}

// {"name": value, ...}; `value_of` appends that of a field.
template <typename ValueOf>
void AppendObject(const arrow::FieldVector& fields, const ValueOf& value_of, std::string& out) {
  out += '{';
  for (size_t n = 0; n < fields.size(); ++n) {
    if (n > 0) out += ',';
    AppendText(fields[n]->name(), out);
    out += ':';
    value_of(static_cast<int>(n));
  }
  out += '}';
}

void AppendFlag(const arrow::Array& array, int64_t row, std::string& out) {
  out += static_cast<const arrow::BooleanArray&>(array).Value(row) ? "true" : "false";
}

void AppendStructure(const arrow::Array& array, int64_t row, std::string& out) {
  const auto& object = static_cast<const arrow::StructArray&>(array);
  AppendObject(
      object.type()->fields(), [&](int n) { AppendValue(*object.field(n), row, out); }, out);
}

void AppendCoded(const arrow::Array& array, int64_t row, std::string& out) {
  const auto& codes = static_cast<const arrow::DictionaryArray&>(array);
  AppendValue(*codes.dictionary(), codes.GetValueIndex(row), out);
}

void AppendAnyOther(const arrow::Array& array, int64_t row, std::string& out) {
  const auto scalar = array.GetScalar(row);
  AppendText(scalar.ok() ? (*scalar)->ToString() : "", out);
}

using Append = void (*)(const arrow::Array& array, int64_t row, std::string& out);

std::array<Append, arrow::Type::MAX_ID> MakeAppenders() {
  using arrow::Type;
  std::array<Append, Type::MAX_ID> append{};
  append.fill(AppendAnyOther);
  append[Type::BOOL] = AppendFlag;
  append[Type::INT8] = AppendInteger<arrow::Int8Array>;
  append[Type::INT16] = AppendInteger<arrow::Int16Array>;
  append[Type::INT32] = AppendInteger<arrow::Int32Array>;
  append[Type::INT64] = AppendInteger<arrow::Int64Array>;
  append[Type::UINT8] = AppendInteger<arrow::UInt8Array>;
  append[Type::UINT16] = AppendInteger<arrow::UInt16Array>;
  append[Type::UINT32] = AppendInteger<arrow::UInt32Array>;
  append[Type::UINT64] = AppendInteger<arrow::UInt64Array>;
  append[Type::FLOAT] = AppendReal<arrow::FloatArray>;
  append[Type::DOUBLE] = AppendReal<arrow::DoubleArray>;
  append[Type::STRING] = AppendString<arrow::StringArray>;
  append[Type::LARGE_STRING] = AppendString<arrow::LargeStringArray>;
  append[Type::BINARY] = AppendString<arrow::BinaryArray>;
  append[Type::LARGE_BINARY] = AppendString<arrow::LargeBinaryArray>;
  append[Type::LIST] = AppendList<arrow::ListArray>;
  append[Type::LARGE_LIST] = AppendList<arrow::LargeListArray>;
  append[Type::FIXED_SIZE_LIST] = AppendList<arrow::FixedSizeListArray>;
  append[Type::STRUCT] = AppendStructure;
  append[Type::DICTIONARY] = AppendCoded;
  return append;
}

const std::array<Append, arrow::Type::MAX_ID>& Appenders() {
  static const std::array<Append, arrow::Type::MAX_ID> kAppenders = MakeAppenders();
  return kAppenders;
}

void AppendValue(const arrow::Array& array, int64_t row, std::string& out) {
  if (array.IsNull(row))
    out += "null";
  else
    Appenders()[array.type_id()](array, row, out);
}

constexpr char kSeparator = '\x1F';

// The text of a scalar for a line of fields.
void AppendPlain(std::string_view text, std::string& out) {
  for (const char c : text) out += std::iscntrl(static_cast<unsigned char>(c)) != 0 ? ' ' : c;
}

// The value as a field of a line.
void AppendField(const arrow::Array& array, int64_t row, std::string& out) {
  using arrow::Type;
  if (array.IsNull(row)) return;
  switch (array.type_id()) {
    case Type::STRING:
    case Type::BINARY:
      return AppendPlain(static_cast<const arrow::BinaryArray&>(array).GetView(row), out);
    case Type::LARGE_STRING:
    case Type::LARGE_BINARY:
      return AppendPlain(static_cast<const arrow::LargeBinaryArray&>(array).GetView(row), out);
    case Type::DICTIONARY: {
      const auto& codes = static_cast<const arrow::DictionaryArray&>(array);
      return AppendField(*codes.dictionary(), codes.GetValueIndex(row), out);
    }
    default:
      break;
  }
  if (Appenders()[array.type_id()] == AppendAnyOther) {
    const auto scalar = array.GetScalar(row);
    return AppendPlain(scalar.ok() ? (*scalar)->ToString() : "", out);
  }
  const size_t begin = out.size();
  AppendValue(array, row, out);
  if (out.compare(begin, std::string::npos, "null") == 0) out.resize(begin);
}

// A column of the file, or a field of the structures in one.
struct Column {
  std::string name;
  int column = 0;
  int field = -1;  // of the structures; -1: the whole column
};

std::vector<Column> ColumnsOf(const arrow::Schema& schema) {
  std::vector<Column> columns;
  for (int n = 0; n < schema.num_fields(); ++n) {
    const arrow::Field& field = *schema.field(n);
    columns.push_back({field.name(), n});
    if (field.type()->id() != arrow::Type::STRUCT) continue;
    for (int inner = 0; inner < field.type()->num_fields(); ++inner)
      columns.push_back({field.name() + "." + field.type()->field(inner)->name(), n, inner});
  }
  return columns;
}

void AddLeaves(const parquet::arrow::SchemaField& field, std::vector<int>& leaves) {
  if (field.column_index >= 0) leaves.push_back(field.column_index);
  for (const parquet::arrow::SchemaField& child : field.children) AddLeaves(child, leaves);
}

class Writer {
 public:
  arrow::Status Open(const std::string& path) {
    parquet::ReaderProperties properties = parquet::default_reader_properties();
    properties.enable_buffered_stream();  // pages, not whole chunks of columns
    parquet::ArrowReaderProperties as_arrow = parquet::default_arrow_reader_properties();
    as_arrow.set_pre_buffer(false);
    parquet::arrow::FileReaderBuilder builder;
    ARROW_RETURN_NOT_OK(builder.OpenFile(path, /*memory_map=*/false, properties));
    builder.properties(as_arrow);
    ARROW_ASSIGN_OR_RAISE(reader_, builder.Build());
    return reader_->GetSchema(&schema_);
  }

  arrow::Status WriteObjects() {
    return WriteLines(nullptr, [this](const arrow::ArrayVector& arrays, int64_t row) {
      const auto value_of = [&](int n) { AppendValue(*arrays[static_cast<size_t>(n)], row, out_); };
      AppendObject(schema_->fields(), value_of, out_);
    });
  }

  arrow::Status WriteColumns() {
    out_ = std::to_string(reader_->parquet_reader()->metadata()->num_rows()) + '\n';
    for (const Column& column : ColumnsOf(*schema_)) {
      AppendPlain(column.name, out_);
      out_ += '\n';
    }
    return Flush();
  }

  arrow::Status WriteFields(const std::string& numbers) {
    const std::vector<Column> columns = ColumnsOf(*schema_);
    std::vector<Column> wanted;
    const char* at = numbers.data();
    const char* const end = at + numbers.size();
    while (at < end) {
      size_t number = columns.size();
      at = std::from_chars(at, end, number).ptr;
      if (number >= columns.size()) return arrow::Status::Invalid("no such columns: ", numbers);
      wanted.push_back(columns[number]);
      ++at;  // the comma
    }
    return WriteFields(wanted);
  }

 private:
  arrow::Status WriteFields(std::vector<Column> wanted) {
    // 1. The parts of the file that these columns lie in, and their places in a batch.
    std::vector<int> places(static_cast<size_t>(schema_->num_fields()), -1), leaves;
    for (const Column& column : wanted) places[static_cast<size_t>(column.column)] = 0;
    int next = 0;
    for (size_t n = 0; n < places.size(); ++n) {
      if (places[n] < 0) continue;
      places[n] = next++;
      AddLeaves(reader_->manifest().schema_fields[n], leaves);
    }
    for (Column& column : wanted) column.column = places[static_cast<size_t>(column.column)];
    // 2. The lines.
    return WriteLines(&leaves, [&](const arrow::ArrayVector& arrays, int64_t row) {
      for (size_t n = 0; n < wanted.size(); ++n) {
        if (n > 0) out_ += kSeparator;
        const arrow::Array& whole = *arrays[static_cast<size_t>(wanted[n].column)];
        if (wanted[n].field < 0) {
          AppendField(whole, row, out_);
        } else if (!whole.IsNull(row)) {
          AppendField(*static_cast<const arrow::StructArray&>(whole).field(wanted[n].field), row,
                      out_);
        }
      }
    });
  }

  // Calls `append` for each row, with those leaves of the schema (null: all), and ends its line.
  arrow::Status WriteLines(
      const std::vector<int>* leaves,
      const std::function<void(const arrow::ArrayVector& arrays, int64_t row)>& append) {
    for (int group = 0; group < reader_->num_row_groups(); ++group) {
      std::shared_ptr<arrow::RecordBatchReader> batches;
      if (leaves == nullptr) {
        ARROW_ASSIGN_OR_RAISE(batches, reader_->GetRecordBatchReader({group}));
      } else {
        ARROW_ASSIGN_OR_RAISE(batches, reader_->GetRecordBatchReader({group}, *leaves));
      }
      while (true) {
        ARROW_ASSIGN_OR_RAISE(const std::shared_ptr<arrow::RecordBatch> batch, batches->Next());
        if (batch == nullptr) break;
        const arrow::ArrayVector& arrays = batch->columns();
        for (int64_t row = 0; row < batch->num_rows(); ++row) {
          append(arrays, row);
          out_ += '\n';
          if (out_.size() >= kFlushBytes) ARROW_RETURN_NOT_OK(Flush());
        }
      }
    }
    return Flush();
  }

  arrow::Status Flush() {
    const bool written = std::fwrite(out_.data(), 1, out_.size(), stdout) == out_.size();
    out_.clear();
    return written && std::fflush(stdout) == 0
               ? arrow::Status::OK()
               : arrow::Status::IOError("standard output can't be written");
  }

  std::unique_ptr<parquet::arrow::FileReader> reader_;
  std::shared_ptr<arrow::Schema> schema_;
  std::string out_;
};

arrow::Status Run(const std::vector<std::string>& words) {
  if (words[0] == "--write") return WriteParquetTable(words[1], words[2], words[3]);
  Writer writer;
  ARROW_RETURN_NOT_OK(writer.Open(words.back()));
  if (words[0] == "--columns") return writer.WriteColumns();
  if (words[0] == "--fields") return writer.WriteFields(words[1]);
  return writer.WriteObjects();
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  const size_t expected = words.empty() || words[0] == "--fields" ? 3
                          : words[0] == "--write"                 ? 4
                          : words[0] == "--columns"               ? 2
                                                                  : 1;
  if (words.size() != expected) {
    std::fputs("usage: lerl-parquet [--columns | --fields NUMBERS | --write TYPES CSV] FILE\n",
               stderr);
    return kUsage;
  }
  const arrow::Status status = Run(words);
  if (status.ok()) return 0;
  std::fprintf(stderr, "lerl-parquet: %s: %s\n", words.back().c_str(), status.message().c_str());
  return kWrongData;
}
