#pragma once
// FieldVisitor: what the VisitFields of a configuration (base/config.h) calls for each field, with
// its type and limits.

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

// A field is a bool, an int64_t, a double, a string, a list of int64_t, double or string, or a
// nested struct with VisitFields. A string may have a list of allowed values; none allows all. A
// list of strings may be given as one string, which is a list of one.
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

// A visitor that knows the path of the section it stands in, so that clip in [ppo] is "ppo.clip".
class PathVisitor : public FieldVisitor {
 protected:
  std::string Path(const std::string& name) const {
    std::string path;
    for (const std::string& section : sections_) path += section + ".";
    return path + name;
  }
  std::vector<std::string> sections_;
};

// Returns "[0, 1]", "at least 1", "at most 5", or "" for a range that holds every finite number.
std::string Describe(Range range);
// Returns a text such as "0.1" or "1000000", with at most 12 digits.
std::string DescribeNumber(double value);
// Returns "a, b, c".
std::string JoinNames(const Names& names);

}  // namespace lerl
