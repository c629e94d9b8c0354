#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/end_to_end/program.h"

// A kernel engineer's way: one kernel is rewritten as raw code, judged alone and in its place.

namespace strata {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

constexpr char kKernel[] = "layer_norm_2x8x16_16_16_fp32";

constexpr char kForward[] = R"(  at::Tensor forward(const at::Tensor& x) {
    const at::Tensor in = x.contiguous();
    at::Tensor out = at::empty_like(in);
    for (int64_t row = 0; row < in.numel() / 16; ++row) {
      norm_rows::normalise(in.data_ptr<float>() + 16 * row, out.data_ptr<float>() + 16 * row);
    }
    return out * weight + bias;
  }
};
)";

constexpr char kRows[] = R"(#pragma once

#include <cmath>

namespace norm_rows {

inline void normalise(const float* x, float* y) {
  double mean = 0;
  double square = 0;
  for (int i = 0; i < 16; ++i) mean += x[i] / 16.0;
  for (int i = 0; i < 16; ++i) square += (x[i] - mean) * (x[i] - mean) / 16;
  for (int i = 0; i < 16; ++i) y[i] = float((x[i] - mean) / std::sqrt(square + 1e-5));
}

}  // namespace norm_rows
)";

class UserKernel : public testing::Test {
 protected:
  UserKernel() : emitted_("tied_weights"), file_(emitted_.component(kKernel)) {}

  // Puts raw code in the kernel's place.
  void rewrite(const std::string& rows = kRows) const {
    std::ifstream in(file_);
    std::string text(std::istreambuf_iterator<char>(in), {});
    const std::size_t start = text.find("  at::Tensor forward");
    const std::string end = "};\n";
    text.replace(start, text.find(end, start) + end.size() - start, kForward);
    text.replace(text.find("\nnamespace"), 1, "\n#include \"norm_rows.h\"\n\n");
    std::ofstream(file_) << text;
    std::ofstream(file_.parent_path() / "norm_rows.h") << rows;
  }
  Ended verify_step(std::vector<std::string> more) const {
    const fs::path report = emitted_.folder() / "report.json";
    more.insert(more.begin(), {"--original", emitted_.folder().string() + ":" + kKernel,
                               "--refactored", file_.string(), "--output", report.string()});
    return run_program_named("verify_step", more);
  }
  json report() const {
    std::ifstream in(emitted_.folder() / "report.json");
    return json::parse(in);
  }

  Emitted emitted_;
  fs::path file_;
};

TEST_F(UserKernel, AnEmittedKernelIsProvedAlone) {
  const Ended ended = verify_step({});
  EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
  EXPECT_EQ(report().at("evidence"), "proved");
  EXPECT_EQ(report().at("profile"), "catalogue_l0");
  const Ended alone = emitted_.verify({"--step", kKernel});
  EXPECT_EQ(alone.exit_code, 0) << alone.err;
  EXPECT_THAT(alone.out, HasSubstr(kKernel));
}

TEST_F(UserKernel, RawCodeIsRefusedUnlessItIsNamed) {
  rewrite();
  const Ended ended = verify_step({});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.out, AllOf(HasSubstr("[raw-memory]"), HasSubstr("--user-kernel")));
  EXPECT_EQ(emitted_.verify().exit_code, 1);
}

TEST_F(UserKernel, RawCodeIsJudgedByItsNumbersAndNeverProved) {
  rewrite();
  const Ended ended = verify_step({"--user-kernel", file_.string()});
  EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("raw code, judged by its numbers alone: " + file_.string()));
  EXPECT_EQ(report().at("evidence"), "sampled");
  EXPECT_EQ(report().at("user_kernels"), json::array({file_.string()}));
  EXPECT_THAT(report().at("proof").at("difference"), HasSubstr("raw code"));
  EXPECT_FALSE(report().at("probes").empty());
}

TEST_F(UserKernel, ItsPlaceInTheTreeIsJudgedToo) {
  rewrite();
  const Ended ended = emitted_.verify({"--user-kernel", kKernel, "--arbiter", "fp64"});
  EXPECT_EQ(ended.exit_code, 0) << reasons(ended);
  const json summary = json::parse(ended.out);
  EXPECT_EQ(summary.at("user_kernels"), json::array({kKernel}));
  EXPECT_FALSE(summary.at("composition").at("proved").get<bool>());
  for (const json& step : summary.at("steps"))
    EXPECT_EQ(step.at("proved"), step.at("component") == "feed_forward_2x8x16_fp32") << step;
}

TEST_F(UserKernel, TwoMayShareWhatTheyInclude) {
  rewrite();
  const fs::path other = emitted_.component("gelu");
  emitted_.edit(other, "\nnamespace", "\n#include \"norm_rows.h\"\n\nnamespace");
  const Ended ended = emitted_.verify(
      {"--user-kernel", kKernel, "--user-kernel", other.stem().string(), "--arbiter", "fp64"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err << reasons(ended);
}

TEST_F(UserKernel, AWrongOneFailsAndIsNamed) {
  std::string rows = kRows;
  rows.replace(rows.find("1e-5"), 4, "1e-2");
  rewrite(rows);
  EXPECT_EQ(verify_step({"--user-kernel", file_.string()}).exit_code, 1);
  const Ended ended = emitted_.verify({"--user-kernel", kKernel, "--arbiter", "fp64"});
  EXPECT_EQ(ended.exit_code, 1);
  const json culprits = json::parse(ended.out).at("culprits");
  ASSERT_EQ(culprits.size(), 1U);
  EXPECT_EQ(culprits[0].at("component"), kKernel);
  EXPECT_EQ(culprits[0].at("fault"), "kernel");
}

// In no trial are numbers as large as this: the probes are.
TEST_F(UserKernel, OneThatIsWrongForLargeNumbersFailsTheProbes) {
  std::string rows = kRows;
  rows.replace(rows.find("float((x[i] - mean)"), 19,
               "float((x[i] > 300 ? 1.01 : 1) * (x[i] - mean)");
  rewrite(rows);
  const Ended ended = verify_step({"--user-kernel", file_.string()});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.out, HasSubstr("probe \"large\""));
}

TEST_F(UserKernel, AReplayKnowsIt) {
  std::string rows = kRows;
  rows.replace(rows.find("1e-5"), 4, "1e-2");
  rewrite(rows);
  ASSERT_EQ(verify_step({"--user-kernel", file_.string()}).exit_code, 1);
  const std::string saved = report().at("counterexample");
  const Ended again = run_program_named("verify_step", {"--replay", saved});
  EXPECT_EQ(again.exit_code, 1);
  EXPECT_THAT(again.out, AllOf(HasSubstr("outside rtol"), HasSubstr("raw code")));
}

TEST_F(UserKernel, MustBeAKernelOfTheTreeOrAFileOfTheComponent) {
  const Ended stray = verify_step({"--user-kernel", "/no/such.h"});
  EXPECT_EQ(stray.exit_code, 2);
  EXPECT_THAT(stray.err, HasSubstr("[scan.user_kernel] '/no/such.h'"));
  const Ended unknown = emitted_.verify({"--user-kernel", "nothing"});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.err, AllOf(HasSubstr("[verify.user_kernel] nothing"), HasSubstr("none")));
  const Ended parent = emitted_.verify({"--user-kernel", "feed_forward_2x8x16_fp32"});
  EXPECT_EQ(parent.exit_code, 2);
  EXPECT_THAT(parent.err, HasSubstr("got a parent"));
}

// The whole step in one piece of raw code is no decomposition of it.
TEST_F(UserKernel, AloneBelowAParentIsNoDecomposition) {
  const fs::path folder = emitted_.folder() / "mine";
  fs::create_directories(folder / "level_0_kernel");
  const fs::path all = folder / "level_0_kernel" / "all.h";
  std::ofstream(all) << R"(#pragma once
#include <ATen/ATen.h>
#include <torch/nn/module.h>
namespace all {
struct Model : torch::nn::Module {
  at::Tensor forward(const at::Tensor& x) {
    auto y = x.sin();
    return y.cos();
  }
};
}  // namespace all
)";
  const auto write = [&](const char* name, const std::string& members, const std::string& body) {
    std::ofstream out(folder / (std::string(name) + ".h"));
    out << "#pragma once\n#include <ATen/ATen.h>\n#include <torch/nn/module.h>\n";
    if (!members.empty()) out << "#include \"level_0_kernel/all.h\"\n";
    out << "namespace " << name << " {\nstruct Model : torch::nn::Module {\n"
        << members << "  at::Tensor forward(const at::Tensor& x) { return " << body << "; }\n};\n"
        << "inline std::vector<at::Tensor> get_inputs() { return {at::randn({4, 4})}; }\n"
        << "inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>>\n"
        << "get_expected_output_shapes() { return {{{4, 4}, at::kFloat}}; }\n}\n";
  };
  write("before", "", "x.sin().cos()");
  write("after",
        "  std::shared_ptr<all::Model> child;\n"
        "  Model() { child = register_module(\"child\", std::make_shared<all::Model>()); }\n",
        "child->forward(x)");
  const Ended ended = run_program_named(
      "verify_step", {"--original", folder / "before.h", "--refactored", folder / "after.h",
                      "--output", folder / "report.json", "--user-kernel", all});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.out, HasSubstr("nothing is decomposed"));
}

}  // namespace
}  // namespace strata
