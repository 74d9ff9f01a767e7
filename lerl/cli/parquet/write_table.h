#pragma once
// Writes a table of CSV as a Parquet file, for `lerl study`.

#include <arrow/status.h>

#include <string>

// The columns of the CSV file (RFC 4180, with a head) `csv` as the Parquet file `path`. `types` has
// a letter for each: s text, i whole number, d number; an empty field of i or d is null. The file
// is there whole only where the status is OK.
arrow::Status WriteParquetTable(const std::string& types, const std::string& csv,
                                const std::string& path);
