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
using testing::ElementsAre;
using testing::HasSubstr;

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

TEST(Nearest, ListsTheClosestThree) {
  EXPECT_EQ(nearest("ln_1.wait", {"head", "ln_1.weight", "ln_2.weight", "ln_1.bias"}),
            "nearest: ln_1.weight, ln_1.bias, ln_2.weight");
  EXPECT_EQ(nearest("x", {}), "there are none");
}

}  // namespace
}  // namespace strata
