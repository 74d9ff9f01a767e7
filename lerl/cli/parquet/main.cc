// lerl-parquet: writes the rows of a Parquet file as text, an object of JSON on each line, for
// `lerl` (data/source_text.h). It is a program of its own, so that `lerl` needs no Apache Arrow and
// what a file does to its reader can't harm it.
//
//   lerl-parquet FILE > rows.jsonl
//
// Numbers, texts, lists and structures become those of JSON, missing values and numbers that are
// not finite become null, and dates, times and all other types their usual text.

#include <arrow/api.h>
#include <arrow/io/file.h>
#include <parquet/arrow/reader.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

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

void AppendValue(const arrow::Array& array, int64_t row, std::string& out) {
  static const std::array<Append, arrow::Type::MAX_ID> kAppend = MakeAppenders();
  if (array.IsNull(row))
    out += "null";
  else
    kAppend[array.type_id()](array, row, out);
}

arrow::Status WriteRows(const std::string& path) {
  ARROW_ASSIGN_OR_RAISE(auto file, arrow::io::ReadableFile::Open(path));
  ARROW_ASSIGN_OR_RAISE(auto reader, parquet::arrow::OpenFile(file, arrow::default_memory_pool()));
  ARROW_ASSIGN_OR_RAISE(auto batches, reader->GetRecordBatchReader());
  std::string out;
  const auto flush = [&out] {
    std::fwrite(out.data(), 1, out.size(), stdout);
    out.clear();
  };
  while (true) {
    ARROW_ASSIGN_OR_RAISE(const std::shared_ptr<arrow::RecordBatch> batch, batches->Next());
    if (batch == nullptr) break;
    for (int64_t row = 0; row < batch->num_rows(); ++row) {
      const auto value_of = [&](int n) { AppendValue(*batch->column(n), row, out); };
      AppendObject(batch->schema()->fields(), value_of, out);
      out += '\n';
      if (out.size() >= kFlushBytes) flush();
    }
  }
  flush();
  return std::fflush(stdout) == 0 ? arrow::Status::OK()
                                  : arrow::Status::IOError("standard output can't be written");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: lerl-parquet FILE > rows.jsonl\n", stderr);
    return kUsage;
  }
  const arrow::Status status = WriteRows(argv[1]);
  if (status.ok()) return 0;
  std::fprintf(stderr, "lerl-parquet: %s: %s\n", argv[1], status.message().c_str());
  return kWrongData;
}
