#pragma once
// Lines of a file as texts: what they say of its form, before any row is read, and quoted fields.

#include <cstdint>
#include <string>
#include <string_view>

namespace lerl {

// Whether lines end in a carriage return alone, as old Macs wrote them.
bool HasLoneReturns(std::string_view text);

// Whether the first line is "sep=,", by which spreadsheets tell the separator.
bool TellsSeparator(std::string_view text);

// How many lines a quoted field goes on for, if each of them has so many separators, as a row has;
// 0 where one has another number.
int64_t RowsWithin(std::string_view quoted, std::string_view separator, size_t separators);

// The text between quotes, with doubled quotes and, where backslashes escape, escaped characters as
// they are meant.
std::string Unquoted(std::string_view inner, bool escapes);

}  // namespace lerl
