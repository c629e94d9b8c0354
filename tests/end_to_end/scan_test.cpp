#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "tests/end_to_end/program.h"

// `strata scan` as its users see it: what it prints, what it exits with, and what it makes of files
// that are no components.

namespace strata {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Scan : public testing::Test {
 protected:
  Scan() : folder_(fresh_folder()) {}
  ~Scan() override { fs::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return folder_ / name;
  }
  // A kernel whose forward returns this.
  std::string kernel(const std::string& name, const std::string& result) const {
    return write(name + ".h",
                 "#pragma once\n#include <ATen/ATen.h>\n#include <torch/nn/module.h>\nnamespace " +
                     fs::path(name).filename().string() +
                     " {\nstruct Model : torch::nn::Module {\n"
                     "  at::Tensor forward(const at::Tensor& x) { return " +
                     result + "; }\n};\n}\n");
  }
  // A parent that does nothing but call this child.
  std::string parent(const std::string& name, const std::string& child) const {
    const std::string model = fs::path(child).filename().string() + "::Model";
    return write(
        name + ".h",
        "#pragma once\n#include <ATen/ATen.h>\n#include <torch/nn/module.h>\n#include \"" + child +
            ".h\"\nnamespace " + name +
            " {\nstruct Model : torch::nn::Module {\n  std::shared_ptr<" + model +
            "> child;\n  Model() { child = register_module(\"child\", std::make_shared<" + model +
            ">()); }\n"
            "  at::Tensor forward(const at::Tensor& x) { return child->forward(x); }\n};\n}\n");
  }
  // As a kernel, which is what most of these files claim to be.
  static Ended scan(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"scan", "--profile", "catalogue_l0"});
    return run_strata(arguments);
  }

  fs::path folder_;
};

TEST_F(Scan, AHonestFilePasses) {
  const Ended ended = scan({kernel("honest", "at::relu(x)")});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(ended.out, "nothing refused\n");
}

TEST_F(Scan, AFindingReadsLikeACompilersWarning) {
  const std::string file = kernel("cheat", "x.data()");
  const Ended ended = scan({file});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.out, HasSubstr(file + ":6:"));
  EXPECT_TRUE(std::regex_search(ended.out, std::regex(R"(:6:\d+: refused: .+ \[raw-memory\]\n)")));
  EXPECT_THAT(ended.out, AllOf(HasSubstr("resolves to at::"), HasSubstr("instead: ")));
}

TEST_F(Scan, JsonHoldsTheSame) {
  const std::string file = kernel("cheat", "x.data()");
  const Ended ended = scan({"--json", file});
  EXPECT_EQ(ended.exit_code, 1);
  const json reply = json::parse(ended.out);
  EXPECT_EQ(reply.at("schema"), "scan/1");
  const json& finding = reply.at("findings").at(0);
  EXPECT_EQ(finding.at("rule"), "raw-memory");
  EXPECT_EQ(finding.at("file"), file);
  EXPECT_EQ(finding.at("line"), 6);
}

// What SARIF 2.1.0 asks of a log with results.
TEST_F(Scan, SarifHasItsShape) {
  const Ended ended = scan({"--sarif", kernel("cheat", "x.data()")});
  EXPECT_EQ(ended.exit_code, 1);
  const json log = json::parse(ended.out);
  EXPECT_EQ(log.at("version"), "2.1.0");
  ASSERT_EQ(log.at("runs").size(), 1U);
  const json& run = log.at("runs").at(0);
  EXPECT_TRUE(run.at("tool").at("driver").at("name").is_string());
  std::set<std::string> rules;
  for (const json& rule : run.at("tool").at("driver").at("rules")) {
    EXPECT_TRUE(rules.insert(rule.at("id")).second) << rule;
    for (const char* text : {"shortDescription", "fullDescription", "help"})
      EXPECT_FALSE(rule.at(text).at("text").get<std::string>().empty()) << rule;
  }
  ASSERT_FALSE(run.at("results").empty());
  for (const json& result : run.at("results")) {
    EXPECT_TRUE(rules.contains(result.at("ruleId"))) << result;
    EXPECT_EQ(result.at("level"), "error");
    EXPECT_FALSE(result.at("message").at("text").get<std::string>().empty());
    const json& place = result.at("locations").at(0).at("physicalLocation");
    EXPECT_TRUE(place.at("artifactLocation").at("uri").get<std::string>().starts_with("file:///"));
    EXPECT_GE(place.at("region").at("startLine").get<int>(), 1);
    EXPECT_GE(place.at("region").at("startColumn").get<int>(), 1);
  }
  EXPECT_TRUE(run.at("invocations").at(0).at("executionSuccessful").get<bool>());
}

TEST_F(Scan, ExplainPrintsARulesPage) {
  const Ended ended = run_strata({"scan", "--explain", "raw-memory"});
  EXPECT_EQ(ended.exit_code, 0);
  std::ifstream page(STRATA_SOURCE_DIR "/docs/rules/raw-memory.md");
  EXPECT_EQ(ended.out, std::string(std::istreambuf_iterator<char>(page), {}));
  EXPECT_EQ(run_strata({"scan", "--explain", "raw-memry"}).exit_code, 2);
}

// ---- children, which are found through the includes

TEST_F(Scan, ChildrenAreFoundThroughTheIncludes) {
  fs::create_directory(folder_ / "level_0_kernel");
  kernel("level_0_kernel/leaf", "at::relu(x)");
  const std::string file = parent("top", "level_0_kernel/leaf");
  const Ended ended = run_strata({"scan", file});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(ended.out, "nothing refused\n");
}

TEST_F(Scan, AChildIsJudgedWithItsParent) {
  fs::create_directory(folder_ / "level_0_kernel");
  const std::string child = kernel("level_0_kernel/leaf", "at::softmax(at::matmul(x, x), -1)");
  const Ended ended = run_strata({"scan", parent("top", "level_0_kernel/leaf")});
  EXPECT_EQ(ended.exit_code, 1) << ended.err;
  EXPECT_THAT(ended.out, AllOf(HasSubstr(child + ":6:"), HasSubstr("[one-operation]")));
}

TEST_F(Scan, AChildThatIsNamedTooIsJudgedOnceAsWhatItIsNamed) {
  const std::string child = kernel("leaf", "at::softmax(at::matmul(x, x), -1)");
  const std::string file = parent("top", "leaf");
  EXPECT_EQ(run_strata({"scan", file}).exit_code, 0);  // flat
  const Ended ended = run_strata({"scan", file, child, child});
  EXPECT_EQ(ended.exit_code, 1) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr(child + ":6:"));
}

// ---- what can't be judged: exit code 2 and the place

TEST_F(Scan, AMissingFile) {
  const Ended ended = scan({folder_ / "none.h"});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("[scan.file]"), HasSubstr("none.h")));
  EXPECT_THAT(ended.out, IsEmpty());
}

TEST_F(Scan, AFolder) {
  const Ended ended = scan({folder_});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("[scan.file]"), HasSubstr("a folder")));
}

TEST_F(Scan, ABinaryFile) {
  const Ended ended = scan({write("weights.h", std::string("\x7f"
                                                           "ELF\0\0",
                                                           6))});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.err, HasSubstr("zero byte at offset 4"));
}

TEST_F(Scan, FiftyMegabytes) {
  const Ended ended = scan({write("large.h", std::string(50U << 20, ' '))});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.err, HasSubstr("50 MB"));
}

TEST_F(Scan, DeepNesting) {
  const std::string file = kernel("deep", std::string(2000, '(') + "x" + std::string(2000, ')'));
  const Ended ended = scan({file});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.out, AllOf(HasSubstr(file + ":6:"), HasSubstr("could not check")));
  EXPECT_LT(ended.out.size(), 1000U);  // the line is shown around the place only
}

TEST_F(Scan, AnIncludeCycle) {
  const std::string file = write("self.h", "#include \"self.h\"\n");
  const Ended ended = scan({file});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.out, HasSubstr(file + ":1:10: could not check: "));
}

TEST_F(Scan, AMissingChild) {
  const std::string file = write("orphan.h", "#pragma once\n#include \"child.h\"\n");
  const Ended ended = scan({file});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.out, AllOf(HasSubstr(file + ":2:10"), HasSubstr("child.h")));
}

TEST_F(Scan, AChildThatIsBinary) {
  write("child.h", std::string("\x7f"
                               "ELF\0\0",
                               6));
  const Ended ended = scan({write("top.h", "#pragma once\n#include \"child.h\"\n")});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("[scan.file]"), HasSubstr("child.h")));
}

TEST_F(Scan, AChildOfFiftyMegabytes) {
  write("child.h", std::string(50U << 20, ' '));
  const Ended ended = scan({write("top.h", "#pragma once\n#include \"child.h\"\n")});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.err, HasSubstr("50 MB"));
}

TEST_F(Scan, ChildrenThatIncludeEachOther) {
  write("b.h", "#pragma once\n#include \"a.h\"\nnamespace b { struct Model : a::Model {}; }\n");
  const std::string file =
      write("a.h", "#pragma once\n#include \"b.h\"\nnamespace a { struct Model : b::Model {}; }\n");
  const Ended ended = scan({file});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.out, AllOf(HasSubstr("b.h:3"), HasSubstr("could not check")));
}

TEST_F(Scan, ASyntaxError) {
  const std::string file = kernel("broken", "at::relu(x");
  const Ended ended = scan({file});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.out, AllOf(HasSubstr(file + ":6:"), HasSubstr("1 error: could not check")));
}

TEST_F(Scan, ATemplateWithoutAnEnd) {
  const std::string file = write(
      "endless.h", "template <int N> struct G { typedef typename G<N + 1>::t t; };\nG<0>::t g;\n");
  const Ended ended = scan({file});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.out, HasSubstr("maximum depth"));
}

TEST_F(Scan, WhatCanNotBeJudgedIsNotSuccessfulInSarif) {
  const Ended ended = scan({"--sarif", kernel("broken", "at::relu(x")});
  EXPECT_EQ(ended.exit_code, 2);
  const json run = json::parse(ended.out).at("runs").at(0);
  EXPECT_FALSE(run.at("invocations").at(0).at("executionSuccessful").get<bool>());
  EXPECT_THAT(run.at("results"), IsEmpty());
}

TEST_F(Scan, AnUnknownProfile) {
  const Ended ended = run_strata({"scan", "--profile", "trusted", kernel("a", "at::relu(x)")});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.err, HasSubstr("[scan.profile]"));
}

// Its start would take longer than the scan of what has not changed.
TEST_F(Scan, NeedsNoLibTorch) {
  const std::string loaded = libraries_of("strata");
  EXPECT_THAT(loaded, HasSubstr("libc.so"));
  EXPECT_THAT(loaded, Not(HasSubstr("torch")));
}

TEST_F(Scan, WorksWithoutTheProgramThatNeedsLibTorch) {
  const fs::path program = folder_ / "strata";
  const std::string log = (folder_ / "log").string();
  fs::copy_file(STRATA_PROGRAM_DIR "/strata", program);
  const auto run = [&](const std::string& arguments) {
    const std::string command = program.string() + arguments + " > /dev/null 2> " + log;
    return WEXITSTATUS(std::system(command.c_str()));
  };
  EXPECT_EQ(run(" scan --explain all"), 0);
  EXPECT_EQ(run(" show " + folder_.string()), 2);
  std::ifstream in(log);
  const std::string text(std::istreambuf_iterator<char>(in), {});
  EXPECT_THAT(text, AllOf(HasSubstr("[program.missing]"), HasSubstr("strata-torch"),
                          HasSubstr("No such file or directory")));
}

}  // namespace
}  // namespace strata
