#include "lerl/events/export.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/index.h"
#include "lerl/base/json_text.h"
#include "lerl/base/printable.h"
#include "lerl/events/record_json.h"

namespace lerl {
namespace fs = std::filesystem;
namespace {

constexpr size_t kLinesInATurn = 100;  // of an import, in one transaction

// A file that takes its place once all of it is there. What it tells of people is for its owner.
class FileInTheMaking {
 public:
  explicit FileInTheMaking(const fs::path& path)
      : path_(path),
        temporary_(path.parent_path() /
                   ("." + path.filename().string() + "." + std::to_string(::getpid()))) {
    if (path.has_parent_path()) {
      std::error_code error;
      fs::create_directories(path.parent_path(), error);
    }
    const int file = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file >= 0) ::close(file);
    out_.open(temporary_, std::ios::binary);
    Require();
  }
  ~FileInTheMaking() {
    std::error_code ignored;
    if (!done_) fs::remove(temporary_, ignored);
  }
  FileInTheMaking(const FileInTheMaking&) = delete;
  FileInTheMaking& operator=(const FileInTheMaking&) = delete;

  void Write(const std::string& text) {
    out_ << text;
    Require();
  }
  void Finish() {
    out_.close();
    Require();
    done_ = true;
    MoveIntoPlace(temporary_, path_);
  }

 private:
  void Require() {
    if (!out_.fail()) return;
    throw Error(ErrorKind::kIo, path_.string() + ": cannot be written: " + std::strerror(errno) +
                                    "; check the folder's permissions and the free disk space");
  }
  fs::path path_, temporary_;
  std::ofstream out_;
  bool done_ = false;
};

std::string NumberText(double value) {
  std::array<char, 40> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  return {digits.data(), end.ptr};
}

std::set<std::string> BehavioursIn(EventStore& store, ExportRange range) {
  std::set<std::string> names;
  store.ForEachSession(range.from_us, range.to_us, [&](const StoredSession& stored) {
    for (const FeedbackRecord& record : stored.feedback)
      for (const auto& [name, value] : record.behaviours) names.insert(name);
  });
  return names;
}

struct ItemAnswers {
  int64_t received_us = 0;
  std::map<std::string, double> behaviours;
};

std::string ItemRow(const StoredSession& stored, const SlateRecord& slate, size_t position,
                    const ItemAnswers* answers, const std::set<std::string>& behaviours) {
  const SessionRecord& session = stored.session;
  std::string row = CsvField(session.id) + "," + CsvField(session.user) + "," +
                    CsvField(session.policy) + "," + std::to_string(session.started_us) + "," +
                    std::to_string(slate.step) + "," + std::to_string(slate.shown_us) + "," +
                    std::to_string(position) + "," + CsvField(slate.items[position]) + "," +
                    NumberText(slate.probabilities[position]) + ",";
  if (answers != nullptr) row += std::to_string(answers->received_us);
  for (const std::string& name : behaviours) {
    row += ",";
    if (answers == nullptr) continue;
    const auto said = answers->behaviours.find(name);
    if (said != answers->behaviours.end()) row += NumberText(said->second);
  }
  return row + "\n";
}

int64_t WriteItems(const StoredSession& stored, const std::set<std::string>& behaviours,
                   FileInTheMaking& file) {
  std::map<std::pair<int32_t, std::string>, ItemAnswers> answers;
  for (const FeedbackRecord& record : stored.feedback) {
    ItemAnswers& said = answers[{record.step, record.item}];
    said.received_us = record.received_us;
    for (const auto& [name, value] : record.behaviours) said.behaviours[name] = value;
  }
  int64_t rows = 0;
  for (const SlateRecord& slate : stored.slates) {
    for (size_t i = 0; i < slate.items.size(); ++i, ++rows) {
      const auto said = answers.find({slate.step, slate.items[i]});
      file.Write(
          ItemRow(stored, slate, i, said == answers.end() ? nullptr : &said->second, behaviours));
    }
  }
  return rows;
}

// What waits to be taken in.
struct ImportTurn {
  std::vector<StoredSession> sessions;
  std::vector<ItemRecord> items;

  size_t lines() const { return sessions.size() + items.size(); }
  void Add(const nlohmann::json& line) {
    if (IsItem(line))
      items.push_back(ItemRecordOf(line));
    else
      sessions.push_back(StoredSessionOf(line));
  }
};

// Takes in a turn, items first, and returns how many sessions brought something new.
int64_t TakeTurn(EventStore& store, const ImportTurn& turn) {
  const std::vector<ItemOutcome> outcomes = store.AddItems(turn.items);
  for (size_t n = 0; n < outcomes.size(); ++n)
    if (outcomes[n] == ItemOutcome::kConflict)
      throw Error(ErrorKind::kData, "item " + Printable(turn.items[n].id) + ": known otherwise");
  return store.Import(turn.sessions);
}

}  // namespace

int64_t ExportSessions(EventStore& store, ExportRange range, const fs::path& path) {
  FileInTheMaking file(path);
  for (const ItemRecord& item : store.Items()) file.Write(ToJson(item).dump() + "\n");
  int64_t sessions = 0;
  store.ForEachSession(range.from_us, range.to_us, [&](const StoredSession& stored) {
    file.Write(ToJson(stored).dump() + "\n");
    ++sessions;
  });
  file.Finish();
  return sessions;
}

int64_t ExportItems(EventStore& store, ExportRange range, const fs::path& path) {
  FileInTheMaking file(path);
  const std::set<std::string> behaviours = BehavioursIn(store, range);
  std::string head =
      "session,user,policy,started_us,step,shown_us,position,item,probability,answered_us";
  for (const std::string& name : behaviours) head += "," + CsvField("behaviour." + name);
  file.Write(head + "\n");
  int64_t rows = 0;
  store.ForEachSession(range.from_us, range.to_us, [&](const StoredSession& stored) {
    rows += WriteItems(stored, behaviours, file);
  });
  file.Finish();
  return rows;
}

ImportCounts ImportSessions(EventStore& store, const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw Error(ErrorKind::kIo, path.string() + ": cannot be read: " + std::strerror(errno));
  ImportCounts counts;
  ImportTurn turn;
  const auto take = [&] {
    counts.sessions += std::ssize(turn.sessions);
    counts.items += std::ssize(turn.items);
    try {
      counts.brought += TakeTurn(store, turn);
    } catch (const Error& error) {
      throw Error(error.kind(), path.string() + ": " + error.what());
    }
    turn = {};
  };
  std::string line;
  for (int64_t number = 1; std::getline(in, line); ++number) {
    try {
      turn.Add(ParseJson(line));
    } catch (const std::runtime_error& error) {
      throw Error(ErrorKind::kData,
                  path.string() + ":" + std::to_string(number) + ": " + error.what());
    }
    if (turn.lines() == kLinesInATurn) take();
  }
  if (in.bad()) throw Error(ErrorKind::kIo, path.string() + ": cannot be read to its end");
  take();
  return counts;
}

}  // namespace lerl
