#include "lerl/events/record_json.h"

#include <limits>
#include <nlohmann/json.hpp>

#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/base/json_text.h"
#include "lerl/base/printable.h"
#include "lerl/events/record_checks.h"

namespace lerl {
namespace {

using Json = nlohmann::json;

[[noreturn]] void RefuseField(const std::string& field, const std::string& what) {
  throw Error(ErrorKind::kUsage, field + ": " + what);
}

int64_t Whole(const Json& json, const std::string& field, int64_t most) {
  const bool too_large =
      json.is_number_unsigned() && json.get<uint64_t>() > static_cast<uint64_t>(most);
  if (!json.is_number_integer() || too_large ||
      (!json.is_number_unsigned() && json.get<int64_t>() > most))
    RefuseField(field, "not a whole number" +
                           (too_large ? " up to " + std::to_string(most) : std::string()));
  return json.get<int64_t>();
}

// A value of JSON as the type of the field that it is for.
void Take(const Json& json, const std::string& field, std::string& value) {
  if (!json.is_string()) RefuseField(field, "not a text");
  value = json.get<std::string>();
}
void Take(const Json& json, const std::string& field, double& value) {
  if (!json.is_number()) RefuseField(field, "not a number");
  value = json.get<double>();
}
void Take(const Json& json, const std::string& field, int64_t& value) {
  value = Whole(json, field, std::numeric_limits<int64_t>::max());
}
void Take(const Json& json, const std::string& field, int32_t& value) {
  const int64_t whole = Whole(json, field, std::numeric_limits<int32_t>::max());
  if (whole < 0) RefuseField(field, "below 0");
  value = static_cast<int32_t>(whole);
}
void Take(const Json& json, const std::string& field, uint64_t& value) {
  if (!json.is_number_unsigned()) RefuseField(field, "not a whole number from 0");
  value = json.get<uint64_t>();
}
template <typename T>
void Take(const Json& json, const std::string& field, std::vector<T>& values) {
  if (!json.is_array()) RefuseField(field, "not a list");
  values.clear();
  for (const Json& element : json) {
    const std::string place = field + "[" + std::to_string(values.size()) + "]";
    Take(element, place, values.emplace_back());
  }
}
void Take(const Json& json, const std::string& field, std::map<std::string, double>& values) {
  if (!json.is_object()) RefuseField(field, "not an object");
  values.clear();
  for (const auto& [name, value] : json.items())
    Take(value, field + "." + Printable(name), values[name]);
}

// Reads the members of an object one by one, and knows which are left.
class Members {
 public:
  Members(const Json& json, std::string path) : json_(json), path_(std::move(path)) {
    if (!json.is_object()) RefuseField(path_.empty() ? "line" : path_, "not an object");
  }
  template <typename T>
  void operator()(const char* name, T& value) {
    Take(At(name), FieldName(name), value);
  }
  bool Has(const char* name) const { return json_.contains(name); }
  // A field that may be missing, and is then empty.
  void IfAny(const char* name, std::string& value) {
    if (json_.contains(name)) (*this)(name, value);
  }
  const Json& At(const char* name) {
    const auto found = json_.find(name);
    if (found == json_.end()) RefuseField(FieldName(name), "missing");
    known_.push_back(name);
    return *found;
  }
  void RequireNoOthers() const {
    if (known_.size() == json_.size()) return;
    for (const auto& [name, value] : json_.items()) {
      if (std::find(known_.begin(), known_.end(), name) == known_.end())
        RefuseField(FieldName(Printable(name)), "not a known field");
    }
  }

 private:
  std::string FieldName(const std::string& name) const {
    return path_.empty() ? name : path_ + "." + name;
  }
  const Json& json_;
  std::string path_;
  std::vector<std::string> known_;
};

// Writes what Members reads.
class MemberWriter {
 public:
  template <typename T>
  void operator()(const char* name, const T& value) {
    json[name] = value;
  }
  void IfAny(const char* name, const std::string& value) {
    if (!value.empty()) json[name] = value;
  }
  Json json = Json::object();
};

// The fields of each record, once for reading and writing.
template <typename Visit, typename Session>
void VisitSession(Visit& visit, Session& session) {
  visit("id", session.id);
  visit("user", session.user);
  visit("policy", session.policy);
  visit("seed", session.seed);
  visit("started_us", session.started_us);
  visit("ended_us", session.ended_us);
  visit("end", session.end);
  visit.IfAny("split", session.split);
}

template <typename Visit, typename Slate>
void VisitSlate(Visit& visit, Slate& slate) {
  visit("step", slate.step);
  visit("shown_us", slate.shown_us);
  visit("request", slate.request);
  visit("version", slate.version);
  visit("items", slate.items);
  visit("probabilities", slate.probabilities);
  visit("log_probability", slate.log_probability);
  visit("temperature", slate.temperature);
  visit("candidates", slate.candidates);
  visit("candidates_hash", slate.candidates_hash);
  visit("plan_hash", slate.plan_hash);
  visit("plan", slate.plan);
  visit("origin", slate.origin);
  visit("reason", slate.reason);
}

template <typename Visit, typename Feedback>
void VisitFeedback(Visit& visit, Feedback& feedback) {
  visit("number", feedback.number);
  visit("event", feedback.event);
  visit("step", feedback.step);
  visit("item", feedback.item);
  visit("behaviours", feedback.behaviours);
  visit("happened_us", feedback.happened_us);
  visit("received_us", feedback.received_us);
}

template <typename Visit, typename Shadow>
void VisitShadow(Visit& visit, Shadow& shadow) {
  visit("step", shadow.step);
  visit("policy", shadow.policy);
  visit("version", shadow.version);
  visit("chosen_us", shadow.chosen_us);
  visit("items", shadow.items);
  visit("probabilities", shadow.probabilities);
  visit("shown_probabilities", shadow.shown_probabilities);
}

template <typename Visit, typename Item>
void VisitItem(Visit& visit, Item& item) {
  visit("id", item.id);
  visit("title", item.title);
  visit("categories", item.categories);
  visit("text", item.text);
  visit("added_us", item.added_us);
  visit("withdrawn_us", item.withdrawn_us);
  visit("shown", item.shown);
}

template <typename T>
T ColumnOf(const std::string& column) {
  try {
    T value;
    Take(ParseJson(column), "column", value);
    return value;
  } catch (const std::runtime_error& error) {
    throw Error(ErrorKind::kData, std::string("the store is damaged: a row can't be read: ") +
                                      error.what() + "; restore it from a copy");
  }
}

// Members `name` of `json`, each an object, as rows.
const Json& ListOf(Members& members, const char* name) {
  const Json& list = members.At(name);
  if (!list.is_array()) RefuseField(name, "not a list");
  return list;
}

}  // namespace

std::string TextOfTexts(const std::vector<std::string>& texts) { return Json(texts).dump(); }
std::string TextOfNumbers(const std::vector<double>& numbers) { return Json(numbers).dump(); }
std::string TextOfBehaviours(const std::map<std::string, double>& behaviours) {
  return Json(behaviours).dump();
}
std::vector<std::string> TextsOf(const std::string& column) {
  return ColumnOf<std::vector<std::string>>(column);
}
std::vector<double> NumbersOf(const std::string& column) {
  return ColumnOf<std::vector<double>>(column);
}
std::map<std::string, double> BehavioursOf(const std::string& column) {
  return ColumnOf<std::map<std::string, double>>(column);
}

Json ToJson(const StoredSession& session) {
  MemberWriter whole;
  VisitSession(whole, session.session);
  Json slates = Json::array(), feedback = Json::array(), shadows = Json::array();
  for (const SlateRecord& slate : session.slates) {
    MemberWriter row;
    VisitSlate(row, slate);
    slates.push_back(std::move(row.json));
  }
  for (const FeedbackRecord& record : session.feedback) {
    MemberWriter row;
    VisitFeedback(row, record);
    feedback.push_back(std::move(row.json));
  }
  whole.json["slates"] = std::move(slates);
  whole.json["feedback"] = std::move(feedback);
  for (const ShadowRecord& shadow : session.shadows) {
    MemberWriter row;
    VisitShadow(row, shadow);
    shadows.push_back(std::move(row.json));
  }
  if (!shadows.empty()) whole.json["shadows"] = std::move(shadows);
  return std::move(whole.json);
}

Json ToJson(const ItemRecord& item) {
  MemberWriter fields;
  VisitItem(fields, item);
  return {{"item", std::move(fields.json)}};
}

bool IsItem(const Json& json) { return json.is_object() && json.contains("item"); }

ItemRecord ItemRecordOf(const Json& json) {
  ItemRecord item;
  Members whole(json, "");
  Members fields(whole.At("item"), "item");
  VisitItem(fields, item);
  fields.RequireNoOthers();
  whole.RequireNoOthers();
  CheckItem(item);
  return item;
}

StoredSession StoredSessionOf(const Json& json) {
  StoredSession stored;
  Members whole(json, "");
  VisitSession(whole, stored.session);
  for (const Json& row : ListOf(whole, "slates")) {
    Members members(row, "slates[" + std::to_string(stored.slates.size()) + "]");
    VisitSlate(members, stored.slates.emplace_back());
    members.RequireNoOthers();
    stored.slates.back().session = stored.session.id;
  }
  for (const Json& row : ListOf(whole, "feedback")) {
    const std::string path = "feedback[" + std::to_string(stored.feedback.size()) + "]";
    Members members(row, path);
    FeedbackRecord& record = stored.feedback.emplace_back();
    VisitFeedback(members, record);
    members.RequireNoOthers();
    record.session = stored.session.id;
    if (record.number != std::ssize(stored.feedback))
      RefuseField(path + ".number", "not in order from 1");
  }
  // A file of a version before, and one of a service without shadows, has none.
  if (whole.Has("shadows")) {
    for (const Json& row : ListOf(whole, "shadows")) {
      Members members(row, "shadows[" + std::to_string(stored.shadows.size()) + "]");
      VisitShadow(members, stored.shadows.emplace_back());
      members.RequireNoOthers();
      stored.shadows.back().session = stored.session.id;
    }
  }
  whole.RequireNoOthers();
  CheckStored(stored);
  return stored;
}

}  // namespace lerl
