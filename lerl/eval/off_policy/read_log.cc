#include "lerl/eval/off_policy/read_log.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <unordered_set>

#include "lerl/base/error.h"
#include "lerl/data/source_text.h"
#include "lerl/data/table.h"
#include "lerl/eval/off_policy/log_fields.h"

namespace lerl {
namespace {

TableFormat FormatOf(const std::filesystem::path& path) {
  TableFormat format;
  format.separator = EndingOf(path) == ".tsv" ? "\t" : ",";
  format.encoding = "auto";
  format.json = NamesJson(path);
  return format;
}

// The column of a name, where there is one.
std::optional<size_t> Where(const Table& table, const std::string& name) {
  if (name.empty()) return std::nullopt;
  return table.Column(name);
}
std::vector<size_t> Where(const Table& table, const std::vector<std::string>& names) {
  std::vector<size_t> columns;
  for (const std::string& name : names) columns.push_back(table.Column(name));
  return columns;
}

class LogReader {
 public:
  LogReader(const std::filesystem::path& path, const LogColumns& columns,
            const std::vector<std::string>& known)
      : path_(path),
        columns_(columns),
        table_(path, FormatOf(path)),
        propensity_("the logged policy", true),
        actions_(columns.actions.empty() ? known : columns.actions) {
    action_at_ = table_.Column(columns.action);
    reward_at_ = table_.Column(columns.reward);
    propensity_at_ = Where(table_, columns.propensity);
    user_at_ = Where(table_, columns.user);
    time_at_ = Where(table_, columns.time);
    session_at_ = Where(table_, columns.session);
    order_at_ = Where(table_, columns.session.empty() ? columns.position : columns.step);
    state_at_ = Where(table_, columns.state);
    slate_at_ = Where(table_, columns.slate);
    context_at_ = Where(table_, columns.context);
    policy_at_ = Where(table_, columns.policies);
    contexts_.resize(context_at_.size());
    for (const std::string& name : columns.policies) policies_.emplace_back(name, false);
    for (const auto& [name, value] : columns.where) where_.emplace_back(table_.Column(name), value);
  }

  ReadLogResult Read() {
    while (table_.Next()) ReadRow();
    if (action_.empty()) RefuseEmpty();
    return Finish();
  }

 private:
  bool grouped() const { return session_at_.has_value() || !slate_at_.empty(); }

  void ReadRow() {
    for (const auto& [column, value] : where_) {
      seen_where_.insert(std::string(table_.Text(column)));
      if (table_.Text(column) != value) {
        ++result_.left_out;
        if (!propensity_at_) actions_.Of(table_.Text(action_at_));  // it is of the pool
        return;
      }
    }
    std::string key;
    for (const size_t column : slate_at_) key += std::string(table_.Text(column)) + '\x1f';
    if (session_at_) key = table_.Text(*session_at_);
    if (propensity_at_ && columns_.drops_undrawn && table_.Text(*propensity_at_).empty()) {
      ++result_.undrawn;
      undrawn_.insert(key);
      return;
    }
    const bool no_reward = table_.Text(reward_at_).empty() && columns_.empty_reward_is_0;
    const double reward = no_reward ? 0 : table_.Real(reward_at_);
    const double order = order_at_ ? table_.Real(*order_at_) : 0;
    if (table_.Text(action_at_).empty()) table_.Fail(action_at_, "the action is missing");
    if (propensity_at_) propensity_.Read(table_, *propensity_at_);
    for (size_t p = 0; p < policies_.size(); ++p) policies_[p].Read(table_, policy_at_[p]);
    for (size_t c = 0; c < contexts_.size(); ++c) contexts_[c].Read(table_.Text(context_at_[c]));
    if (time_at_) time_.push_back(times_.Of(table_.Text(*time_at_)));
    if (user_at_) user_.push_back(users_.Of(table_.Text(*user_at_)));
    if (state_at_) state_.push_back(states_.Of(table_.Text(*state_at_)));
    if (grouped()) group_.push_back(groups_.Of(key));
    order_.push_back(order);
    line_.push_back(table_.line());
    reward_.push_back(reward);
    action_.push_back(actions_.Of(table_.Text(action_at_)));
  }

  [[noreturn]] void RefuseEmpty() const {
    std::string why = ": there is no row";
    if (!where_.empty()) {
      why = ": no row has " + columns_.where.back().first + "=" + columns_.where.back().second +
            "; it has";
      size_t shown = 0;
      for (const std::string& value : seen_where_)
        if (shown++ < 5) why += (shown > 1 ? ", " : " ") + value;
    } else if (result_.undrawn > 0) {
      why = ": none of its " + std::to_string(result_.undrawn) + " rows has a propensity";
    }
    throw Error(ErrorKind::kData, path_.string() + why);
  }

  // The rows in the order of the log: sessions or slates one after another.
  std::vector<int64_t> Order() const {
    std::vector<int64_t> rows(action_.size());
    std::iota(rows.begin(), rows.end(), 0);
    if (!grouped()) return rows;
    std::erase_if(rows,
                  [&](int64_t n) { return undrawn_.contains(groups_.names()[At(group_[At(n)])]); });
    std::ranges::stable_sort(rows, [&](int64_t a, int64_t b) {
      return std::pair(group_[At(a)], order_[At(a)]) < std::pair(group_[At(b)], order_[At(b)]);
    });
    const std::string what = session_at_ ? "step" : "position";
    for (size_t m = 1; m < rows.size(); ++m)
      if (group_[At(rows[m])] == group_[At(rows[m - 1])]) RefuseTwins(rows[m - 1], rows[m], what);
    return rows;
  }

  void RefuseTwins(int64_t before, int64_t row, const std::string& what) const {
    const std::string place =
        path_.string() + ":" + std::to_string(line_[At(row)]) + ": " + what + " ";
    const std::string kind = session_at_ ? "session" : "slate";
    if (order_[At(before)] == order_[At(row)])
      throw Error(ErrorKind::kData, place + std::to_string(order_[At(row)]) + " comes twice in a " +
                                        kind + ", also in line " +
                                        std::to_string(line_[At(before)]));
    if (user_at_ && user_[At(before)] != user_[At(row)])
      throw Error(ErrorKind::kData, place + std::to_string(order_[At(row)]) + " of a " + kind +
                                        " is of another user than line " +
                                        std::to_string(line_[At(before)]));
  }

  ReadLogResult Finish() {
    const std::vector<int64_t> rows = Order();
    if (rows.empty()) RefuseEmpty();
    LoggedTable& log = result_.log;
    log.kind = session_at_ ? LogKind::kSessions
                           : (slate_at_.empty() ? LogKind::kDecisions : LogKind::kSlates);
    log.actions = actions_.names();
    NameNumbers units;
    for (size_t m = 0; m < rows.size(); ++m) {
      const size_t n = At(rows[m]);
      log.action.push_back(action_[n]);
      log.reward.push_back(reward_[n]);
      if (state_at_) log.state.push_back(state_[n]);
      const bool first = m == 0 || !grouped() || group_[n] != group_[At(rows[m - 1])];
      if (first) log.groups.push_back(static_cast<int64_t>(m));
      const int64_t unit = user_at_ ? user_[n] : std::ssize(log.groups) - 1;
      log.unit.push_back(units.Of(std::to_string(unit)));
    }
    log.groups.push_back(log.rows());
    log.units = std::ssize(units.names());
    log.states = state_at_ ? std::ssize(states_.names()) : 0;
    ReadPropensities(rows);
    ReadPositions(rows);
    ReadFeatures(rows);
    for (size_t p = 0; p < policies_.size(); ++p)
      result_.policies.push_back(
          policies_[p].Finish(action_, std::ssize(log.actions), rows, path_.string()));
    OrderByTime(rows);
    return std::move(result_);
  }

  void ReadPropensities(const std::vector<int64_t>& rows) {
    LoggedTable& log = result_.log;
    if (propensity_at_) {
      log.logged = propensity_.Finish(action_, std::ssize(log.actions), rows, path_.string());
      log.propensity = log.logged.of_logged;
      return;
    }
    const int64_t pool = columns_.pool > 0 ? columns_.pool : std::ssize(log.actions);
    if (pool < std::ssize(log.actions))
      throw Error(ErrorKind::kUsage,
                  path_.string() + ": it has " + std::to_string(log.actions.size()) +
                      " actions, and can't be drawn from a pool of " + std::to_string(pool));
    result_.pool = pool;
    log.propensity.assign(rows.size(), 1 / static_cast<double>(pool));
  }

  // Numbers positions from 0 in rising order.
  void ReadPositions(const std::vector<int64_t>& rows) {
    if (columns_.position.empty() || session_at_) return;
    std::set<double> values;
    for (const int64_t n : rows) values.insert(order_[At(n)]);
    for (const int64_t n : rows)
      result_.position.push_back(
          static_cast<int32_t>(std::distance(values.begin(), values.find(order_[At(n)]))));
  }

  // 1, the contexts, and indicators of positions of decisions.
  void ReadFeatures(const std::vector<int64_t>& rows) {
    LoggedTable& log = result_.log;
    std::vector<std::vector<double>> blocks = {std::vector<double>(rows.size(), 1)};
    std::vector<size_t> widths = {1};
    for (const ContextColumn& context : contexts_) {
      widths.push_back(0);
      blocks.push_back(context.Finish(rows, widths.back()));
    }
    if (log.kind == LogKind::kDecisions && !result_.position.empty()) {
      ContextColumn positions;
      std::vector<int64_t> all(rows.size());
      std::iota(all.begin(), all.end(), 0);
      for (const int32_t position : result_.position) positions.Read(std::to_string(position));
      widths.push_back(0);
      blocks.push_back(positions.Finish(all, widths.back()));
    }
    log.width = static_cast<int64_t>(std::accumulate(widths.begin(), widths.end(), size_t{0}));
    log.features.reserve(rows.size() * At(log.width));
    for (size_t m = 0; m < rows.size(); ++m)
      for (size_t b = 0; b < blocks.size(); ++b)
        for (size_t i = 0; i < widths[b]; ++i) log.features.push_back(blocks[b][m * widths[b] + i]);
  }

  // Times are numbers, or texts whose order is that of time.
  void OrderByTime(const std::vector<int64_t>& rows) {
    result_.time_order.resize(rows.size());
    std::iota(result_.time_order.begin(), result_.time_order.end(), 0);
    if (!time_at_) return;
    std::vector<double> number;
    bool numbers = true;
    for (const std::string& name : times_.names()) {
      char* end = nullptr;
      number.push_back(std::strtod(name.c_str(), &end));
      numbers = numbers && !name.empty() && *end == '\0';
    }
    std::ranges::stable_sort(result_.time_order, [&](int64_t a, int64_t b) {
      const size_t x = At(time_[At(rows[At(a)])]), y = At(time_[At(rows[At(b)])]);
      return numbers ? number[x] < number[y] : times_.names()[x] < times_.names()[y];
    });
  }

  const std::filesystem::path path_;
  const LogColumns columns_;
  Table table_;
  size_t action_at_ = 0, reward_at_ = 0;
  std::optional<size_t> propensity_at_, user_at_, time_at_, session_at_, order_at_, state_at_;
  std::vector<size_t> slate_at_, context_at_, policy_at_;
  std::vector<std::pair<size_t, std::string>> where_;
  std::set<std::string> seen_where_;
  std::unordered_set<std::string> undrawn_;
  ProbabilityColumn propensity_;
  std::vector<ProbabilityColumn> policies_;
  std::vector<ContextColumn> contexts_;
  NameNumbers actions_, users_, groups_, states_, times_;
  // [rows read]
  std::vector<int32_t> action_, user_, group_, state_, time_;
  std::vector<double> reward_, order_;
  std::vector<int64_t> line_;
  ReadLogResult result_;
};

}  // namespace

ReadLogResult ReadLoggedRows(const std::filesystem::path& path, const LogColumns& columns,
                             const std::vector<std::string>& known) {
  if (!columns.session.empty() && !columns.slate.empty())
    throw Error(ErrorKind::kUsage,
                "lerl ope log: rows are either steps of sessions or positions of slates; give "
                "--session or --slate");
  if (!columns.session.empty() && columns.step.empty())
    throw Error(ErrorKind::kUsage,
                "lerl ope log: sessions need the column of their steps (--step)");
  if (!columns.slate.empty() && columns.position.empty())
    throw Error(ErrorKind::kUsage,
                "lerl ope log: slates need the column of their positions (--position)");
  return LogReader(path, columns, known).Read();
}

LogColumns OpenBanditColumns() {
  return {.action = "item_id",
          .reward = "click",
          .propensity = "propensity_score",
          .time = "timestamp",
          .position = "position",
          .context = {"user_feature_0", "user_feature_1", "user_feature_2", "user_feature_3"}};
}

LogColumns KuaiRandRandomColumns() {
  return {.action = "video_id",
          .reward = "is_click",
          .propensity = "",
          .user = "user_id",
          .time = "time_ms",
          .context = {"tab"},
          .where = {{"is_rand", "1"}}};
}

LogColumns ServiceColumns(const std::string& behaviour) {
  return {.action = "item",
          .reward = "behaviour." + behaviour,
          .propensity = "probability",
          .user = "user",
          .time = "shown_us",
          .slate = {"session", "step"},
          .position = "position",
          .empty_reward_is_0 = true,
          .drops_undrawn = true};
}

}  // namespace lerl
