#include "verifier/forward_frames.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "verifier/build_subject.h"
#include "verifier/component_source.h"
#include "verifier/subject.h"
#include "verifier/trace.h"
#include "verifier/witness.h"

namespace strata {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kHead[] = "#pragma once\n#include <ATen/ATen.h>\n#include <torch/nn/module.h>\n";

void write_kernel(const fs::path& folder) {
  fs::create_directories(folder / "level_0_kernel");
  std::ofstream(folder / "level_0_kernel/rectifier.h") << kHead << R"(
namespace rectifier {
struct Model : torch::nn::Module {
  at::Tensor forward(const at::Tensor& x) { return at::relu(x.neg()); }
};
}  // namespace rectifier
)";
}

fs::path write_parent(const fs::path& folder, const std::string& body) {
  fs::create_directories(folder / "level_1_fusion");
  const fs::path file = folder / "level_1_fusion/twice.h";
  std::ofstream(file) << kHead << R"(#include "../level_0_kernel/rectifier.h"
namespace twice {
struct Model : torch::nn::Module {
  std::shared_ptr<rectifier::Model> first;
  std::shared_ptr<rectifier::Model> second;
  Model() {
    first = register_module("first", std::make_shared<rectifier::Model>());
    second = register_module("second", std::make_shared<rectifier::Model>());
  }
  at::Tensor forward(const at::Tensor& x) { )"
                      << body << R"( }
};
}  // namespace twice
)";
  return file;
}

ScanSettings settings() {
  ScanSettings settings;
  settings.program = STRATA_PROGRAM_DIR "/strata-anticheat";
  settings.cache = STRATA_BINARY_DIR "/anticheat-cache";
  return settings;
}

// What runs outside the children of a parent with this body, and what the scan says of it.
// `bypassed`: every file passes as raw code, as if there were no scan.
std::pair<OperatorCounts, ScanReply> observed(const std::string& body, bool bypassed) {
  const TemporaryFolder folder;
  write_kernel(folder.path());
  const ComponentSource component = read_component(write_parent(folder.path(), body));
  const fs::path adapter = folder.path() / "adapter.cpp";
  std::ofstream(adapter) << adapter_for(component);
  const BuiltSubject built =
      build_subject(component_request(component, adapter, !bypassed), folder.path(), settings());
  if (built.library.empty()) throw std::runtime_error(finding_text(built.reply.findings.front()));
  const Subject subject(built.library, component.name_space);
  const at::Tensor x = at::randn({2, 4});
  ForwardFrames frames = subject.frames();
  const Trace trace = record_trace(
      {{"input 0", x}}, [&] { return subject.forward({x}); }, {}, [&] { return frames.depth(); });
  return {trace.outside_children, built.reply};
}

constexpr char kHonest[] =
    "return x + second->forward(first->forward(x).view({4, 2})).view({2, 4});";

TEST(ForwardFrames, TellsTheParentsOwnOperatorsFromItsChildren) {
  const auto [ran, reply] = observed(kHonest, false);
  EXPECT_EQ(ran, (OperatorCounts{{"add", 1}, {"view", 2}}));
  const ClassFacts* scanned = scanned_parent(reply, "twice");
  ASSERT_NE(scanned, nullptr);
  EXPECT_TRUE(compare_witness(*scanned, ran).agrees());
}

TEST(ForwardFrames, ShowWhatASubjectComputesPastTheScan) {
  const ScanReply honest = observed(kHonest, false).second;
  const auto [ran, reply] = observed(
      "return x + at::softmax(second->forward(first->forward(x).view({4, 2})).view({2, 4}), -1);",
      true);
  const Witness witness = compare_witness(*scanned_parent(honest, "twice"), ran);
  EXPECT_THAT(witness.unexplained, ElementsAre("softmax: ran 1, scanned 0"));
  EXPECT_THAT(witness.missing, IsEmpty());
}

}  // namespace
}  // namespace strata
