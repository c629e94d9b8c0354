#include "verifier/shared_values.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "decomposer/cover/cover.h"
#include "decomposer/load/load.h"
#include "decomposer/load/weights.h"
#include "decomposer/normalise/normalise.h"
#include "decomposer/partition/partition.h"
#include "kernels_l0/catalogue.h"
#include "verifier/tensor_file.h"

namespace strata {
namespace {

Judged judged_of(const std::string& model) {
  Judged judged;
  judged.loaded = load_archive(std::filesystem::path(STRATA_ZOO_DIR) / (model + ".pt2"));
  judged.normalised = normalise(judged.loaded);
  judged.tree = partition(judged.normalised, cover(judged.normalised, catalogue()));
  return judged;
}

TEST(SharedValues, AreWhatTheRootMakesWithoutWeightsForSeveralLayers) {
  const Judged judged = judged_of("gpt2_small");
  const auto shared = shared_values(judged.tree);
  ASSERT_EQ(shared.size(), 1u);
  EXPECT_EQ(shared[0].readers.size(), 3u);
  const Instance& kernel = judged.tree.instances.at(static_cast<std::size_t>(shared[0].kernel));
  EXPECT_EQ(judged.tree.components.at(static_cast<std::size_t>(kernel.component)).operation,
            "causal_mask");
  EXPECT_TRUE(shared_values(judged_of("resnet_small").tree).empty());
}

TEST(SharedValues, ThatDifferFromThoseMadeAnewAreCounted) {
  const Judged judged = judged_of("gpt2_small");
  const auto shared = shared_values(judged.tree);
  const Weights weights(judged.loaded);
  Executor executor(judged.loaded, whole(judged.loaded), weights.tensors());
  const auto inputs = sample_inputs(judged.loaded);
  const at::Tensor mask = executor.capture(inputs, {shared.at(0).value}).at(shared[0].value);
  at::Tensor other = mask.clone();
  other.view({-1}).slice(0, 1, 2).fill_(-1);

  const Descriptor file = anonymous_file("fresh");
  nlohmann::json fresh = nlohmann::json::array();
  for (const at::Tensor& one : {mask, other, mask})
    fresh.push_back(to_json(store_tensor(file.number(), one)));
  const PrivateMapping mapping(file.number());
  SharedValueWatch watch(judged, shared, nlohmann::json::array({fresh}), mapping);
  executor.run(inputs, watch.observer());
  EXPECT_EQ(watch.equal_readers(), std::vector<std::size_t>{2});
}

}  // namespace
}  // namespace strata
