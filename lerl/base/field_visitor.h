#pragma once
// What a configuration's VisitFields speaks to: the types of fields and their limits (see
// config.h).

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace lerl {

struct Range {  // inclusive
  double low = std::numeric_limits<double>::lowest();
  double high = std::numeric_limits<double>::max();
};

using Names = std::vector<std::string>;

// Field types: bool, int64_t, double, string (with the allowed names, if closed), lists of int64_t,
// double and string, and nested structs with VisitFields.
class FieldVisitor {
 public:
  virtual ~FieldVisitor() = default;
  virtual void operator()(const char* name, bool& value, const char* help) = 0;
  virtual void operator()(const char* name, int64_t& value, const char* help, Range range) = 0;
  virtual void operator()(const char* name, double& value, const char* help, Range range) = 0;
  virtual void operator()(const char* name, std::string& value, const char* help,
                          const Names& allowed = {}) = 0;
  virtual void operator()(const char* name, std::vector<int64_t>& value, const char* help,
                          Range range) = 0;
  virtual void operator()(const char* name, std::vector<double>& value, const char* help,
                          Range range) = 0;
  virtual void operator()(const char* name, std::vector<std::string>& value, const char* help,
                          const Names& allowed = {}) = 0;

  template <typename Struct>
  void Section(const char* name, Struct& section) {
    if (!Enter(name)) return;
    section.VisitFields(*this);
    Leave();
  }

 protected:
  virtual bool Enter(const char* name) = 0;
  virtual void Leave() = 0;
};

// A visitor that knows the path of the section it stands in: "ppo.clip" for clip in [ppo].
class PathVisitor : public FieldVisitor {
 protected:
  std::string Path(const std::string& name) const {
    std::string path;
    for (const std::string& section : sections_) path += section + ".";
    return path + name;
  }
  std::vector<std::string> sections_;
};

// "[0, 1]", "at least 1", "at most 5", or "" for every finite number.
std::string Describe(Range range);
// "0.1", "1000000", at most 12 digits.
std::string DescribeNumber(double value);
// "a, b, c".
std::string JoinNames(const Names& names);

}  // namespace lerl
