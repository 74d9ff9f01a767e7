#pragma once
// CatalogueClauses: the clauses of wishes (wishes/wish_clauses.h), where what the catalogue itself
// knows is looked up and not left to a model. A clause that names a title of the catalogue
// (wishes/named_titles.h) is about the n categories of the items with this title, each with a
// chance of 1 / n. Readers by embeddings and by a language model share this.
//
// Axes: C categories.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "lerl/data/dataset.h"
#include "lerl/wishes/named_titles.h"

namespace lerl {

struct CatalogueClause {
  std::string text = {};
  bool refuses = false;              // what it names is not wanted
  size_t wish = 0;                   // place of the wish that it is of
  std::vector<double> chances = {};  // p [C] by the titles that it names; empty: it names none
};

class CatalogueClauses {
 public:
  // `clauses` off: a wish is one clause, which asks.
  CatalogueClauses(const Dataset& dataset, bool clauses);

  // The clauses of the wishes in order.
  std::vector<CatalogueClause> Of(std::span<const std::string> wishes) const;

 private:
  void AddClausesOf(const std::string& wish, size_t place,
                    std::vector<CatalogueClause>& clauses) const;

  const size_t categories_;
  const NamedTitles titles_;
  const bool clauses_;
};

}  // namespace lerl
