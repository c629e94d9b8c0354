#include "decomposer/registry/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "decomposer/registry/shared.h"
#include "kernels_l0/catalogue.h"
#include "kernels_l0/error.h"
#include "tests/decomposer/partition/small_models.h"
#include "tests/scratch_folder.h"

namespace strata {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kModel = R"(
  input %x : fp32[2,4]
  parameter %w "w" : fp32[3,4]
  %a = aten::linear(%x, %w, None) : fp32[2,3]
  %b = aten::silu(%a) : fp32[2,3]
  return %b)";

Registry registered(const Tree& tree, const std::string& model) {
  return registry_of(tree, cost_of(tree, catalogue()), model);
}

// A file of its own, gone with this.
class File {
 public:
  explicit File(const std::string& text = {}) {
    if (!text.empty()) folder_.write(path_.filename(), text);
  }
  const fs::path& path() const { return path_; }

 private:
  ScratchFolder folder_;
  fs::path path_ = folder_.path() / "module_db.json";
};

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t place = text.find(from);
  EXPECT_NE(place, std::string::npos) << from;
  return text.replace(place, from.size(), to);
}

void expect_refused(const std::string& text, const std::string& id, const std::string& part) {
  const File file(text);
  try {
    read_registry(file.path());
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.id(), id) << error.what();
    EXPECT_THAT(error.what(), HasSubstr(part));
  }
}

TEST(Registry, IsReadAsItWasWritten) {
  const Registry registry = registered(parted(kModel).tree, "small");
  const std::string text = registry_text(registry);
  const File file(text);
  EXPECT_EQ(registry_text(read_registry(file.path())), text);
}

TEST(Registry, KnowsCostWorkloadAndUses) {
  const Parted parts = parted(residual_stack(3));
  const Registry registry = registered(parts.tree, "stack");
  for (const Module& module : registry.modules) {
    if (module.operation != "relu") continue;
    EXPECT_THAT(module.uses, ElementsAre(ModuleUse{"stack", "", 3}));
    EXPECT_EQ(module.own.flops.vector, elements({module.outputs[0].sizes, {}}));
    EXPECT_TRUE(module.deterministic);
    EXPECT_TRUE(module.by_catalogue);
  }
}

TEST(Registry, WhatDrawsRandomNumbersIsNotDeterministic) {
  const Registry registry = registered(parted(R"(
    input %x : fp32[2,4]
    %a = aten::dropout(%x, 0.5, True) : fp32[2,4]
    %b = aten::relu(%a) : fp32[2,4]
    return %b)")
                                           .tree,
                                       "random");
  for (const Module& module : registry.modules)
    EXPECT_EQ(module.deterministic, module.operation == "relu") << module.name;
}

TEST(Registry, OfTwoModelsHoldsEqualModulesOnce) {
  Registry registry = registered(parted(kModel).tree, "first");
  const std::size_t modules = registry.modules.size();
  merge(registry, registered(parted(kModel).tree, "second"));
  EXPECT_EQ(registry.modules.size(), modules);
  for (const Module& module : registry.modules)
    EXPECT_THAT(module.uses, ElementsAre(ModuleUse{"first", "", 1}, ModuleUse{"second", "", 1}));
}

TEST(Registry, AModelThatIsAddedAgainReplacesItself) {
  Registry registry = registered(parted(residual_stack(3)).tree, "model");
  merge(registry, registered(parted(kModel).tree, "model"));
  EXPECT_EQ(registry_text(registry), registry_text(registered(parted(kModel).tree, "model")));
}

TEST(Registry, RefusesAnotherNameForAHash) {
  Registry registry = registered(parted(kModel).tree, "first");
  Registry other = registry;
  other.modules[1].name = "renamed";
  try {
    merge(registry, other);
    FAIL() << "merged";
  } catch (const Error& error) {
    EXPECT_EQ(error.id(), "registry.conflict");
    EXPECT_THAT(error.what(), HasSubstr("'renamed'"));
  }
}

TEST(Registry, RefusesANameOfTwoHashes) {
  Registry registry = registered(parted(kModel).tree, "first");
  Registry other = registry;
  other.modules[1].hash = "0123";
  EXPECT_THROW(merge(registry, other), Error);
  std::string text = registry_text(registry);
  const std::string name = "\"name\":\"" + registry.modules[1].name + "\"";
  text = replaced(text, name, "\"name\":\"" + registry.modules[2].name + "\"");
  text = replaced(text, "\"namespace\":\"" + registry.modules[1].name + "\"",
                  "\"namespace\":\"" + registry.modules[2].name + "\"");
  expect_refused(text, "registry.conflict", registry.modules[2].name);
}

TEST(Registry, RefusesAMissingName) {
  const Registry registry = registered(parted(kModel).tree, "first");
  const std::string name = "\"name\":\"" + registry.modules[1].name + "\"";
  expect_refused(replaced(registry_text(registry), name, "\"name\":\"\""), "tree.json",
                 "/modules/1/name");
  expect_refused(replaced(registry_text(registry), name + ",", ""), "tree.json", "/modules/1");
}

TEST(Registry, RefusesAnotherVersion) {
  const Registry registry = registered(parted(kModel).tree, "first");
  expect_refused(replaced(registry_text(registry), "module_db/2", "module_db/1"), "tree.json",
                 "schema");
}

TEST(Registry, ATreeTakesTheNamesThatItsModulesHave) {
  Registry registry = registered(parted(kModel).tree, "first");
  for (Module& module : registry.modules) {
    if (module.operation == "silu") module.name = "an_older_name";
  }
  Tree tree = parted(kModel).tree;
  take_names(tree, registry);
  EXPECT_EQ(component_called(tree, "silu").name, "an_older_name");
}

TEST(Registry, ANewModuleMakesWayForAKnownName) {
  Registry registry = registered(parted(kModel).tree, "first");
  for (Module& module : registry.modules) {
    if (module.operation == "silu") module.hash = "another";
  }
  Tree tree = parted(kModel).tree;
  const std::string before = component_called(tree, "silu").name;
  take_names(tree, registry);
  EXPECT_EQ(component_called(tree, "silu").name,
            before + "_" + component_called(tree, "silu").hash.substr(0, 8));
}

TEST(Registry, AComponentThatItDoesNotNameIsAnError) {
  const Tree tree = parted(kModel).tree;
  Registry registry = registered(tree, "first");
  EXPECT_NO_THROW(require_registered(tree, registry, "module_db.json"));
  const Module removed = registry.modules.back();
  registry.modules.pop_back();
  try {
    require_registered(tree, registry, "module_db.json");
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.id(), "registry.missing");
    EXPECT_THAT(error.what(), HasSubstr(removed.hash));
  }
}

TEST(SharedRegistry, KeepsWhatTwoProcessesAdd) {
  const File file;
  const Tree tree = parted(kModel).tree;
  std::vector<pid_t> children;
  for (int i = 0; i < 4; ++i) {
    children.push_back(fork());
    if (children.back() != 0) continue;
    SharedRegistry shared(file.path());
    shared.add(registered(tree, "model_" + std::to_string(i)));
    _exit(0);
  }
  for (const pid_t child : children) {
    int status = -1;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  for (const Module& module : read_registry(file.path()).modules)
    EXPECT_EQ(module.uses.size(), 4u) << module.name;
}

TEST(SharedRegistry, SaysWhereItCannotWrite) {
  try {
    SharedRegistry shared("/no/such/folder/module_db.json");
    FAIL() << "made";
  } catch (const Error& error) {
    EXPECT_EQ(error.id(), "registry.lock");
  }
}

}  // namespace
}  // namespace strata
