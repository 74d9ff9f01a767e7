#include "lerl/planner/student/student_network.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "lerl/base/error.h"
#include "lerl/base/index.h"

namespace lerl {
namespace {

constexpr StudentNetwork::Shape kSmall{.categories = 4, .features = 3, .shared = 2, .hidden = 5};

StudentInput RandomInput(Rng& rng, const StudentNetwork::Shape& shape) {
  StudentInput input;
  for (int64_t i = 0; i < shape.categories * shape.features; ++i)
    input.category.push_back(static_cast<float>(rng.Normal()));
  for (int64_t i = 0; i < shape.shared; ++i)
    input.shared.push_back(static_cast<float>(rng.Normal()));
  return input;
}

TEST(StudentNetwork, ScoresAreThoseOfTheEquationByHand) {
  StudentNetwork network({.categories = 2, .features = 1, .shared = 1, .hidden = 2}, 1);
  // w1 [1, 2], v1 [1, 2], e [2, 2], w2 [2, 2], b2 [2], v [2], d [2]
  network.parameters() = {1, -1, 0.5F, 0, 0, 0, 0, 3, 1, 2, 0, 1, 0.5F, -1, 2, 1, 0, 10};
  const StudentInput input{.category = {2, 1}, .shared = {1}};
  std::vector<double> scores;
  network.Scores(input, scores);
  // Category 0: a = relu(2.5, -2) = (2.5, 0); b = relu(2.5 + .5, 5 - 1) = (3, 4); s = 6 + 4.
  EXPECT_DOUBLE_EQ(scores[0], 10);
  // Category 1: a = relu(1.5, -1 + 3) = (1.5, 2); b = relu(1.5 + .5, 3 + 2 - 1) = (2, 4); + 10.
  EXPECT_DOUBLE_EQ(scores[1], 18);
}

TEST(StudentNetwork, LossIsListMleWithTheWeightsOfDcgByHand) {
  StudentNetwork network(kSmall, 1);
  std::fill(network.parameters().begin(), network.parameters().end(), 0.0F);
  const size_t d = network.parameters().size() - 4;
  network.parameters()[d] = 1;
  network.parameters()[d + 1] = 2;  // scores 1 2 0 0
  Rng rng(1);
  const StudentInput input = RandomInput(rng, kSmall);
  const std::vector<uint8_t> candidates = {1, 1, 1, 0};
  const std::vector<int16_t> ranking = {1, 2, 0};
  const StudentNetwork::Example example{&input, candidates, ranking};
  std::vector<float> gradient;
  const double first = std::log(std::exp(1.0) + std::exp(2.0) + 1) - 2;
  const double second = (std::log(std::exp(1.0) + 1) - 0) / std::log2(3.0);
  EXPECT_NEAR(network.Gradient({&example, 1}, 1, gradient), first, 1e-12);
  EXPECT_NEAR(network.Gradient({&example, 1}, 2, gradient), first + second, 1e-12);
  EXPECT_NEAR(network.Gradient({&example, 1}, 9, gradient), first + second, 1e-12);
  // d L / d s_0: its share of the first choice and, weighted, of the second.
  const double share = std::exp(1.0) / (std::exp(1.0) + std::exp(2.0) + 1);
  const double later = std::exp(1.0) / (std::exp(1.0) + 1) / std::log2(3.0);
  const double last = 0;  // alone it is certain
  EXPECT_NEAR(gradient[d], share + later + last, 1e-6);
  EXPECT_EQ(gradient[d + 3], 0);  // no candidate
}

TEST(StudentNetwork, GradientsAreThoseOfFiniteDifferences) {
  StudentNetwork network(kSmall, 3);
  Rng rng(4);
  for (float& parameter : network.parameters())
    parameter += 0.3F * static_cast<float>(rng.Normal());
  const StudentInput a = RandomInput(rng, kSmall), b = RandomInput(rng, kSmall);
  const std::vector<uint8_t> all = {1, 1, 1, 1}, some = {1, 0, 1, 1};
  const std::vector<int16_t> first = {2, 0, 3, 1}, second = {3, 0};
  const std::vector<StudentNetwork::Example> minibatch = {{&a, all, first}, {&b, some, second}};
  std::vector<float> gradient, unused;
  network.Gradient(minibatch, 3, gradient);
  constexpr float kStep = 2e-3F;
  double largest = 0;
  for (size_t i = 0; i < gradient.size(); ++i) {
    float& parameter = network.parameters()[i];
    const float before = parameter;
    parameter = before + kStep;
    const double above = network.Gradient(minibatch, 3, unused);
    parameter = before - kStep;
    const double below = network.Gradient(minibatch, 3, unused);
    parameter = before;
    EXPECT_NEAR(static_cast<double>(gradient[i]), (above - below) / (2 * kStep), 2e-3) << i;
    largest = std::max(largest, std::abs(static_cast<double>(gradient[i])));
  }
  EXPECT_GT(largest, 0.2);
}

TEST(StudentNetwork, TheFirstStepOfAdamMovesEachWeightByTheLearningRate) {
  StudentNetwork network(kSmall, 3);
  Rng rng(4);
  const StudentInput input = RandomInput(rng, kSmall);
  const std::vector<uint8_t> all(4, 1);
  const std::vector<int16_t> ranking = {2, 0, 3, 1};
  const StudentNetwork::Example example{&input, all, ranking};
  std::vector<float> gradient;
  network.Gradient({&example, 1}, 4, gradient);
  const std::vector<float> before = network.parameters();
  network.Learn({&example, 1}, 4, 0.01);
  for (size_t i = 0; i < before.size(); ++i) {
    if (std::abs(gradient[i]) < 1e-4F) continue;
    const float moved = network.parameters()[i] - before[i];
    EXPECT_NEAR(moved, gradient[i] > 0 ? -0.01F : 0.01F, 1e-4F) << i;
  }
}

std::string StudentNetworkTestErrorOf(StudentNetwork& network, const StudentInput& input) {
  const std::vector<uint8_t> all(4, 1);
  const std::vector<int16_t> ranking = {2, 0, 3, 1};
  const StudentNetwork::Example example{&input, all, ranking};
  try {
    network.Learn({&example, 1}, 4, 0.01);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUnusable);
    return error.what();
  }
  return "";
}

TEST(StudentNetwork, StopsAtALossThatIsNoNumber) {
  StudentNetwork network(kSmall, 3);
  Rng rng(4);
  StudentInput input = RandomInput(rng, kSmall);
  EXPECT_EQ(StudentNetworkTestErrorOf(network, input), "");
  input.category[5] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(StudentNetworkTestErrorOf(network, input),
            "planner 'student' diverged: the loss of its network is not finite");
}

TEST(StudentNetwork, StopsAtAGradientThatIsNoNumberAndChangesNothing) {
  StudentNetwork network(kSmall, 3);
  Rng rng(4);
  StudentInput input = RandomInput(rng, kSmall);
  // Hidden units that an infinite feature switches off: the scores are finite, 0 times infinity is
  // not.
  for (size_t i = 0; i < 5; ++i) network.parameters()[i] = -1;
  input.category[0] = std::numeric_limits<float>::infinity();
  const std::vector<float> before = network.parameters();
  EXPECT_THAT(StudentNetworkTestErrorOf(network, input),
              ::testing::StartsWith("planner 'student' diverged: the gradient of W1 is not finite; "
                                    "lower planner.student.learning_rate"));
  EXPECT_EQ(network.parameters(), before);
}

TEST(StudentNetwork, StopsAtParametersThatAreNotFinite) {
  StudentNetwork network(kSmall, 3);
  Rng rng(4);
  StudentInput input = RandomInput(rng, kSmall);
  input.shared[1] = 0;  // so that the broken weight is not read
  const size_t of_shared = 3 * 5 + 5;
  network.parameters()[of_shared] = std::numeric_limits<float>::infinity();
  EXPECT_THAT(StudentNetworkTestErrorOf(network, input),
              ::testing::StartsWith("planner 'student' diverged: parameters of V1 are not finite"));
}

TEST(StudentNetwork, LearnsAnOrderThatDependsOnTheOtherCategories) {
  // The category whose feature is largest leads, unless the state says to turn the order round.
  const StudentNetwork::Shape shape{.categories = 4, .features = 1, .shared = 1, .hidden = 16};
  StudentNetwork network(shape, 5);
  Rng rng(6);
  const std::vector<uint8_t> all(4, 1);
  std::vector<double> scores;
  int right = 0;
  for (int step = 0; step < 1500; ++step) {
    std::vector<StudentInput> inputs;
    std::vector<std::vector<int16_t>> rankings;
    for (int n = 0; n < 16; ++n) {
      StudentInput input = RandomInput(rng, shape);
      input.shared[0] = rng.Bernoulli(0.5) ? 1.0F : 0.0F;
      const float sign = input.shared[0] > 0 ? -1.0F : 1.0F;
      std::vector<int16_t> ranking = {0, 1, 2, 3};
      std::sort(ranking.begin(), ranking.end(), [&](int16_t x, int16_t y) {
        return sign * input.category[At(x)] > sign * input.category[At(y)];
      });
      inputs.push_back(input);
      rankings.push_back(ranking);
    }
    std::vector<StudentNetwork::Example> minibatch;
    for (size_t n = 0; n < inputs.size(); ++n) minibatch.push_back({&inputs[n], all, rankings[n]});
    if (step >= 1400) {
      for (size_t n = 0; n < inputs.size(); ++n) {
        network.Scores(inputs[n], scores);
        const auto best = std::max_element(scores.begin(), scores.end()) - scores.begin();
        right += best == rankings[n][0] ? 1 : 0;
      }
    }
    network.Learn(minibatch, 4, 0.01);
  }
  EXPECT_GT(right, 1450);  // of 1,600
}

TEST(StudentNetwork, GoesOnAfterLoadingAsBefore) {
  StudentNetwork network(kSmall, 3), loaded(kSmall, 9);
  Rng rng(4);
  const StudentInput input = RandomInput(rng, kSmall);
  const std::vector<uint8_t> all(4, 1);
  const std::vector<int16_t> ranking = {2, 0, 3, 1};
  const StudentNetwork::Example example{&input, all, ranking};
  network.Learn({&example, 1}, 4, 0.01);
  TensorFile file;
  network.Save(file, "network");
  loaded.Load(file, "network");
  for (int step = 0; step < 3; ++step) {
    network.Learn({&example, 1}, 4, 0.01);
    loaded.Learn({&example, 1}, 4, 0.01);
  }
  EXPECT_EQ(network.parameters(), loaded.parameters());
}

TEST(Uncertainty, IsOneForEqualScoresAndNothingForACertainOne) {
  const std::vector<uint8_t> all = {1, 1, 1}, two = {1, 1, 0}, one = {0, 1, 0};
  EXPECT_NEAR(Uncertainty(std::vector<double>{2, 2, 2}, all), 1, 1e-12);
  EXPECT_NEAR(Uncertainty(std::vector<double>{2, 2, 90}, two), 1, 1e-12);
  EXPECT_NEAR(Uncertainty(std::vector<double>{60, 0, 0}, all), 0, 1e-12);
  EXPECT_EQ(Uncertainty(std::vector<double>{1, 2, 3}, one), 0);
  // Chances .75 and .25: (.75 ln 4/3 + .25 ln 4) / ln 2.
  EXPECT_NEAR(Uncertainty(std::vector<double>{std::log(3.0), 0, 0}, two),
              (0.75 * std::log(4.0 / 3) + 0.25 * std::log(4.0)) / std::log(2.0), 1e-12);
}

}  // namespace
}  // namespace lerl
