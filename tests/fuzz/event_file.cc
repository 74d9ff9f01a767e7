// A file of sessions for `lerl events import`. What is taken in comes out again as the same text.

#include <nlohmann/json.hpp>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/json_text.h"
#include "lerl/events/export.h"
#include "lerl/events/record_json.h"
#include "lerl/testing/memory_event_store.h"
#include "tests/fuzz/scratch_file.h"

namespace lerl {
namespace {

void ImportAndCompare(const std::filesystem::path& path) {
  MemoryEventStore store;
  ImportSessions(store, path);
  const ExportRange all = {};
  store.ForEachSession(all.from_us, all.to_us, [](const StoredSession& session) {
    const nlohmann::json json = ToJson(session);
    LERL_CHECK(StoredSessionOf(ParseJson(json.dump())) == session);
    for (const SlateRecord& slate : session.slates) {
      LERL_CHECK(TextsOf(TextOfTexts(slate.items)) == slate.items);
      LERL_CHECK(NumbersOf(TextOfNumbers(slate.probabilities)) == slate.probabilities);
    }
    for (const FeedbackRecord& record : session.feedback)
      LERL_CHECK(BehavioursOf(TextOfBehaviours(record.behaviours)) == record.behaviours);
  });
}

}  // namespace
}  // namespace lerl

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static lerl::ScratchFile file("sessions.jsonl");
  file.Write(lerl::TextOf(data, size));
  try {
    lerl::ImportAndCompare(file.path());
  } catch (const lerl::Error&) {
  }
  return 0;
}
