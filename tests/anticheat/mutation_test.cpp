#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>

#include "anticheat/frontend/scanner.h"
#include "anticheat/rules/judge.h"
#include "anticheat/rules/rule.h"
#include "tests/anticheat/cheat_pair.h"
#include "tests/anticheat/scratch.h"

// Takes the scanner apart: without any one of its rules, or with any one list opened, some cheat
// must get away from what it is expected to be caught by. The cheats are parsed once and judged
// again and again.
namespace strata {
namespace {

struct Parsed {
  CheatBatch batch;
  facts::Project project;
};

struct Escapes {
  std::size_t unmet = 0;    // expectations that are not met any more
  std::size_t passing = 0;  // cheats that nothing is found in any more
  std::string example;
};

class Mutation : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    suite_ = new CheatSuite(read_cheats(STRATA_SOURCE_DIR "/tests/cheats"));
    scratch_ = new ScratchFolder;
    parsed_ = new std::vector<Parsed>;
    for (CheatBatch& batch : write_batches(*suite_, true, scratch_->path())) {
      facts::Project project;
      const auto keep = [&](const facts::Project& judged, ScanReply&) { project = judged; };
      const ScanReply reply = frontend::run_scanner(batch.request, test_settings().cache, keep);
      ASSERT_TRUE(reply.errors.empty()) << reply.errors.front().message;
      parsed_->push_back({std::move(batch), std::move(project)});
    }
  }
  static void TearDownTestSuite() {
    delete parsed_;
    delete scratch_;
    delete suite_;
  }

  static Escapes escapes(const Policy& policy) {
    Escapes result;
    for (const Parsed& parsed : *parsed_) {
      const std::vector<Finding> findings = check_rules(parsed.project, policy);
      for (const CheatPair* pair : parsed.batch.pairs) {
        const std::string file = parsed.batch.path_of(*pair).string();
        bool any = false;
        for (const Finding& finding : findings) any = any || finding.place.file == file;
        if (!any) ++result.passing;
        for (const Expectation& expected : pair->expected) {
          const bool met =
              std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
                return finding.place.file == file && finding.rule == expected.rule &&
                       finding.place.line == expected.line;
              });
          if (met) continue;
          ++result.unmet;
          if (result.example.empty()) result.example = pair->name;
        }
      }
    }
    return result;
  }

  static void expect_escape(const std::string& name, const Policy& policy) {
    const Escapes found = escapes(policy);
    EXPECT_GT(found.unmet, 0U) << name << ": no cheat notices that it is gone";
    std::printf("%-32s %3zu expectations lost, %3zu cheats pass, such as %s\n", name.c_str(),
                found.unmet, found.passing, found.example.c_str());
  }

  static CheatSuite* suite_;
  static ScratchFolder* scratch_;
  static std::vector<Parsed>* parsed_;
};

CheatSuite* Mutation::suite_ = nullptr;
ScratchFolder* Mutation::scratch_ = nullptr;
std::vector<Parsed>* Mutation::parsed_ = nullptr;

TEST_F(Mutation, NothingEscapesTheWholePolicy) {
  const Escapes found = escapes(default_policy());
  EXPECT_EQ(found.unmet, 0U) << found.example;
  EXPECT_EQ(found.passing, 0U);
}

TEST_F(Mutation, EveryRuleIsNeeded) {
  for (const Rule& rule : all_rules()) {
    Policy policy = default_policy();
    policy.disabled_rules = {rule.id};
    expect_escape(rule.id, policy);
  }
}

TEST_F(Mutation, EveryListIsNeeded) {
  const NameEntry anything{"*", "opened by a test"};
  const std::map<std::string, std::vector<NameEntry> Policy::*> lists = {
      {"list: standard_forward", &Policy::standard_forward},
      {"list: standard_construct", &Policy::standard_construct},
      {"list: value_classes", &Policy::value_classes},
      {"list: constants", &Policy::constants},
      {"list: builtin_operators", &Policy::builtin_operators},
      {"list: input_factories", &Policy::input_factories},
      {"list: parameter_factories", &Policy::parameter_factories},
      {"list: headers", &Policy::headers},
      {"list: macros", &Policy::macros},
      {"list: reserved_names", &Policy::reserved_names},
      {"list: keywords", &Policy::keywords},
      {"list: elementwise", &Policy::elementwise},
      {"list: shape_queries", &Policy::shape_queries},
  };
  for (const auto& [name, list] : lists) {
    Policy policy = default_policy();
    (policy.*list).push_back(anything);
    expect_escape(name, policy);
  }
}

TEST_F(Mutation, OperandPatternsAreNeeded) {
  // What takes numbers only would take tensors too.
  for (const char* name : {"operator[]", "pow", "masked_fill", "div"}) {
    Policy policy = default_policy();
    for (auto* entries : {&policy.plumbing, &policy.arithmetic}) {
      for (OperatorEntry& entry : *entries) {
        if (entry.name == name) entry.operands = "XXXXXX";
      }
    }
    expect_escape("operands: " + std::string(name), policy);
  }
}

TEST_F(Mutation, EveryUnlistedOperatorIsNeeded) {
  for (const char* name : {"matmul", "softmax", "sum", "where", "exp", "gather", "layer_norm"}) {
    Policy policy = default_policy();
    policy.plumbing.push_back({name, "XXXXXX", "opened by a test"});
    expect_escape("plumbing: " + std::string(name), policy);
  }
}

TEST_F(Mutation, BoundsAreNeeded) {
  Policy more = default_policy();
  more.bounds.most_operations = 1000000;
  expect_escape("bound: operations", more);
  Policy higher = default_policy();
  higher.bounds.highest_degree = 1000000;
  expect_escape("bound: degree", higher);
  Policy smaller = default_policy();
  smaller.smallest_factor = 0;
  expect_escape("bound: factor", smaller);
}

}  // namespace
}  // namespace strata
