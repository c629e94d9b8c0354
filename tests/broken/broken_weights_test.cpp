// The configurations of weights and constants, and the bytes that they name.

#include <gmock/gmock.h>

#include <functional>
#include <limits>

#include "tests/broken/small_archive.h"

namespace strata {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using Json = nlohmann::ordered_json;

std::string error_after(const std::function<void(SmallArchive&)>& change) {
  SmallArchive archive;
  change(archive);
  return error_of(archive);
}

Json& weight_meta(SmallArchive& archive) {
  return archive.weights["config"]["linear.weight"]["tensor_meta"];
}

constexpr std::int64_t kHuge = std::numeric_limits<std::int64_t>::max();
constexpr const char* kWeightPlace = "model_weights_config.json#/config/linear.weight";

TEST(BrokenWeights, AMissingEntryIsNamed) {
  EXPECT_THAT(error_after([](SmallArchive& a) { a.records.erase("data/weights/weight_0"); }),
              AllOf(HasSubstr("no entry 'data/weights/weight_0'"), HasSubstr(kWeightPlace)));
}

TEST(BrokenWeights, AParameterMissingInTheConfigurationIsNamed) {
  EXPECT_THAT(error_after([](SmallArchive& a) { a.weights["config"].erase("linear.bias"); }),
              AllOf(HasSubstr("'linear.bias' is not in the archive's weights configuration"),
                    HasSubstr("#/graph_module/signature/input_specs/1)")));
}

TEST(BrokenWeights, AShortEntryIsRefused) {
  EXPECT_THAT(error_after([](SmallArchive& a) { a.records["data/weights/weight_0"].resize(47); }),
              AllOf(HasSubstr("got 47 bytes"), HasSubstr("at least 48"), HasSubstr(kWeightPlace)));
  EXPECT_THAT(error_after([](SmallArchive& a) { a.records["data/weights/weight_0"].clear(); }),
              HasSubstr("got 0 bytes"));
}

TEST(BrokenWeights, AnOffsetBeyondTheEntryIsRefused) {
  EXPECT_THAT(error_after([](SmallArchive& a) { weight_meta(a)["storage_offset"]["as_int"] = 1; }),
              HasSubstr("at least 52"));
}

TEST(BrokenWeights, StridesThatLeaveTheEntryAreRefused) {
  EXPECT_THAT(error_after([](SmallArchive& a) { weight_meta(a)["strides"][0]["as_int"] = 4; }),
              HasSubstr("at least 60"));
}

TEST(BrokenWeights, NegativeStridesAndOffsetsAreRefused) {
  EXPECT_THAT(error_after([](SmallArchive& a) { weight_meta(a)["strides"][0]["as_int"] = -3; }),
              HasSubstr("stride is not negative"));
  EXPECT_THAT(error_after([](SmallArchive& a) { weight_meta(a)["storage_offset"]["as_int"] = -1; }),
              HasSubstr("storage offset is not negative"));
}

TEST(BrokenWeights, ArithmeticThatOverflowsIsRefused) {
  EXPECT_THAT(error_after([](SmallArchive& a) { weight_meta(a)["strides"][0]["as_int"] = kHuge; }),
              HasSubstr("fewer than 2^63 bytes"));
  EXPECT_THAT(
      error_after([](SmallArchive& a) { weight_meta(a)["storage_offset"]["as_int"] = kHuge; }),
      HasSubstr("fewer than 2^63 bytes"));
  EXPECT_THAT(
      error_after([](SmallArchive& a) { weight_meta(a)["storage_offset"]["as_int"] = kHuge / 2; }),
      HasSubstr("fewer than 2^63 bytes"));
  EXPECT_THAT(error_after([](SmallArchive& a) { weight_meta(a)["sizes"][0]["as_int"] = kHuge; }),
              HasSubstr("fewer than 2^62 elements"));
}

TEST(BrokenWeights, AnotherShapeOrTypeThanTheGraphSaysIsRefused) {
  EXPECT_THAT(error_after([](SmallArchive& a) { weight_meta(a)["sizes"][0]["as_int"] = 3; }),
              AllOf(HasSubstr("'linear.weight'"), HasSubstr("differs")));
  EXPECT_THAT(error_after([](SmallArchive& a) { weight_meta(a)["dtype"] = 4; }),
              HasSubstr("differs"));
}

TEST(BrokenWeights, APickleIsRefused) {
  EXPECT_THAT(error_after([](SmallArchive& a) {
                a.weights["config"]["linear.weight"]["use_pickle"] = true;
              }),
              AllOf(HasSubstr("Python pickle"), HasSubstr(kWeightPlace)));
  EXPECT_THAT(error_after([](SmallArchive& a) {
                a.weights["config"]["linear.weight"]["tensor_meta"] = nullptr;
              }),
              HasSubstr("Python pickle"));
}

TEST(BrokenWeights, UnknownKeysAreRefused) {
  EXPECT_THAT(
      error_after([](SmallArchive& a) { a.weights["config"]["linear.weight"]["codec"] = "zstd"; }),
      AllOf(HasSubstr("[load.unknown_key]"), HasSubstr("#/config/linear.weight/codec)")));
  EXPECT_THAT(
      error_after([](SmallArchive& a) { a.constants["version"] = 2; }),
      AllOf(HasSubstr("[load.unknown_key]"), HasSubstr("model_constants_config.json#/version")));
}

}  // namespace
}  // namespace strata
