#include "decomposer/registry/worklist.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernels_l0/catalogue.h"
#include "tests/decomposer/partition/small_models.h"

namespace strata {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

FolderModules folder(const std::string& name, const std::string& text) {
  const Tree tree = parted(text).tree;
  return {name, registry_of(tree, cost_of(tree, catalogue()), name)};
}

constexpr const char* kReluTwice = R"(
  input %x : fp32[2,4]
  %a = aten::relu(%x) : fp32[2,4]
  %b = aten::tanh(%a) : fp32[2,4]
  %c = aten::relu(%b) : fp32[2,4]
  return %c)";
constexpr const char* kReluOnce = R"(
  input %x : fp32[2,4]
  %a = aten::relu(%x) : fp32[2,4]
  %b = aten::sigmoid(%a) : fp32[2,4]
  return %b)";

std::vector<std::string> operations(const std::vector<WorkItem>& items) {
  std::vector<std::string> names;
  for (const WorkItem& item : items) names.push_back(item.module.operation);
  return names;
}

TEST(Worklist, CountsAKernelOverAllModels) {
  const std::vector<FolderModules> folders{folder("a", kReluTwice), folder("b", kReluOnce)};
  const auto items = worklist(folders, false, WorkOrder::kCount, {});
  EXPECT_THAT(operations(items), ElementsAre("relu", "sigmoid", "tanh"));
  EXPECT_THAT(items[0].counts, ElementsAre(2, 1));
  EXPECT_EQ(items[0].all.flops.vector.value(), 3 * 8);
  EXPECT_EQ(sharing(items[0]), 2u);
  EXPECT_EQ(items[0].file, "a/level_0_kernel/relu_2x4_fp32.h");
}

TEST(Worklist, SortsByFlopsAndTime) {
  const std::vector<FolderModules> folders{folder("a", kReluTwice), folder("b", kReluOnce)};
  EXPECT_THAT(operations(worklist(folders, false, WorkOrder::kFlops, {})),
              ElementsAre("sigmoid", "relu", "tanh"));
  // Where moving takes all the time, three relus take longer than one sigmoid.
  EXPECT_THAT(operations(worklist(folders, false, WorkOrder::kTime, Peak{1e12, 1})),
              ElementsAre("relu", "sigmoid", "tanh"));
}

TEST(Worklist, OfWhatIsCommonLeavesOutTheRest) {
  const std::vector<FolderModules> folders{folder("a", kReluTwice), folder("b", kReluOnce)};
  EXPECT_THAT(operations(worklist(folders, true, WorkOrder::kFlops, {})), ElementsAre("relu"));
  EXPECT_THAT(worklist_text(worklist(folders, true, WorkOrder::kFlops, {}), folders, {}),
              HasSubstr("2/2"));
}

}  // namespace
}  // namespace strata
