#include "decomposer/tree/read.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>

#include "decomposer/cover/cover.h"
#include "decomposer/normalise/normalise.h"
#include "decomposer/partition/partition.h"
#include "decomposer/tree/write.h"
#include "kernels_l0/catalogue.h"
#include "kernels_l0/error.h"
#include "tests/decomposer/graph_text.h"

namespace strata {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

class ReadTree : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        std::filesystem::temp_directory_path() / ("strata_read_test_" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    graph_ = normalise(graph_from_text(R"(
      input %x : fp32[2,4]
      parameter %w "first.weight" : fp32[4,4]
      parameter %v "second.weight" : fp32[4,4]
      class first = package.First
      %a = aten::linear(%x, %w, None) : fp32[2,4] @first
      %b = aten::relu(%a) : fp32[2,4] @first
      %c = aten::clamp(%b, -inf, 6.0) : fp32[2,4]
      %d = aten::add.Tensor(%c, %x, alpha=1) : fp32[2,4]
      %e = aten::linear(%d, %v, None) : fp32[2,4]
      %f = aten::slice.Tensor(%e, 1, 0, 2) : fp32[2,2]{4,1}
      return %f
    )"));
    graph_.archive_digest = "digest";
    tree_ = partition(graph_, cover(graph_, catalogue()));
    text_ = tree_text(graph_, tree_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& text) const {
    std::ofstream(folder_ / "decomposition_tree.json") << text;
  }

  // What reading the document says after this change; "" when it is read.
  std::string refusal(const std::function<void(json&)>& change) const {
    json document = json::parse(text_);
    change(document);
    return refusal_of(document.dump());
  }
  std::string refusal_of(const std::string& text) const {
    write(text);
    try {
      read_tree(folder_, graph_);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  std::filesystem::path folder_;
  Graph graph_;
  Tree tree_;
  std::string text_;
};

TEST_F(ReadTree, GivesBackTheTreeThatWasWritten) {
  write(text_);
  const TreeDocument document = read_tree(folder_, graph_);
  EXPECT_EQ(tree_text(graph_, document.tree), text_);
  EXPECT_EQ(document.tree.instances.back().nodes, tree_.instances.back().nodes);
  EXPECT_EQ(document.metadata.archive_digest, "digest");
}

TEST_F(ReadTree, WithoutTheGraphReadsAllButWhatPointsIntoIt) {
  write(text_);
  const TreeDocument document = read_tree(folder_);
  EXPECT_EQ(document.tree.components.size(), tree_.components.size());
  EXPECT_EQ(document.tree.instances.size(), tree_.instances.size());
  EXPECT_TRUE(document.tree.instances.front().values.empty());
}

TEST_F(ReadTree, NamesThePlaceOfEveryFault) {
  EXPECT_EQ(refusal([](json&) {}), "");
  EXPECT_THAT(refusal([](json& tree) { tree["schema"] = "decomposition_tree/2"; }),
              HasSubstr("#/schema)"));
  EXPECT_THAT(refusal([](json& tree) { tree["more"] = 1; }),
              testing::AllOf(HasSubstr("unknown key"), HasSubstr("#/more)")));
  EXPECT_THAT(refusal([](json& tree) { tree["components"][0].erase("hash"); }),
              testing::AllOf(HasSubstr("key 'hash' is missing"), HasSubstr("#/components/0)")));
  EXPECT_THAT(refusal([](json& tree) { tree["components"][0]["level"] = 4; }),
              HasSubstr("#/components/0/level)"));
  EXPECT_THAT(refusal([](json& tree) { tree["components"][0]["level"] = 0.0; }),
              HasSubstr("#/components/0/level)"));
  EXPECT_THAT(refusal([](json& tree) { tree["components"][0]["locals"][0]["dtype"] = "fp31"; }),
              HasSubstr("#/components/0/locals/0/dtype)"));
  EXPECT_THAT(refusal([](json& tree) { tree["components"][0]["inputs"][0] = 99; }),
              HasSubstr("#/components/0/inputs/0)"));
  EXPECT_THAT(refusal([](json& tree) {
                tree["components"][0]["body"][0]["arguments"][0] = {{"tensr", 0}};
              }),
              HasSubstr("#/components/0/body/0/arguments/0/tensr)"));
  EXPECT_THAT(refusal([](json& tree) { tree["components"][0]["body"][0]["arguments"].erase(0); }),
              HasSubstr("#/components/0/body/0/arguments)"));
  EXPECT_THAT(refusal([](json& tree) { tree["components"][0]["body"][0]["op"] = "aten::lineal"; }),
              HasSubstr("aten::lineal"));
  EXPECT_THAT(refusal([](json& tree) { tree["instances"][0]["nodes"] = {"no_such_node"}; }),
              HasSubstr("#/instances/0/nodes/0)"));
  EXPECT_THAT(refusal([](json& tree) { tree["instances"][1]["parent"] = 7; }),
              HasSubstr("#/instances/1/parent)"));
}

TEST_F(ReadTree, RefusesTheTreeOfAnotherArchive) {
  EXPECT_THAT(refusal([](json& tree) { tree["metadata"]["archive_digest"] = "other"; }),
              HasSubstr("[tree.archive]"));
}

TEST_F(ReadTree, RefusesATreeThatBreaksAnInvariant) {
  // Two instances then own the same nodes.
  EXPECT_THAT(refusal([](json& tree) { tree["instances"].push_back(tree["instances"].back()); }),
              HasSubstr("[tree.malformed]"));
}

TEST_F(ReadTree, RefusesWhatIsNoJson) {
  EXPECT_THAT(refusal_of(text_.substr(0, text_.size() / 2)), HasSubstr("syntax error at byte"));
  EXPECT_THAT(refusal_of(R"({"schema": "decomposition_tree/1", "schema": "decomposition_tree/1"})"),
              HasSubstr("'schema' twice"));
  std::filesystem::remove(folder_ / "decomposition_tree.json");
  EXPECT_THROW(read_tree(folder_), Error);
}

}  // namespace
}  // namespace strata
