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

TEST_F(ComponentFile, ItsNamespaceIsTheLastThatIsOpenedInALine) {
  const ComponentSource component = read_component(write(
      "top.h", "// namespace no {\nnamespace first {\n}\nnamespace  top{\n}\nnamespace a = b;\n"));
  EXPECT_EQ(component.name_space, "top");
}

TEST_F(ComponentFile, AnAdapterDoesWithoutTestInputs) {
  const ComponentSource bare = read_component(write("bare.h", "namespace bare {\n}\n"));
  EXPECT_FALSE(bare.has_inputs);
  EXPECT_THAT(adapter_for(bare), Not(HasSubstr("bare::get_inputs")));
}

TEST_F(ComponentFile, ARefactoredOneIsJudgedAsAParentWithItsChildren) {
  write("level_0_kernel/leaf.h", "namespace leaf {\n}\n");
  const ComponentSource component =
      read_component(write("top.h", "#include \"level_0_kernel/leaf.h\"\nnamespace top {\n}\n"));
  const ScanRequest request =
      component_request(component, folder_ / "adapter.cpp", Profile::kParent);
  ASSERT_EQ(request.files.size(), 3u);
  EXPECT_EQ(request.files[0].profile, Profile::kAdapter);
  EXPECT_EQ(request.files[1].profile, Profile::kParent);
  EXPECT_EQ(request.files[2].profile, Profile::kCatalogueL0);
}

TEST_F(ComponentFile, AnOriginalMayHoldAnything) {
  write("leaf.h", "namespace leaf {\n}\n");
  const ComponentSource component =
      read_component(write("top.h", "#include \"leaf.h\"\nnamespace top {\n}\n"));
  const ScanRequest request =
      component_request(component, folder_ / "adapter.cpp", Profile::kUserKernel);
  ASSERT_EQ(request.files.size(), 3u);
  EXPECT_EQ(request.files[1].profile, Profile::kUserKernel);
  EXPECT_EQ(request.files[2].profile, Profile::kUserKernel);
}

TEST_F(ComponentFile, RefusesAMissingChildAndAFileWithoutANamespace) {
  EXPECT_THAT(
      [&] { read_component(write("a.h", "#include \"gone.h\"\nnamespace a {\n}\n")); },
      testing::ThrowsMessage<Error>(testing::HasSubstr("the files that it includes must exist")));
  EXPECT_THAT([&] { read_component(write("b.h", "struct Model {};\n")); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("namespace")));
}

}  // namespace
}  // namespace strata
