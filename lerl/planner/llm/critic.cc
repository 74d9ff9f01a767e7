#include "lerl/planner/llm/critic.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <numeric>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/base/printable.h"
#include "lerl/llm/answer_text.h"

namespace lerl {
namespace {

constexpr size_t kReadOfAnswer = 4096;      // bytes
constexpr size_t kLongestReflection = 240;  // bytes of a sentence

std::string Format(const char* format, double value) {
  char text[32];
  std::snprintf(text, sizeof(text), format, value);
  return text;
}

// Places of the counts, the largest first, ties by the lower place.
std::vector<size_t> MostFirst(const std::vector<int>& counts) {
  std::vector<size_t> order(counts.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return counts[a] > counts[b]; });
  return order;
}

// Items shown and liked per category, [C] each.
struct Tally {
  explicit Tally(size_t categories) : shown(categories, 0), liked(categories, 0) {}
  void Add(const Dataset& dataset, const EndedSession& session, size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      for (const int32_t category : dataset.CategoriesOf(session.items[i])) {
        ++shown[At(category)];
        liked[At(category)] += static_cast<int>(session.responses[i] & 1U);
      }
    }
  }
  // The most shown categories, "Drama 12 shown 7 liked".
  std::string Describe(std::span<const std::string> names, size_t count) const {
    const std::vector<size_t> order = MostFirst(shown);
    std::string text;
    for (size_t i = 0; i < std::min(count, order.size()) && shown[order[i]] > 0; ++i) {
      text += (i == 0 ? "" : ", ") + names[order[i]] + " " + std::to_string(shown[order[i]]) +
              " shown " + std::to_string(liked[order[i]]) + " liked";
    }
    return text.empty() ? "no category" : text;
  }
  std::vector<int> shown, liked;
};

// The most planned categories, "Drama 5 steps, Comedy 2".
std::string DescribePlans(std::span<const std::string> names, const EndedSession& session) {
  std::vector<int> planned(names.size(), 0);
  for (size_t i = 0; i < session.plans.size(); ++i) planned[i % names.size()] += session.plans[i];
  std::string text;
  for (const size_t c : MostFirst(planned)) {
    if (planned[c] == 0 || std::count(text.begin(), text.end(), ',') == 3) break;
    text += text.empty() ? names[c] + " " + std::to_string(planned[c]) + " steps"
                         : ", " + names[c] + " " + std::to_string(planned[c]);
  }
  return text.empty() ? "no category" : text;
}

}  // namespace

std::string DescribeSession(const Dataset& dataset, std::span<const std::string> names,
                            const EndedSession& session) {
  const size_t steps = session.rewards.size();
  LERL_CHECK_GT(steps, 0U);
  const size_t slate = session.items.size() / steps;
  Tally all(names.size());
  all.Add(dataset, session, 0, session.items.size());
  std::string text = "It lasted " + std::to_string(steps) + " steps with a total reward of " +
                     Format("%.1f", session.total_reward) +
                     ". Planned: " + DescribePlans(names, session) +
                     ". Categories: " + all.Describe(names, 4) + ".";
  size_t worst = 0;  // the step of the largest drop; 0: the reward never dropped
  for (size_t step = 1; step < steps; ++step) {
    const float drop = session.rewards[step] - session.rewards[step - 1];
    if (drop < 0 && (worst == 0 || drop < session.rewards[worst] - session.rewards[worst - 1])) {
      worst = step;
    }
  }
  if (worst == 0) return text + " The responses never dropped.";
  Tally at_drop(names.size());
  at_drop.Add(dataset, session, worst * slate, (worst + 1) * slate);
  return text + " Responses dropped most at step " + std::to_string(worst + 1) + ", from " +
         Format("%.2f", session.rewards[worst - 1]) + " to " +
         Format("%.2f", session.rewards[worst]) + ", when it showed " + at_drop.Describe(names, 2) +
         ".";
}

std::string FirstSentence(const Completion& answer, std::string& reason) {
  if (!answer.answered) {
    reason = answer.error;
    return "";
  }
  const std::string text = SafeText(WithoutThinking(answer.text), kReadOfAnswer);
  size_t end = text.find_first_of(".!?");
  while (end != std::string::npos && end + 1 < text.size() && text[end + 1] != ' ') {
    end = text.find_first_of(".!?", end + 1);  // a point within a number or a name
  }
  if (text == "?") {
    reason = "empty reflection";
  } else if (end == std::string::npos && !answer.error.empty()) {
    reason = "overlong reflection";
  } else {
    std::string sentence = text.substr(0, end == std::string::npos ? end : end + 1);
    if (sentence.size() <= kLongestReflection) return sentence;
    reason = "overlong reflection";
  }
  return "";
}

namespace {

// Whether a word, or several, stand in the text as they are, in capital or small letters.
bool HasWords(const std::string& text, const std::string& words) {
  const std::string small = SmallLetters(text), sought = SmallLetters(words);
  const auto in_word = [&small](size_t place) {
    return place < small.size() && (std::isalnum(static_cast<unsigned char>(small[place])) != 0);
  };
  for (size_t at = small.find(sought); at != std::string::npos; at = small.find(sought, at + 1))
    if ((at == 0 || !in_word(at - 1)) && !in_word(at + sought.size())) return true;
  return false;
}

// The numbers of a text, "2.5" as it is written.
std::vector<std::string> NumbersOf(const std::string& text) {
  constexpr char kDigits[] = "0123456789";
  std::vector<std::string> numbers;
  for (size_t at = text.find_first_of(kDigits); at != std::string::npos;) {
    size_t end = text.find_first_not_of("0123456789.", at);
    end = std::min(end, text.size());
    numbers.push_back(text.substr(at, end - at));
    if (numbers.back().back() == '.') numbers.back().pop_back();
    at = text.find_first_of(kDigits, end);
  }
  return numbers;
}

}  // namespace

std::string UnshownCategory(const std::string& text, const Dataset& dataset,
                            std::span<const std::string> names, const EndedSession& session) {
  Tally all(names.size());
  all.Add(dataset, session, 0, session.items.size());
  for (size_t c = 0; c < names.size(); ++c)
    if (all.shown[c] == 0 && HasWords(text, names[c])) return names[c];
  return "";
}

bool SaysSomethingOf(const std::string& text, const std::string& facts,
                     std::span<const std::string> names) {
  if (facts.find(text) != std::string::npos) return false;
  if (std::ranges::any_of(names, [&](const std::string& name) {
        return HasWords(text, name) && HasWords(facts, name);
      }))
    return true;
  const std::vector<std::string> of_facts = NumbersOf(facts);
  return std::ranges::any_of(NumbersOf(text), [&](const std::string& number) {
    return std::ranges::find(of_facts, number) != of_facts.end();
  });
}

Reflections WriteReflections(LlmBackend& backend, const PromptTemplates& templates,
                             const Dataset& dataset, std::span<const std::string> names,
                             std::span<const EndedSession> sessions, int longest_tokens) {
  Reflections reflections;
  if (sessions.empty()) return reflections;
  // 1. The prompt: all sessions share the part before the facts, so it is computed once.
  constexpr char kFactsMark[] = "{|facts|}";
  const std::string whole = backend.ApplyChatTemplate(
      templates.reflect_system, FillTemplate(templates.reflect, {{"facts", kFactsMark}}));
  const size_t mark = whole.find(kFactsMark);
  LERL_CHECK(mark != std::string::npos);
  CompletionRequest request;
  request.prefix = whole.substr(0, mark);
  request.max_tokens = longest_tokens;
  std::vector<std::string> facts;
  for (const EndedSession& session : sessions) {
    facts.push_back(DescribeSession(dataset, names, session));
    request.suffixes.push_back(facts.back() + whole.substr(mark + sizeof(kFactsMark) - 1));
  }
  // 2. The answers, each checked against the facts of its session.
  const std::vector<Completion> answers = backend.Complete(request);
  for (size_t i = 0; i < answers.size(); ++i) {
    std::string reason;
    const std::string sentence = backend.WithoutSecrets(FirstSentence(answers[i], reason));
    if (sentence.empty()) {
      reflections.dropped.push_back(reason);
    } else if (!UnshownCategory(sentence, dataset, names, sessions[i]).empty()) {
      reflections.dropped.push_back("wrong: names a category that was not shown");
    } else if (!SaysSomethingOf(sentence, facts[i], names)) {
      reflections.dropped.push_back("nothing to say of its session");
    } else {
      reflections.kept.push_back({sentence, sessions[i].total_reward});
    }
  }
  return reflections;
}

}  // namespace lerl
