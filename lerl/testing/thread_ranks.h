#pragma once
// Ranks that are threads of one process and add up in memory, for tests of what ranks share.

#include <condition_variable>
#include <cstring>
#include <exception>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/base/parallel.h"
#include "lerl/base/ranks.h"

namespace lerl {

class ThreadRanks : public Ranks {
 public:
  // Calls `work` once for each rank, each in a thread of its own. Rethrows what the lowest rank has
  // thrown; where one throws, the others find it gone.
  static void Run(int size, const std::function<void(Ranks&)>& work) {
    Meeting meeting(size);
    std::vector<std::exception_ptr> thrown(At(size));
    std::vector<std::thread> threads;
    for (int rank = 0; rank < size; ++rank)
      threads.emplace_back([&, rank] {
        FlushDenormals();  // as the main thread
        ThreadRanks own(rank, size, meeting);
        try {
          work(own);
        } catch (...) {
          thrown[At(rank)] = std::current_exception();
          own.Leave("");
        }
      });
    for (std::thread& thread : threads) thread.join();
    for (const std::exception_ptr& error : thrown)
      if (error) std::rethrow_exception(error);
  }

  int rank() const override { return rank_; }
  int size() const override { return size_; }
  void Sum(std::span<float> values) override { Add(values); }
  void Sum(std::span<double> values) override { Add(values); }
  std::vector<std::string> Gather(std::string_view bytes) override {
    meeting_.given[At(rank_)] = bytes;
    meeting_.Wait();
    std::vector<std::string> all = meeting_.given;
    meeting_.Wait();
    return all;
  }
  std::string FromFirst(std::string_view bytes) override { return Gather(bytes)[0]; }
  void OneBeforeOthers(const std::function<void()>& work) override {
    if (first()) work();
    Gather("");
    if (!first()) work();
  }
  void Leave(const std::string& /*why*/) noexcept override {
    const std::lock_guard lock(meeting_.mutex);
    meeting_.gone = true;
    meeting_.all_here.notify_all();
  }

 private:
  struct Meeting {
    explicit Meeting(int size) : given(At(size)) {}
    void Wait() {
      std::unique_lock lock(mutex);
      const int now = round;
      if (++here == std::ssize(given)) {
        here = 0, ++round;
        all_here.notify_all();
      }
      all_here.wait(lock, [&] { return round != now || gone; });
      if (round == now) throw Error(ErrorKind::kIo, "a rank is gone");
    }
    std::mutex mutex;
    std::condition_variable all_here;
    int64_t here = 0;
    int round = 0;
    bool gone = false;
    std::vector<std::string> given;
  };

  ThreadRanks(int rank, int size, Meeting& meeting) : rank_(rank), size_(size), meeting_(meeting) {}

  template <typename T>
  void Add(std::span<T> values) {
    const auto all = Gather({reinterpret_cast<const char*>(values.data()), values.size_bytes()});
    std::vector<T> sums(values.size()), part(values.size());
    for (const std::string& bytes : all) {
      std::memcpy(part.data(), bytes.data(), bytes.size());
      for (size_t i = 0; i < sums.size(); ++i) sums[i] += part[i];
    }
    std::ranges::copy(sums, values.begin());
  }

  const int rank_, size_;
  Meeting& meeting_;
};

}  // namespace lerl
