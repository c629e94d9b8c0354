#include "decomposer/load/weights.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "decomposer/load/load.h"
#include "kernels_l0/error.h"
#include "tests/broken/small_archive.h"
#include "tests/scratch_folder.h"

namespace strata {
namespace {

using testing::HasSubstr;

class WeightsOfAFile : public testing::Test {
 protected:
  Graph write_and_load(const std::string& bytes) {
    std::ofstream(path_, std::ios::binary) << bytes;
    return load_archive(path_);
  }
  std::string read_file() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  ScratchFolder folder_;
  std::filesystem::path path_ = folder_.path() / "small.pt2";
};

// Weights 0, 1, 2, ... and a slice of them under another name.
SmallArchive counting() {
  SmallArchive archive;
  std::vector<float> numbers(12);
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<float>(i);
  archive.records["data/weights/weight_0"] =
      std::string(reinterpret_cast<const char*>(numbers.data()), 48);
  auto& bias = archive.weights["config"]["linear.bias"];
  bias["path_name"] = "weight_0";
  bias["tensor_meta"]["strides"][0]["as_int"] = 2;
  bias["tensor_meta"]["storage_offset"]["as_int"] = 5;
  bias["tensor_meta"]["requires_grad"] = false;
  return archive;
}

TEST_F(WeightsOfAFile, HaveTheirSizesStridesAndOffset) {
  const Weights weights(write_and_load(counting().bytes()));
  ASSERT_EQ(weights.tensors().size(), 2U);
  EXPECT_TRUE(at::equal(weights[0].detach(), at::arange(12, at::kFloat).view({4, 3})));
  EXPECT_TRUE(at::equal(weights[1], at::arange(5, 13, 2, at::kFloat)));
}

TEST_F(WeightsOfAFile, RequireGradAsTheConfigurationSays) {
  const Weights weights(write_and_load(counting().bytes()));
  EXPECT_TRUE(weights[0].requires_grad());
  EXPECT_TRUE(weights[0].is_leaf());
  EXPECT_FALSE(weights[0].is_view());
  EXPECT_FALSE(weights[1].requires_grad());
}

TEST_F(WeightsOfAFile, ShareOneStorage) {
  const Weights weights(write_and_load(counting().bytes()));
  EXPECT_TRUE(weights[0].is_alias_of(weights[1]));
  weights[1].fill_(-1);
  EXPECT_EQ(weights[0].detach()[1][2].item<float>(), -1);
}

TEST_F(WeightsOfAFile, NeverChangeTheFile) {
  const Graph graph = write_and_load(counting().bytes());
  const std::string before = read_file();
  const Weights weights(graph);
  weights[0].detach().fill_(7);
  EXPECT_EQ(read_file(), before);
  EXPECT_EQ(Weights(graph)[0].detach()[0][0].item<float>(), 0) << "another map sees the file";
}

TEST_F(WeightsOfAFile, OutliveTheObjectThatMadeThem) {
  at::Tensor kept;
  {
    const Weights weights(write_and_load(counting().bytes()));
    kept = weights[1];
  }
  EXPECT_EQ(kept[0].item<float>(), 5);
}

TEST_F(WeightsOfAFile, ReadEveryElementType) {
  for (int type = 0; type <= static_cast<int>(ScalarType::kFloat8E8M0FNU); ++type) {
    const auto scalar = static_cast<ScalarType>(type);
    EXPECT_EQ(static_cast<std::int64_t>(c10::elementSize(torch_type(scalar))), element_size(scalar))
        << short_name(scalar);
  }
}

TEST_F(WeightsOfAFile, PassTheirCrcAndReportProgress) {
  const Graph graph = write_and_load(counting().bytes());
  std::uint64_t last = 0;
  std::uint64_t total = 0;
  check_weights(graph, [&](std::uint64_t done, std::uint64_t all) { last = done, total = all; });
  EXPECT_EQ(last, 48U);
  EXPECT_EQ(total, 48U);
}

TEST_F(WeightsOfAFile, FailTheirCrcWhenOneBitFlips) {
  SmallArchive archive;
  archive.records["data/weights/weight_0"].assign(9'000'000, 'w');  // several pieces
  std::string bytes = archive.bytes();
  bytes[bytes.find("wwww") + 8'765'432] ^= 1;
  const Graph graph = write_and_load(bytes);
  try {
    check_weights(graph);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.id(), "weights.damaged");
    EXPECT_THAT(error.what(), HasSubstr("'linear.weight'"));
    EXPECT_THAT(error.what(), HasSubstr("data/weights/weight_0"));
  }
}

TEST_F(WeightsOfAFile, RefuseAFileThatShrankSinceItWasLoaded) {
  const Graph graph = write_and_load(counting().bytes());
  std::filesystem::resize_file(path_, 40);
  EXPECT_THROW(Weights{graph}, Error);
  EXPECT_THROW(check_weights(graph), Error);
  std::filesystem::remove(path_);
  EXPECT_THROW(Weights{graph}, Error);
  EXPECT_THROW(check_weights(graph), Error);
}

TEST_F(WeightsOfAFile, HaveNoExampleInputsWhenTheArchiveHasNone) {
  const Graph graph = write_and_load(counting().bytes());
  EXPECT_THROW(sample_inputs(graph), Error);
}

TEST(SampleInputs, ComeInTheOrderOfTheGraphsInputs) {
  for (const char* name : {"bert_small", "t5_small", "tuple_outputs", "resnet_small"}) {
    const Graph graph =
        load_archive(std::filesystem::path(STRATA_ZOO_DIR) / (std::string(name) + ".pt2"));
    const std::vector<at::Tensor> inputs = sample_inputs(graph);
    ASSERT_EQ(inputs.size(), graph.inputs.size()) << name;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      EXPECT_EQ(
          inputs[i].sizes(),
          at::IntArrayRef(graph.values.at(static_cast<std::size_t>(graph.inputs[i])).meta.sizes));
    }
  }
}

TEST(SampleInputs, OfAnotherShapeAreRefused) {
  Graph graph = load_archive(std::filesystem::path(STRATA_ZOO_DIR) / "resnet_small.pt2");
  graph.values.at(static_cast<std::size_t>(graph.inputs[0])).meta.sizes[0] = 5;
  EXPECT_THROW(sample_inputs(graph), Error);
  graph.inputs.clear();
  EXPECT_THROW(sample_inputs(graph), Error);
}

}  // namespace
}  // namespace strata
