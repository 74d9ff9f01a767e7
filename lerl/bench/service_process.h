#pragma once
// ServiceProcess: `lerl serve` in a process of its own, under measurement.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "lerl/base/child_process.h"

namespace lerl {

class ServiceProcess {
 public:
  // Starts a program (its path, then its arguments) that serves on the loopback, and waits until it
  // has said "listening on URL" and /readyz answers 200. What it says on standard error goes to the
  // file `log`. Throws Error(kIo), with the last line of that, where it ends before.
  ServiceProcess(const std::vector<std::string>& words, const std::filesystem::path& log);
  ~ServiceProcess();  // kills it

  int port() const { return port_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  double seconds_to_ready() const { return seconds_to_ready_; }  // from its start
  double ResidentBytes() const;
  // Tells it to end, and waits. Throws Error(kIo) where it does not end well.
  void Stop();

 private:
  [[noreturn]] void Fail(const std::string& what) const;
  int ReadPort(int pipe) const;

  const std::filesystem::path log_;
  std::unique_ptr<RunningChild> child_;
  int port_ = 0;
  double seconds_to_ready_ = 0;
};

}  // namespace lerl
