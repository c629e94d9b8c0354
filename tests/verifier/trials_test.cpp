#include "verifier/trials.h"

#include <ATen/ATen.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/decomposer/graph_text.h"
#include "tests/scratch_folder.h"
#include "verifier/compare.h"

namespace strata {
namespace {

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define STRATA_HOLDS_FREED_MEMORY
#endif
#endif

constexpr std::int64_t kMegabyte = 1 << 20;

// A linear layer of 64 MiB in bf16, all zeros, in a file of its own that stands for the archive.
class LargeWeights : public testing::Test {
 protected:
  void SetUp() override {
    graph_ = graph_from_text(R"(
      input %x : bf16[1,4096]
      parameter %w "fc.weight" : bf16[8192,4096]
      buffer %b "fc.bias" : bf16[8192]
      buffer %n "fc.count" : i64[1]
      %y = aten::linear(%x, %w, %b) : bf16[1,8192]
      %z = aten::add.Tensor(%y, %n) : bf16[1,8192]
      return %z
    )");
    graph_.archive = folder_.path() / "weights.bin";
    std::uint64_t offset = 0;
    for (Parameter& parameter : graph_.parameters) {
      parameter.storage = static_cast<std::int32_t>(graph_.storages.size());
      const std::uint64_t bytes = *bytes_reached(parameter.meta);
      graph_.storages.push_back({parameter.name, offset, bytes, 0});
      offset += bytes;
    }
    std::ofstream(graph_.archive).put(0);
    std::filesystem::resize_file(graph_.archive, offset);
    part_ = whole(graph_);
    Captured captured;
    captured.values[graph_.inputs.front()] =
        store_tensor(file_.number(), at::zeros({1, 4096}, at::kBFloat16));
    captured_ = to_json(captured);
  }

  PartTrials trials() const { return PartTrials(graph_, part_, captured_, file_.number(), seeds_); }

  ScratchFolder folder_;
  Graph graph_;
  GraphPart part_;
  Descriptor file_ = anonymous_file("captured");
  nlohmann::json captured_;
  std::vector<std::uint64_t> seeds_{7, 8};
};

// The largest resident set, in bytes, while `action` runs.
template <typename Action>
std::int64_t peak_of(Action action) {
  std::ofstream("/proc/self/clear_refs") << 5;  // forgets the peak so far
  action();
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    std::int64_t kibibytes = 0;
    if (word == "VmHWM:" && status >> kibibytes) return kibibytes * 1024;
  }
  return 0;
}

TEST_F(LargeWeights, AreInMemoryOnceInEveryTrial) {
#ifdef STRATA_HOLDS_FREED_MEMORY
  GTEST_SKIP() << "freed memory stays";
#endif
  PartTrials trials = this->trials();
  const std::int64_t before = peak_of([] {});
  for (std::size_t trial = 0; trial < 3; ++trial) {
    const std::int64_t peak = peak_of([&] {
      for (const at::Tensor& weight : trials.make(trial).weights) weight.sum();
    });
    EXPECT_GT(peak - before, 60 * kMegabyte) << "trial " << trial << " read no weight";
    // A second copy would make it 128; what LibTorch loads at its first calls is counted too.
    EXPECT_LT(peak - before, 96 * kMegabyte) << "trial " << trial;
  }
}

TEST_F(LargeWeights, AreTheSameForASeedWhateverWasWrittenBefore) {
  PartTrials first = trials();
  const TrialData expected = first.make(2);
  PartTrials second = trials();
  for (std::size_t trial = 0; trial < 2; ++trial) {
    for (const at::Tensor& weight : second.make(trial).weights) weight.fill_(1);
  }
  const TrialData got = second.make(2);
  for (std::size_t i = 0; i < expected.weights.size(); ++i)
    EXPECT_TRUE(bit_equal(expected.weights[i], got.weights[i])) << i;
  EXPECT_EQ(expected.generator_seed, got.generator_seed);
}

}  // namespace
}  // namespace strata
