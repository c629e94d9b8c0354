#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/end_to_end/step_files.h"

// What verify_step asks beside tolerances: each check with a component that it catches and its
// honest twin.

namespace strata {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;

const StepFiles::Parameters kNorm{{"weight", "{8}"}, {"bias", "{8}"}};
constexpr const char* kNormForward =
    "at::Tensor forward(const at::Tensor& x) { return at::layer_norm(x, {8}, weight, bias); }";

// A step of a norm and something flat behind it. `flat`: the body of the flat child's forward of x;
// `original`: the same for the original, which has normed x as `h`.
struct Step {
  StepFiles files;
  fs::path original;
  fs::path refactored;

  Step(const StepFiles::Parameters& parameters, const std::string& original_body,
       const std::string& flat_body, const std::string& result = "at::Tensor",
       const std::string& inputs = "at::randn({4, 8})",
       const StepFiles::Parameters& original_parameters = {}) {
    StepFiles::Parameters all = original_parameters.empty() ? parameters : original_parameters;
    all.insert(all.end(), {{"norm_weight", "{8}"}, {"norm_bias", "{8}"}});
    original = files.leaf("original", "whole", all,
                          result +
                              " forward(const at::Tensor& x) {\n    at::Tensor h = "
                              "at::layer_norm(x, {8}, norm_weight, norm_bias);\n    " +
                              original_body + "\n  }",
                          inputs);
    files.leaf("level_0_kernel", "normed", kNorm, kNormForward);
    files.leaf("level_1_fusion", "tail", parameters,
               result + " forward(const at::Tensor& h) {\n    " + flat_body + "\n  }");
    refactored = files.parent(
        "level_2_layer", "top",
        {{"norm", "level_0_kernel", "normed"}, {"rest", "level_1_fusion", "tail"}},
        result + " forward(const at::Tensor& x) { return rest->forward(norm->forward(x)); }");
  }

  json judge(int expected_exit, const std::vector<std::string>& more = {}) const {
    return verify_step_report(original.string(), refactored, expected_exit, more);
  }
};

const StepFiles::Parameters kLinear{{"w", "{8, 8}"}, {"b", "{8}"}};

// The same sums, products and numbers, but of tensors that the original never has.
TEST(Arithmetic, IsThatOfTheOriginalInShapeToo) {
  const StepFiles files;
  const fs::path original = files.leaf("original", "whole", kNorm,
                                       "at::Tensor forward(const at::Tensor& x) {\n"
                                       "    return x + at::layer_norm(x, {8}, weight, bias);\n  }");
  files.leaf("level_0_kernel", "normed", kNorm, kNormForward);
  const auto judge = [&](const std::string& result, int expected_exit) {
    const fs::path refactored =
        files.parent("level_1_fusion", "top", {{"norm", "level_0_kernel", "normed"}},
                     "at::Tensor forward(const at::Tensor& x) { return " + result + "; }");
    return verify_step_report(original.string(), refactored, expected_exit);
  };
  const json honest = judge("x + norm->forward(x)", 0);
  EXPECT_EQ(honest.at("witness").at("arithmetic").at("ran"), (json{{"sums 4x8:fp32", 1}}));
  const json wider = judge("(at::stack({x, x}) + norm->forward(x))[0]", 1);
  EXPECT_THAT(reasons_of(wider), HasSubstr("sums 2x4x8:fp32: ran 1, the original has 0"));
  const json cast =
      judge("(x.to(at::kDouble) + norm->forward(x).to(at::kDouble)).to(at::kFloat)", 1);
  EXPECT_THAT(reasons_of(cast), HasSubstr("sums 4x8:fp64: ran 1, the original has 0"));
}

TEST(Vacuity, ResultsBelowTheToleranceMustBeBitEqual) {
  const std::string tiny = "return at::linear(h, w, b) * 1e-9;";
  const json honest = Step(kLinear, tiny, tiny).judge(0);
  EXPECT_TRUE(honest.at("bit_equal"));
  const json wrong = Step(kLinear, tiny, "return at::linear(h, w, b) * 2e-9;").judge(1);
  EXPECT_THAT(reasons_of(wrong), HasSubstr("vacuous"));
  EXPECT_TRUE(wrong.at("trials").at(1).at("tensors").at(0).at("vacuous"));
}

TEST(Vacuity, ConstantResultsMustBeBitEqual) {
  const json wrong = Step(kLinear, "return at::linear(h, w, b) * 1e-9 + 3.0;",
                          "return at::linear(h, w, b) * -1e-6 + 3.0;")
                         .judge(1);
  EXPECT_THAT(reasons_of(wrong), HasSubstr("vacuous"));
}

TEST(Vacuity, AWeightThatNoLongerMattersFails) {
  const std::string original = "return at::addmm(b * 1e-8, h, w);";
  const json honest = Step(kLinear, original, "return at::matmul(h, w) + b * 1e-8;").judge(0);
  EXPECT_EQ(honest.at("evidence"), "sampled");
  EXPECT_TRUE(honest.at("sensitivity").at("lost").empty());
  const json wrong = Step(kLinear, original, "return at::matmul(h, w) + b.gt(1e30);").judge(1);
  EXPECT_THAT(reasons_of(wrong), HasSubstr("b: the original depends on it"));
}

TEST(Vacuity, WhatTheOriginalIgnoresMayBeIgnored) {
  const json report =
      Step(kLinear, "return at::matmul(h, w) + b.gt(1e30);", "return at::mm(h, w) + b.gt(1e30);")
          .judge(0);
  EXPECT_EQ(report.at("sensitivity").at("insensitive_in_the_original"), json({"b"}));
}

constexpr const char* kSoftmax = "return at::softmax(h * 8.0, -1);";

// A softmax and a product, of which the softmax is written so. Behind a norm nothing grows, so it
// stands in front.
json judge_softmax(const std::string& body) {
  const StepFiles files;
  const fs::path original = files.leaf("original", "whole", {{"w", "{8, 8}"}},
                                       "at::Tensor forward(const at::Tensor& x) { return "
                                       "at::matmul(at::softmax(x, -1), w); }");
  files.leaf("level_1_fusion", "soft", {},
             "at::Tensor forward(const at::Tensor& x) {\n    " + body + "\n  }");
  files.leaf("level_0_kernel", "product", {{"w", "{8, 8}"}},
             "at::Tensor forward(const at::Tensor& x) { return at::matmul(x, w); }");
  const fs::path refactored = files.parent(
      "level_2_layer", "top",
      {{"soft", "level_1_fusion", "soft"}, {"product", "level_0_kernel", "product"}},
      "at::Tensor forward(const at::Tensor& x) { return product->forward(soft->forward(x)); }");
  return verify_step_report(original.string(), refactored, 1);
}

TEST(Probes, ASoftmaxWithoutItsMaximumOverflows) {
  const json report = judge_softmax("at::Tensor e = x.exp();\n    return e / e.sum(-1, true);");
  EXPECT_EQ(probe_of(report, "large").at("outcome"), "differs");
  EXPECT_THAT(reasons_of(report), HasSubstr("probe \"large\""));
  EXPECT_EQ(probe_of(report, "ties").at("outcome"), "agrees");
  // The probe alone is what the counterexample replays.
  EXPECT_EQ(report.at("verdict"), "fail");
}

TEST(Probes, WhatIsRightUpToSomeNumberOnlyIsFound) {
  const json report = judge_softmax("return at::softmax(x.clamp(-1e6, 1e6), -1);");
  EXPECT_EQ(probe_of(report, "large").at("outcome"), "agrees");
  EXPECT_EQ(probe_of(report, "magnitudes").at("outcome"), "differs");
}

TEST(Probes, TakingNanForZeroIsFound) {
  const json report = Step({}, kSoftmax, "return at::softmax(h.nan_to_num() * 8.0, -1);").judge(1);
  EXPECT_THAT(reasons_of(report), HasSubstr("probe \"NaN\": output 0: NaN or infinity in other"));
  EXPECT_EQ(probe_of(report, "NaN").at("outcome"), "differs");
}

TEST(Arbiter, AcceptsAnotherOrderOfSummation) {
  const StepFiles::Parameters wide{{"up", "{8, 3072}"}, {"down", "{3072, 8}"}};
  const std::string original = "return at::matmul(at::matmul(h * 16.0, up), down);";
  const std::string blocked =
      "at::Tensor z = at::matmul(h * 16.0, up);\n    at::Tensor sum = "
      "at::matmul(z.slice(1, 0, 256), down.slice(0, 0, 256));\n    for (int64_t i = 1; i < 12; "
      "++i) "
      "sum = sum + at::matmul(z.slice(1, i * 256, i * 256 + 256), "
      "down.slice(0, i * 256, i * 256 + 256));\n    return sum;";
  const Step honest(wide, original, blocked, "at::Tensor", "at::randn({1024, 8})");
  EXPECT_THAT(reasons_of(honest.judge(1)), HasSubstr("outside rtol"));
  const json report = honest.judge(0, {"--arbiter", "fp64"});
  EXPECT_TRUE(report.at("accepted_by_arbiter"));
  EXPECT_EQ(report.at("arbiter"), "fp64");
}

TEST(Arbiter, RefusesADroppedTerm) {
  const json report =
      Step(kLinear, "return at::linear(h, w, b) + h * 2e-5;", "return at::linear(h, w, b);")
          .judge(1, {"--arbiter", "fp64"});
  EXPECT_FALSE(report.at("accepted_by_arbiter"));
  EXPECT_THAT(reasons_of(report), HasSubstr("outside rtol"));
}

TEST(Gradients, AreComparedWhereResultsAgree) {
  const json report = Step(kLinear, "return at::gelu(at::linear(h, w, b));",
                           "return at::gelu(at::linear(h, w) + b);")
                          .judge(0, {"--gradients", "--rtol", "1e-4", "--atol", "1e-5"});
  EXPECT_EQ(report.at("gradients").at("tensors").size(), 5u);
}

// One detach: results agree, and so they would by the trials alone.
TEST(Gradients, ADetachedResultFails) {
  const Step step(kLinear, "return at::relu(at::linear(h, w, b));",
                  "return at::relu(at::linear(h, w, b)).detach();");
  EXPECT_EQ(step.judge(0).at("verdict"), "pass");
  EXPECT_THAT(reasons_of(step.judge(1, {"--gradients"})),
              HasSubstr("output 0 carries none in the refactored component: it was detached"));
}

TEST(Gradients, AWeightThatNoneFlowsToFails) {
  const Step step(kLinear, "return at::relu(at::linear(h, w, b));",
                  "return at::relu(at::linear(h, w.detach(), b));");
  EXPECT_EQ(step.judge(0).at("verdict"), "pass");
  EXPECT_THAT(reasons_of(step.judge(1, {"--gradients"})),
              HasSubstr("gradients: none flows to w in the refactored component"));
}

TEST(Dtypes, EachResultByItsOwn) {
  const std::string result =
      "std::tuple<at::Tensor, at::Tensor, at::Tensor, at::Tensor, at::Tensor, at::Tensor>";
  const std::string body =
      "at::Tensor y = at::linear(h, w, b);\n    return std::make_tuple(y, y.argmax(-1), y > 0.0, "
      "y.to(at::kDouble), y.to(at::kBFloat16), at::complex(y, h));";
  const json report = Step(kLinear, body, body, result).judge(0);
  std::vector<std::string> dtypes;
  for (const json& tensor : report.at("trials").at(0).at("tensors"))
    dtypes.push_back(tensor.at("dtype"));
  EXPECT_THAT(dtypes,
              testing::ElementsAre("Float", "Long", "Bool", "Double", "BFloat16", "ComplexFloat"));
}

// The operations are the same: only a write tells that a copy is missing.
TEST(Aliases, AResultMayNotShareMemoryWhereTheOriginalsDoesNot) {
  const StepFiles files;
  const std::string head =
      "std::tuple<at::Tensor, at::Tensor> forward(const at::Tensor& x) {\n"
      "    at::Tensor y = at::relu(x);\n    return {y, ";
  const fs::path original = files.leaf("original", "whole", {}, head + "y.clone()};\n  }");
  const fs::path shared = files.leaf("level_0_kernel", "shared", {}, head + "y};\n  }");
  const json report = verify_step_report(original.string(), shared, 1);
  EXPECT_THAT(reasons_of(report), HasSubstr("output 1 shares memory with output 0"));
  EXPECT_EQ(report.at("evidence"), "sampled");
  const fs::path copied = files.leaf("level_0_kernel", "copied", {}, head + "y.clone()};\n  }");
  EXPECT_EQ(verify_step_report(original.string(), copied, 0).at("evidence"), "proved");
}

// What lies there, an address perhaps, differs from run to run.
TEST(Lists, ReadingBehindTheirEndIsAFail) {
  const StepFiles files;
  const auto norm = [&](const std::string& level, const std::string& name,
                        const std::string& index) {
    return files.leaf(level, name, kNorm,
                      "at::Tensor forward(const at::Tensor& x) {\n"
                      "    std::vector<int64_t> sizes = {8};\n"
                      "    return at::layer_norm(x, {8}, weight, bias, 1e-05 + sizes[" +
                          index + "] / 9000000000000000000);\n  }");
  };
  const std::string original = norm("original", "whole", "0").string();
  EXPECT_EQ(verify_step_report(original, norm("level_0_kernel", "within", "0"), 0).at("evidence"),
            "proved");
  EXPECT_THAT(reasons_of(verify_step_report(original, norm("level_0_kernel", "behind", "7"), 1)),
              HasSubstr("ended by signal 6"));
}

// However a port by hand spells it.
TEST(Forward, MayBeConstAndReturnItsTensorsInAVectorOrAPair) {
  const StepFiles files;
  const fs::path original =
      files.leaf("original", "whole", {},
                 "std::tuple<at::Tensor, at::Tensor> forward(const at::Tensor& x) {\n"
                 "    auto both = at::relu(x).split(4, 1);\n    return {both[0], both[1]};\n  }");
  files.leaf("level_0_kernel", "rectified", {},
             "at::Tensor forward(const at::Tensor& x) const { return at::relu(x); }");
  const auto judged = [&](const std::string& result, const std::string& body) {
    const fs::path port =
        files.parent("level_1_fusion", "port", {{"act", "level_0_kernel", "rectified"}},
                     result + " forward(const at::Tensor& x) const {\n    " + body + "\n  }");
    return verify_step_report(original.string(), port, 0).at("evidence");
  };
  const std::string parts = "auto both = act->forward(x).split(4, 1); ";
  EXPECT_EQ(judged("std::vector<at::Tensor>", "return act->forward(x).split(4, 1);"), "proved");
  EXPECT_EQ(judged("std::pair<at::Tensor, at::Tensor>", parts + "return {both[0], both[1]};"),
            "proved");
}

TEST(FlatChildren, OneThatHoldsEverythingIsNoDecomposition) {
  const StepFiles files;
  const std::string forward =
      "at::Tensor forward(const at::Tensor& x) { return at::relu(at::linear(x, w, b)); }";
  const fs::path original = files.leaf("original", "whole", kLinear, forward);
  files.leaf("level_1_fusion", "all", kLinear, forward);
  const fs::path refactored =
      files.parent("level_2_layer", "top", {{"all", "level_1_fusion", "all"}},
                   "at::Tensor forward(const at::Tensor& x) { return all->forward(x); }");
  const json report = verify_step_report(original.string(), refactored, 1);
  EXPECT_THAT(reasons_of(report), HasSubstr("nothing is decomposed"));
}

TEST(FlatChildren, AParentMayNotAddMoreThanItsOriginal) {
  const StepFiles files;
  files.leaf("level_0_kernel", "product", {{"w", "{8, 8}"}},
             "at::Tensor forward(const at::Tensor& x) { return at::matmul(x, w); }");
  files.leaf("level_0_kernel", "activation", {},
             "at::Tensor forward(const at::Tensor& x) { return at::relu(x); }");
  const fs::path original =
      files.leaf("original", "whole", {{"w", "{8, 8}"}},
                 "at::Tensor forward(const at::Tensor& x) { return at::relu(at::matmul(x, w)); }");
  const fs::path refactored = files.parent(
      "level_2_layer", "top",
      {{"product", "level_0_kernel", "product"}, {"activation", "level_0_kernel", "activation"}},
      "at::Tensor forward(const at::Tensor& x) {\n    at::Tensor y = product->forward(x);\n    "
      "return activation->forward(y + y - y);\n  }");
  const json report = verify_step_report(original.string(), refactored, 1);
  EXPECT_THAT(reasons_of(report), HasSubstr("the parents compute 2 sums, the original 0"));
}

// Zeros in its place would make the wrong one right.
TEST(Buffers, KeepTheValuesOfTheOriginalsConstructor) {
  const StepFiles::Parameters unset{{"table", "=at::empty({8}, at::kLong)"}};
  const StepFiles::Parameters set{{"table", "=at::arange(8).flip(0)"}};
  const std::string original = "return at::index_select(h, 1, table);";
  Step(unset, original, "return h.index_select(1, table);", "at::Tensor", "at::randn({4, 8})", set)
      .judge(0);
  const json wrong =
      Step(unset, original, "return at::index_select(h, 1, table.sub(1).clamp(0, 7));",
           "at::Tensor", "at::randn({4, 8})", set)
          .judge(1);
  EXPECT_THAT(reasons_of(wrong), HasSubstr("outside rtol"));
}

TEST(Buffers, WrittenOnesAreResults) {
  const StepFiles::Parameters count{{"count", "=at::empty({8})"}};
  const std::string original = "count.add_(1.0);\n    return at::mul(h, count);";
  const json honest = Step(count, original, original).judge(0);
  std::vector<std::string> names;
  for (const json& tensor : honest.at("trials").at(1).at("tensors"))
    names.push_back(tensor.at("name"));
  EXPECT_THAT(names, testing::Contains("count afterwards"));
  const json wrong = Step(count, original, "return at::mul(h, count + 1.0);").judge(1);
  EXPECT_THAT(reasons_of(wrong), HasSubstr("count is written by the original, not by"));
}

}  // namespace
}  // namespace strata
