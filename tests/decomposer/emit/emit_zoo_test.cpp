#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "decomposer/cover/cover.h"
#include "decomposer/emit/emit.h"
#include "decomposer/emit/flat.h"
#include "decomposer/load/load.h"
#include "decomposer/normalise/normalise.h"
#include "decomposer/partition/partition.h"
#include "decomposer/tree/read.h"
#include "decomposer/tree/write.h"
#include "kernels_l0/catalogue.h"

namespace strata {
namespace {

namespace fs = std::filesystem;

struct Emitted {
  Graph loaded;
  Graph normalised;
  Tree tree;
  fs::path folder;
};

fs::path scratch(const std::string& name) {
  return fs::temp_directory_path() / ("strata_emit_test_" + std::to_string(::getpid())) / name;
}

Emitted emitted(const std::string& model) {
  Emitted all;
  all.loaded = load_archive(fs::path(STRATA_ZOO_DIR) / (model + ".pt2"));
  all.normalised = normalise(all.loaded);
  all.tree = partition(all.normalised, cover(all.normalised, catalogue()));
  all.folder = scratch(model);
  emit(all.loaded, all.normalised, all.tree, all.folder);
  return all;
}

// A command's exit status and everything it printed.
std::pair<int, std::string> run(const std::string& command) {
  const fs::path log = scratch("log.txt");
  fs::create_directories(log.parent_path());
  const int status = std::system((command + " >" + log.string() + " 2>&1").c_str());
  std::ifstream file(log);
  std::ostringstream text;
  text << file.rdbuf();
  return {WEXITSTATUS(status), text.str()};
}

class EmitZoo : public testing::TestWithParam<const char*> {
 protected:
  void TearDown() override { fs::remove_all(scratch("").parent_path()); }
};

TEST_P(EmitZoo, WritesWellFormattedFilesAndTreesThatReadBack) {
  const Emitted all = emitted(GetParam());
  fs::copy_file(fs::path(STRATA_SOURCE_DIR) / ".clang-format", scratch(".clang-format"));
  const auto [status, output] =
      run("find " + all.folder.string() +
          " -name '*.h' -o -name '*.cpp' | xargs clang-format-19 --dry-run --Werror");
  EXPECT_EQ(status, 0) << output;

  const TreeDocument read = read_tree(all.folder, all.normalised);
  EXPECT_EQ(tree_text(all.normalised, read.tree), tree_text(all.normalised, all.tree));
  EXPECT_EQ(read.metadata.archive_digest, all.loaded.archive_digest);
}

TEST_P(EmitZoo, FlatOriginalsHoldEveryNodeBelowTheirComponent) {
  const Emitted all = emitted(GetParam());
  for (const ComponentId id : steps_of(all.tree)) {
    const FlatComponent flat = flat_component(all.tree, id);
    const InstanceId instance = instances_of(all.tree, id).front();
    EXPECT_EQ(flat.component.body.size(), nodes_below(all.tree, instance).size())
        << flat.component.name;
    EXPECT_TRUE(flat.component.children.empty());
  }
}

INSTANTIATE_TEST_SUITE_P(Zoo, EmitZoo,
                         testing::Values("gpt2_small", "llama_small_bf16", "t5_small", "unet",
                                         "in_place", "tuple_outputs"));

// The compiler's command for files that include LibTorch, with the precompiled header of this
// build; up to its `-o`.
std::string compile_command() {
  std::ifstream file(fs::path(STRATA_BINARY_DIR) / "compile_commands.json");
  for (const nlohmann::json& entry : nlohmann::json::parse(file)) {
    const std::string command = entry.at("command").get<std::string>();
    if (command.find("strata_torch_pch.dir/pch/empty.cpp.o") == std::string::npos) continue;
    return "cd " + entry.at("directory").get<std::string>() + " && " +
           command.substr(0, command.find(" -o "));
  }
  return "false";
}

TEST(EmittedFolder, PassesItsOwnTest) {
  const Emitted all = emitted("gpt2_small");
  // One translation unit of the adapter and the test; -O0, as it runs once.
  const fs::path both = scratch("both.cpp");
  std::ofstream(both) << "#include \"" << (all.folder / "adapter.cpp").string() << "\"\n#include \""
                      << (all.folder / "self_test.cpp").string() << "\"\n";
  const std::string program = scratch("self_test").string();
  const auto [compiled, errors] =
      run("(" + compile_command() + " -Wall -Wextra -Werror -c " + both.string() + " -o " +
          program + ".o) && clang++-19 " + program +
          ".o -L" STRATA_TORCH_LIB
          " -ltorch -ltorch_cpu -lc10 "
          "-Wl,-rpath," STRATA_TORCH_LIB " -o " +
          program);
  ASSERT_EQ(compiled, 0) << errors;
  const auto [status, output] = run(program);
  EXPECT_EQ(status, 0) << output;
  std::size_t passes = 0;
  for (std::size_t at = output.find("PASS "); at != std::string::npos;
       at = output.find("PASS ", at + 1))
    ++passes;
  EXPECT_EQ(passes, all.tree.components.size()) << output;
  EXPECT_EQ(run(program + " no_such_component").first, 1) << "a test of nothing must not pass";
  fs::remove_all(scratch("").parent_path());
}

}  // namespace
}  // namespace strata
