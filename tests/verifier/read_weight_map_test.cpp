#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "kernels_l0/error.h"
#include "verifier/nearest.h"
#include "verifier/weight_map.h"

namespace strata {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

class WeightMapFile : public testing::Test {
 protected:
  void TearDown() override { fs::remove(file_); }

  std::vector<WeightLine> read(const std::string& text) const {
    std::ofstream(file_) << text;
    return read_weight_map(file_);
  }
  std::string refusal(const std::string& text) const {
    try {
      read(text);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  fs::path file_ = fs::temp_directory_path() / ("strata_map_" + std::to_string(getpid()) + ".json");
};

TEST_F(WeightMapFile, OneOriginalMayGoToSeveralPlaces) {
  EXPECT_THAT(
      read(R"({"wte": ["embedding.weight", "head.weight"], "b": "head.bias"})"),
      ElementsAre(WeightLine{"b", "", "head.bias"}, WeightLine{"wte", "", "embedding.weight"},
                  WeightLine{"wte", "", "head.weight"}));
}

TEST_F(WeightMapFile, RefusesANameThatStandsThereTwice) {
  EXPECT_THAT(refusal(R"({"wte": "a", "b": "c", "wte": "d"})"), HasSubstr("got it twice"));
}

TEST_F(WeightMapFile, RefusesWhatIsNoMap) {
  EXPECT_THAT(refusal("[]"), HasSubstr("must hold one JSON object"));
  EXPECT_THAT(refusal("{"), HasSubstr("must be JSON"));
  EXPECT_THAT(refusal(R"({"a": 3})"), HasSubstr("must be a place or a list of places"));
  EXPECT_THAT(refusal(R"({"schema": "weight_map/9"})"), HasSubstr("must be \"weight_map/1\""));
  EXPECT_THAT(refusal(R"({"schema": "weight_map/1", "orignal": []})"),
              HasSubstr("nearest: original"));
  EXPECT_THAT(refusal(R"({"schema": "weight_map/1"})"), HasSubstr("\"original\""));
}

// A step's map, two of whose calls of `body` have these weights.
std::string called_twice(const std::string& first, const std::string& second) {
  const auto entry = [](int call, const std::string& weights) {
    return R"({"path": "body", "original_path": "body", "call": )" + std::to_string(call) +
           R"(, "weights": [)" + weights + "]}";
  };
  return R"({"schema": "weight_map/1", "component": "body", "original": [], "instances": [)" +
         entry(0, first) + ", " + entry(1, second) + "]}";
}

class StepsWeightMap : public WeightMapFile {
 protected:
  std::vector<WeightLine> lines(const std::string& text) const {
    std::ofstream(file_) << text;
    Instance body;
    body.path = "body";
    return read_weight_lines(file_, body);
  }
};

constexpr const char* kWide = R"({"original": "wide", "slice": "", "place": "wide.weight"})";
constexpr const char* kBias = R"({"original": "bias", "slice": "1", "place": "wide.bias"})";
constexpr const char* kOther = R"({"original": "other", "slice": "", "place": "wide.bias"})";

TEST_F(StepsWeightMap, CallsOfOneModuleMayHaveEqualEntriesInAnyOrder) {
  const std::string both = std::string(kWide) + ", " + kBias;
  const std::string turned = std::string(kBias) + ", " + kWide;
  EXPECT_THAT(lines(called_twice(both, turned)),
              UnorderedElementsAre(WeightLine{"wide", "", "wide.weight"},
                                   WeightLine{"bias", "1", "wide.bias"}));
}

// Only the first entry was read, so a second one could say anything.
TEST_F(StepsWeightMap, RefusesCallsOfOneModuleThatContradictEachOther) {
  const auto refused = [&](const std::string& first, const std::string& second) -> std::string {
    try {
      lines(called_twice(first, second));
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(refused(std::string(kWide) + ", " + kBias, std::string(kWide) + ", " + kOther),
              AllOf(HasSubstr("[weight_map.contradiction]"),
                    HasSubstr("bias.1 in /instances/0 and other in /instances/1 for wide.bias")));
  EXPECT_THAT(refused(kWide, std::string(kWide) + ", " + kOther),
              HasSubstr("nothing in /instances/0 and other in /instances/1 for wide.bias"));
  EXPECT_THAT(refused(std::string(kWide) + ", " + kBias, kWide),
              HasSubstr("bias.1 in /instances/0 and nothing in /instances/1 for wide.bias"));
}

TEST(Nearest, ListsTheClosestThree) {
  EXPECT_EQ(nearest("ln_1.wait", {"head", "ln_1.weight", "ln_2.weight", "ln_1.bias"}),
            "nearest: ln_1.weight, ln_1.bias, ln_2.weight");
  EXPECT_EQ(nearest("x", {}), "there are none");
}

}  // namespace
}  // namespace strata
