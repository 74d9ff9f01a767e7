#pragma once
// Values of JSON, and of Python's literals, as published files write them line by line and inside
// fields.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace lerl {

// The value that the text is: JSON, or a literal of Python such as {u'name': 'a', 'free': True,
// 'price': None, 'size': (1, 2)}. Discarded (is_discarded) where it is neither, and where it is
// nested too deep (base/json_text.h).
nlohmann::json ParseJsonText(std::string_view text);

// The value as a field of a table: strings as they are, null as "", others as JSON.
std::string FieldOfJson(const nlohmann::json& value);

// The field of an object at a key, or at a key of an object in it ("votes.funny"); "" without one.
std::string FieldOfJson(const nlohmann::json& row, const std::string& path);

// Why the text holds no objects with one on each line, and what makes them of it; "" where it does:
// one list, one object of columns or of rows, an object over several lines, or no object.
std::string FaultOfJsonLines(std::string_view text);

// The keys of the first thousand objects, with one on each line, and those of objects in them; at
// most a thousand, those of a row by name.
std::vector<std::string> ColumnsOfJson(std::string_view lines);

}  // namespace lerl
