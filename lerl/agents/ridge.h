#pragma once
// Ridge regression, kept exactly as rows come in:
//   A = l2 I + sum_n x_n x_n',  b = sum_n y_n x_n,  theta = A^-1 b
// The inverse is taken anew, by Cholesky, after each batch of rows, so no error adds up.

#include <span>
#include <string>
#include <vector>

#include "lerl/base/tensor_file.h"

namespace lerl {

class Ridge {
 public:
  Ridge(int width, double l2);  // W; l2 > 0

  void Add(std::span<const double> x, double y);  // x [W]; counts from the next Solve on
  void Solve();

  std::span<const double> theta() const { return theta_; }      // [W]
  std::span<const double> inverse() const { return inverse_; }  // A^-1 [W, W], symmetric
  double Predict(std::span<const double> x) const;              // theta . x

  void Save(const std::string& prefix, Arrays& arrays) const;
  void Load(const std::string& prefix, const TensorFile& file);

 private:
  const size_t width_;
  std::vector<double> a_, b_, theta_, inverse_;
};

}  // namespace lerl
