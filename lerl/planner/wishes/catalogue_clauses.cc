#include "lerl/planner/wishes/catalogue_clauses.h"

#include "lerl/base/index.h"
#include "lerl/wishes/wish_clauses.h"

namespace lerl {
namespace {

// A character of no alphabet, which stands for a title while a wish is cut into clauses.
constexpr std::string_view kTitle = "\xEE\x80\x80";

std::string WithoutMark(std::string text) {
  for (size_t at = text.find(kTitle); at != std::string::npos; at = text.find(kTitle))
    text.replace(at, kTitle.size(), " ");
  return text;
}

}  // namespace

CatalogueClauses::CatalogueClauses(const Dataset& dataset, bool clauses)
    : categories_(At(dataset.num_categories())), titles_(dataset), clauses_(clauses) {}

std::vector<CatalogueClause> CatalogueClauses::Of(std::span<const std::string> wishes) const {
  std::vector<CatalogueClause> clauses;
  for (size_t i = 0; i < wishes.size(); ++i) AddClausesOf(wishes[i], i, clauses);
  return clauses;
}

void CatalogueClauses::AddClausesOf(const std::string& wish, size_t place,
                                    std::vector<CatalogueClause>& clauses) const {
  std::string text = WithoutMark(wish);
  const std::vector<NamedTitle> titles = titles_.Find(text);
  for (auto title = titles.rbegin(); title != titles.rend(); ++title)
    text.replace(title->begin, title->end - title->begin, kTitle);
  size_t next = 0;  // title
  for (WishClause& clause : clauses_ ? ClausesOf(text) : std::vector<WishClause>{{text, false}}) {
    std::vector<int32_t> about;
    for (size_t at = clause.text.find(kTitle); at != std::string::npos;
         at = clause.text.find(kTitle, at + kTitle.size())) {
      const std::vector<int32_t>& categories = titles.at(next++).categories;
      about.insert(about.end(), categories.begin(), categories.end());
    }
    std::vector<double> chances(about.empty() ? 0 : categories_);
    for (const int32_t c : about) chances[At(c)] += 1.0 / static_cast<double>(about.size());
    clauses.push_back({std::move(clause.text), clause.refuses, place, std::move(chances)});
  }
}

}  // namespace lerl
