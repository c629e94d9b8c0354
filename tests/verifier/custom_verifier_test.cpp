// A verifier of one's own, by verifier/custom_original.h alone: the example of
// docs/verification.md.

#include "verifier/custom_original.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace strata {
namespace {

namespace fs = std::filesystem;

// y = relu(x w^T), as a user's own code computes it: any C++ that gives tensors.
CustomOriginal two_kernels() {
  CustomOriginal original;
  original.name = "relu of a product";
  original.weights = {{"product.w", {8, 8}, ScalarType::kFloat32}};
  original.output_names = {"y"};
  original.inputs = [](std::uint64_t seed) {
    at::manual_seed(seed);
    return std::vector<at::Tensor>{at::randn({4, 8})};
  };
  original.forward = [](const std::map<std::string, at::Tensor>& weights,
                        const std::vector<at::Tensor>& inputs) {
    return std::vector<at::Tensor>{at::relu(at::linear(inputs.at(0), weights.at("product.w")))};
  };
  return original;
}

class CustomVerifier : public testing::Test {
 protected:
  void SetUp() override {
    write("level_0_kernel/product.h", R"(
namespace product {
struct Model : torch::nn::Module {
  at::Tensor w;
  Model() { w = register_parameter("w", at::empty({8, 8})); }
  at::Tensor forward(const at::Tensor& x) { return at::linear(x, w); }
};
})");
    write("level_0_kernel/activation.h", R"(
namespace activation {
struct Model : torch::nn::Module {
  Model() {}
  at::Tensor forward(const at::Tensor& x) { return at::relu(x); }
};
})");
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path write(const std::string& name, const std::string& text) const {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << "#pragma once\n#include <ATen/ATen.h>\n#include "
                                     "<torch/nn/module.h>\n"
                                  << text << "\n";
    return folder_ / name;
  }

  fs::path parent(const std::string& forward) const {
    return write("level_1_fusion/top.h", R"(#include "../level_0_kernel/activation.h"
#include "../level_0_kernel/product.h"
namespace top {
struct Model : torch::nn::Module {
  std::shared_ptr<product::Model> product;
  std::shared_ptr<activation::Model> activation;
  Model() {
    product = register_module("product", std::make_shared<product::Model>());
    activation = register_module("activation", std::make_shared<activation::Model>());
  }
  at::Tensor forward(const at::Tensor& x) { )" +
                                             forward +
                                             R"( }
};
})");
  }

  fs::path folder_ = fs::temp_directory_path() / ("strata_custom_" + std::to_string(getpid()));
};

TEST_F(CustomVerifier, PassesWhatIsTheSame) {
  VerifyStepOptions options;
  options.refactored = parent("return activation->forward(product->forward(x));");
  const StepVerification verification = verify_against(two_kernels(), options);
  EXPECT_EQ(verification.judgement.verdict, Verdict::kPass) << verification.report.dump(2);
  EXPECT_EQ(verification.report.at("schema"), "verification_result/1");
  EXPECT_EQ(verification.report.at("original"), "relu of a product");
  EXPECT_EQ(verification.report.at("evidence"), "proved");
}

TEST_F(CustomVerifier, FailsWhatIsNot) {
  VerifyStepOptions options;
  options.refactored = parent("return product->forward(activation->forward(x));");
  const StepVerification verification = verify_against(two_kernels(), options);
  EXPECT_EQ(verification.judgement.verdict, Verdict::kFail);
  EXPECT_THAT(verification.judgement.reasons,
              testing::Contains(testing::HasSubstr("outside rtol")));
}

TEST_F(CustomVerifier, KeepsTheAntiCheat) {
  VerifyStepOptions options;
  options.refactored = parent("return at::relu(product->forward(x));");
  const StepVerification verification = verify_against(two_kernels(), options);
  EXPECT_EQ(verification.judgement.verdict, Verdict::kFail);
  EXPECT_FALSE(verification.report.at("anti_cheat").at("clean"));
  EXPECT_THAT(verification.judgement.reasons,
              testing::Contains(testing::HasSubstr("anti-cheat: ")));
}

}  // namespace
}  // namespace strata
