#include "verifier/component_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "kernels_l0/error.h"

namespace strata {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

class ComponentFile : public testing::Test {
 protected:
  void SetUp() override { fs::create_directories(folder_ / "level_0_kernel"); }
  void TearDown() override { fs::remove_all(folder_); }
  fs::path write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }
  fs::path folder_ =
      fs::canonical(fs::temp_directory_path()) / ("strata_component_" + std::to_string(getpid()));
};

TEST_F(ComponentFile, ChildrenAreFoundThroughIncludes) {
  write("level_0_kernel/leaf.h", "namespace leaf {\n}\n");
  write("middle.h", "#include \"level_0_kernel/leaf.h\"\nnamespace middle {\n}\n");
  const ComponentSource component =
      read_component(write("top.h",
                           "#include <ATen/ATen.h>\n#include \"middle.h\"\n#include "
                           "\"level_0_kernel/leaf.h\"\nnamespace top {\n}\n"));
  EXPECT_EQ(component.name_space, "top");
  EXPECT_THAT(component.files, testing::ElementsAre(folder_ / "top.h", folder_ / "middle.h",
                                                    folder_ / "level_0_kernel/leaf.h"));
}

TEST_F(ComponentFile, AnAdapterDoesWithoutTestInputs) {
  const ComponentSource bare = read_component(write("bare.h", "namespace bare {\n}\n"));
  EXPECT_FALSE(bare.has_inputs);
  EXPECT_THAT(adapter_for(bare), Not(HasSubstr("bare::get_inputs")));
}

TEST_F(ComponentFile, ChildrenInTheKernelFolderAreJudgedAsKernels) {
  write("level_0_kernel/leaf.h", "namespace leaf {\n}\n");
  const ComponentSource component =
      read_component(write("top.h", "#include \"level_0_kernel/leaf.h\"\nnamespace top {\n}\n"));
  const ScanRequest request = component_request(component, folder_ / "adapter.cpp", true);
  ASSERT_EQ(request.files.size(), 3u);
  EXPECT_EQ(request.files[0].profile, Profile::kAdapter);
  EXPECT_EQ(request.files[1].profile, Profile::kParent);
  EXPECT_EQ(request.files[2].profile, Profile::kCatalogueL0);
}

TEST_F(ComponentFile, RefusesAMissingChildAndAFileWithoutANamespace) {
  EXPECT_THROW(read_component(write("a.h", "#include \"gone.h\"\nnamespace a {\n}\n")), Error);
  EXPECT_THROW(read_component(write("b.h", "struct Model {};\n")), Error);
}

}  // namespace
}  // namespace strata
