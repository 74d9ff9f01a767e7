#pragma once
// A Python program that answers questions, a line of JSON each, until it is no longer needed.

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "lerl/base/child_process.h"

class PythonProcess {
 public:
  // Starts the program `file`. Throws lerl::Error(kIo) where there is no python3.
  explicit PythonProcess(const std::string& file);
  ~PythonProcess();
  PythonProcess(const PythonProcess&) = delete;
  PythonProcess& operator=(const PythonProcess&) = delete;

  // Throws lerl::Error(kUnusable) where it ends or answers with what is no JSON; what it said stands
  // on standard error.
  nlohmann::json Ask(const nlohmann::json& question);

 private:
  [[noreturn]] void Fail(const std::string& what) const;
  const std::string file_;
  int to_ = -1, from_ = -1;
  std::string rest_;  // read, of the next answer
  std::unique_ptr<lerl::RunningChild> child_;
};
