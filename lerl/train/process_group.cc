#include "lerl/train/process_group.h"

#include <torch/version.h>

#include "lerl/base/error.h"
#include "lerl/nn/torch.h"

// Debian's libtorch has c10d with Gloo; the headers are Debian's libgloo-dev. A libtorch that
// brings a Gloo of its own brings no headers of it.
#if defined(USE_C10D_GLOO) && __has_include(<gloo/context.h>) && TORCH_VERSION_MAJOR == 1
#define LERL_HAS_GLOO 1
#include <c10/util/Logging.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <future>
#include <thread>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include "lerl/base/index.h"
#endif

namespace lerl {

#ifdef LERL_HAS_GLOO
namespace {

using Milliseconds = std::chrono::milliseconds;
using StorePointer = c10::intrusive_ptr<c10d::Store>;

// An address in numbers, from which `place.address` is reached. Nothing is sent.
std::string OwnAddress(const RankPlace& place) {
  addrinfo hints{}, *found = nullptr;
  hints.ai_socktype = SOCK_DGRAM;
  const int error =
      ::getaddrinfo(place.address.c_str(), std::to_string(place.port).c_str(), &hints, &found);
  if (error != 0)
    throw Error(ErrorKind::kIo, "MASTER_ADDR '" + place.address + "': " + ::gai_strerror(error) +
                                    "; give the address or the name of the machine of rank 0");
  std::string own;
  for (const addrinfo* at = found; at != nullptr && own.empty(); at = at->ai_next) {
    const int socket = ::socket(at->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket < 0) continue;
    sockaddr_storage name{};
    socklen_t length = sizeof(name);
    char text[NI_MAXHOST] = "";
    if (::connect(socket, at->ai_addr, at->ai_addrlen) == 0 &&
        ::getsockname(socket, reinterpret_cast<sockaddr*>(&name), &length) == 0 &&
        ::getnameinfo(reinterpret_cast<sockaddr*>(&name), length, text, sizeof(text), nullptr, 0,
                      NI_NUMERICHOST) == 0)
      own = text;
    ::close(socket);
  }
  ::freeaddrinfo(found);
  if (own.empty())
    throw Error(ErrorKind::kIo, "MASTER_ADDR '" + place.address +
                                    "': no way leads there; give an address of the machine of "
                                    "rank 0 that this machine can reach");
  return own;
}

StorePointer OpenStore(const RankPlace& place, const RankLimits& limits) {
  c10d::TCPStoreOptions options;
  options.port = static_cast<uint16_t>(place.port);
  options.isServer = place.rank == 0 && !place.agent_waits;
  options.timeout = std::max<Milliseconds>(limits.join, std::chrono::seconds(1));
  options.waitWorkers = false;  // the roll is called by us, who can say who is missing
  StorePointer store = c10::make_intrusive<c10d::TCPStore>(place.address, options);
  return c10::make_intrusive<c10d::PrefixStore>("lerl/" + place.attempt, store);
}

c10::intrusive_ptr<c10d::ProcessGroupGloo::Options> OptionsOf(const RankPlace& place,
                                                              const RankLimits& limits) {
  auto options = c10d::ProcessGroupGloo::Options::create(limits.answer);
  const char* interface = std::getenv("GLOO_SOCKET_IFNAME");
  options->devices.push_back(
      interface != nullptr && *interface != '\0'
          ? c10d::ProcessGroupGloo::createDeviceForInterface(interface)
          : c10d::ProcessGroupGloo::createDeviceForHostname(OwnAddress(place)));
  options->threads = 1;
  return options;
}

std::vector<uint8_t> BytesOf(std::string_view text) { return {text.begin(), text.end()}; }

// The keys by which ranks find each other in the store. A process may hang in a call of the store
// when the network is gone, so that who asks does so beside the main thread.
class Roll {
 public:
  Roll(StorePointer store, int rank, int size)
      : store_(std::move(store)), rank_(rank), size_(size) {}

  // Says that this rank has come to `where`, and waits for the others but those in `without`, or
  // until one has said why it left. Returns those who have not come within the time.
  std::vector<int> Call(const std::string& where, Milliseconds time,
                        const std::vector<int>& without = {}) {
    Set(where, "here");
    const auto end = std::chrono::steady_clock::now() + time;
    std::vector<int> missing;
    for (int rank = 0; rank < size_; ++rank)
      if (rank != rank_ && std::ranges::count(without, rank) == 0) missing.push_back(rank);
    while (true) {
      std::erase_if(missing, [&](int rank) { return Has(where, rank); });
      if (missing.empty() || std::chrono::steady_clock::now() >= end) return missing;
      if (where == "lost" && !WhyLeft().empty()) return missing;
      std::this_thread::sleep_for(Milliseconds(20));
    }
  }
  void Set(const std::string& where, std::string_view text) {
    store_->set(Key(where, rank_), BytesOf(text));
  }
  bool Has(const std::string& where, int rank) { return store_->check({Key(where, rank)}); }
  std::string Get(const std::string& where, int rank) {
    const std::vector<uint8_t> bytes = store_->get(Key(where, rank));
    return {bytes.begin(), bytes.end()};
  }
  // Why the first rank that told so has left; "" where none has.
  std::string WhyLeft() {
    for (int rank = 0; rank < size_; ++rank)
      if (rank != rank_ && Has("left", rank))
        return "rank " + std::to_string(rank) + " of " + std::to_string(size_) +
               " failed: " + Get("left", rank);
    return "";
  }

 private:
  static std::string Key(const std::string& where, int rank) {
    return where + "/" + std::to_string(rank);
  }

  const StorePointer store_;
  const int rank_, size_;
};

std::string NamesOf(const std::vector<int>& ranks, int size) {
  std::string names = ranks.size() == 1 ? "rank" : "ranks";
  for (size_t i = 0; i < ranks.size(); ++i)
    names += (i == 0 ? " " : ", ") + std::to_string(ranks[i]);
  return names + " of " + std::to_string(size);
}

constexpr const char* kGoOn = "; see what it says, then go on with the same command and --resume";

class GlooRanks : public Ranks {
 public:
  GlooRanks(const RankPlace& place, const RankLimits& limits) : place_(place), limits_(limits) {
    std::signal(SIGPIPE, SIG_IGN);  // Gloo may write to a rank that is gone
#ifdef C10_USE_GLOG
    FLAGS_minloglevel = google::GLOG_FATAL;  // c10d's messages; our errors say the same
#endif
    Meet();
  }
  ~GlooRanks() override { Part(); }

  int rank() const override { return place_.rank; }
  int size() const override { return place_.size; }

  void Sum(std::span<float> values) override { Add(values, torch::kFloat); }
  void Sum(std::span<double> values) override { Add(values, torch::kDouble); }

  std::vector<std::string> Gather(std::string_view bytes) override {
    // 1. How many bytes each rank gives; 2. as many from each as the longest has.
    std::vector<int64_t> sizes(At(size()));
    sizes[At(rank())] = std::ssize(bytes);
    const torch::Tensor counts = torch::from_blob(sizes.data(), {size()}, torch::kInt64);
    Sum(counts);
    const int64_t longest = *std::ranges::max_element(sizes);
    torch::Tensor own = torch::zeros({longest}, torch::kUInt8);
    std::memcpy(own.data_ptr(), bytes.data(), bytes.size());
    std::vector<std::vector<torch::Tensor>> all(1);
    for (int r = 0; r < size(); ++r) all[0].push_back(torch::empty({longest}, torch::kUInt8));
    if (longest > 0) {
      std::vector<torch::Tensor> input = {own};
      Wait([&] { return group_->allgather(all, input); });
    }
    std::vector<std::string> given;
    for (size_t r = 0; r < sizes.size(); ++r)
      given.emplace_back(static_cast<const char*>(all[0][r].data_ptr()), At(sizes[r]));
    return given;
  }

  std::string FromFirst(std::string_view bytes) override {
    int64_t size = first() ? std::ssize(bytes) : 0;
    const torch::Tensor count = torch::from_blob(&size, {1}, torch::kInt64);
    Sum(count);
    if (size == 0) return "";
    std::vector<torch::Tensor> all = {torch::empty({size}, torch::kUInt8)};
    if (first()) std::memcpy(all[0].data_ptr(), bytes.data(), bytes.size());
    Wait([&] { return group_->broadcast(all); });
    return {static_cast<const char*>(all[0].data_ptr()), At(size)};
  }

  void OneBeforeOthers(const std::function<void()>& work) override {
    const int leader = place_.rank - place_.local_rank;
    Guarded([&] {
      while (place_.local_rank > 0 && !roll_->Has("before others", leader)) {
        if (const std::string why = roll_->WhyLeft(); !why.empty())
          throw Error(ErrorKind::kIo, why + kGoOn);
        std::this_thread::sleep_for(Milliseconds(50));
      }
    });
    work();
    if (place_.local_rank == 0) Guarded([&] { roll_->Set("before others", "done"); });
  }

  void Leave(const std::string& why) noexcept override {
    if (left_) return;
    left_ = true;
    Within(
        3 * limits_.roll_call,
        [roll = roll_, why, holds = HoldsStore(), time = limits_.roll_call] {
          roll->Set("left", why);
          if (holds)
            roll->Call("read", 2 * time);  // until then this rank holds what they read
          else
            roll->Set("read", "here");
        },
        [this] { group_.reset(); });
  }

 private:
  void Meet() {
    const std::string where =
        "MASTER_ADDR:MASTER_PORT " + place_.address + ":" + std::to_string(place_.port) + ": ";
    try {
      store_ = OpenStore(place_, limits_);
      roll_ = std::make_shared<Roll>(store_, rank(), size());
      const std::vector<int> missing = roll_->Call("come", limits_.join);
      if (!missing.empty())
        throw Error(ErrorKind::kIo, where + NamesOf(missing, size()) + " did not come within " +
                                        std::to_string(limits_.join.count() / 1000) +
                                        " s; start all ranks, with the same address and port");
      group_ = c10::make_intrusive<c10d::ProcessGroupGloo>(store_, rank(), size(),
                                                           OptionsOf(place_, limits_));
    } catch (const Error&) {
      throw;
    } catch (const std::exception& error) {
      throw Error(
          ErrorKind::kIo,
          where + "the ranks can't meet there: " + FirstLine(error.what()) +
              "; is rank 0 running, is the port free, and does the network let it through?");
    }
  }

  // At the end all wait for each other: who goes first must not look like one that failed.
  void Part() {
    if (left_ || group_ == nullptr || std::uncaught_exceptions() > 0) return;
    Within(2 * limits_.roll_call,
           [roll = roll_, time = limits_.roll_call] { roll->Call("end", time); });
  }

  bool HoldsStore() const { return first() && !place_.agent_waits; }

  template <typename T>
  void Add(std::span<T> values, torch::ScalarType type) {
    if (values.empty()) return;
    Sum(torch::from_blob(values.data(), {std::ssize(values)}, type));
  }
  void Sum(const torch::Tensor& values) {
    std::vector<torch::Tensor> all = {values};
    Wait([&] { return group_->allreduce(all); });
  }

  void Wait(const std::function<c10::intrusive_ptr<c10d::Work>()>& start) {
    Guarded([&] { start()->wait(); });
  }
  void Guarded(const std::function<void()>& call) {
    if (left_) throw Error(ErrorKind::kIo, "this rank has left the others");
    try {
      call();
    } catch (const Error&) {
      throw;
    } catch (const std::exception& error) {
      FailLost(FirstLine(error.what()));
    }
  }

  // Says who is missing. The group goes first: its connections break, and so the others, who may
  // wait for another rank than the one that is gone, hear of it at once.
  [[noreturn]] void FailLost(const std::string& what) {
    left_ = true;
    struct Found {
      std::string why;
      std::vector<int> missing;
    };
    auto found = std::make_shared<Found>();
    const bool answered = Within(
        3 * limits_.roll_call,
        [roll = roll_, found, waits = HoldsStore(), time = limits_.roll_call] {
          found->missing = roll->Call("lost", time);
          found->why = roll->WhyLeft();
          // Rank 0 holds what the others read until they have.
          if (waits)
            roll->Call("read", time, found->why.empty() ? found->missing : std::vector<int>{});
          else
            roll->Set("read", "here");
        },
        [this] { group_.reset(); });
    if (!answered)
      throw Error(ErrorKind::kIo, std::string(place_.agent_waits ? "torchrun" : "rank 0") +
                                      ", which holds the ranks together, is gone (" + what + ")" +
                                      kGoOn);
    if (!found->why.empty()) throw Error(ErrorKind::kIo, found->why + kGoOn);
    if (found->missing.empty())
      throw Error(ErrorKind::kIo, "the connection between the ranks broke, though all are there (" +
                                      what + "); go on with the same command and --resume");
    throw Error(ErrorKind::kIo, NamesOf(found->missing, size()) +
                                    (found->missing.size() == 1 ? " is" : " are") + " gone (" +
                                    what + ")" + kGoOn);
  }

  // Does `work` beside the main thread, after `before`; false where it fails or takes longer.
  static bool Within(
      Milliseconds time, const std::function<void()>& work,
      const std::function<void()>& before = [] {}) noexcept {
    try {
      before();
      auto done = std::make_shared<std::promise<bool>>();
      std::future<bool> answer = done->get_future();
      std::thread([work, done] {
        try {
          work();
          done->set_value(true);
        } catch (...) {
          done->set_value(false);
        }
      }).detach();
      return answer.wait_for(time) == std::future_status::ready && answer.get();
    } catch (...) {
      return false;
    }
  }

  static std::string FirstLine(std::string text) { return text.substr(0, text.find('\n')); }

  const RankPlace place_;
  const RankLimits limits_;
  StorePointer store_;
  std::shared_ptr<Roll> roll_;
  c10::intrusive_ptr<c10d::ProcessGroupGloo> group_;
  bool left_ = false;
};

}  // namespace

std::unique_ptr<Ranks> JoinRanks(const RankPlace& place, const RankLimits& limits) {
  return std::make_unique<GlooRanks>(place, limits);
}

#else

std::unique_ptr<Ranks> JoinRanks(const RankPlace& /*place*/, const RankLimits& /*limits*/) {
  throw Error(ErrorKind::kUnusable,
              "this program was built without Gloo, by which ranks speak to each other; build it "
              "with Debian's libtorch-dev and libgloo-dev, or train in one process");
}

#endif

}  // namespace lerl
