#include "verifier/contradiction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace strata {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

// A component whose branch was proved on both its paths.
json trials() {
  return {{"proof", {{"proved", true}}},
          {"operations", {{"original", {"o1", "o2"}}, {"refactored", {"r1", "r2"}}}}};
}

json probe(const std::string& original, const std::string& refactored) {
  return {{"name", "zeros"},
          {"outcome", "differs"},
          {"operations", {{"original", original}, {"refactored", refactored}}}};
}

TEST(RanTheSame, AnyPathOfTheFirstTrial) {
  EXPECT_TRUE(ran_the_same(trials(), probe("o1", "r1")));
  EXPECT_TRUE(ran_the_same(trials(), probe("o2", "r2")));
  EXPECT_FALSE(ran_the_same(trials(), probe("o2", "r3")));
  EXPECT_TRUE(ran_the_same(trials(), probe("o3", "r3")));
}

TEST(ContradictingProbes, AreThoseThatRanWhatIsProved) {
  EXPECT_THAT(contradicting_probes(trials(), {{"probes", {probe("o2", "r2")}}}),
              ElementsAre("zeros"));
  EXPECT_THAT(contradicting_probes(trials(), {{"probes", {probe("o2", "r3")}}}), IsEmpty());
}

}  // namespace
}  // namespace strata
