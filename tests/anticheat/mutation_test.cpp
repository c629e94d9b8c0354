#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>
#include <set>

#include "anticheat/frontend/scanner.h"
#include "anticheat/reply_cache.h"
#include "anticheat/rules/judge.h"
#include "anticheat/rules/rule.h"
#include "tests/anticheat/cheat_pair.h"
#include "tests/anticheat/scratch.h"

// Takes the scanner apart: without any one of its rules, or with any one restriction lifted, some
// cheat must get away from what it is expected to be caught by. The cheats are parsed once and
// judged again and again, each time only those that the missing part is said to catch.
namespace strata {
namespace {

struct Parsed {
  CheatBatch batch;
  facts::Project project;
};

// One cheat among the files that were parsed with it.
struct Case {
  const CheatPair* pair = nullptr;
  const facts::Project* project = nullptr;
  const facts::File* file = nullptr;
};

struct Escapes {
  std::size_t unmet = 0;    // expectations that are not met any more
  std::size_t passing = 0;  // cheats that nothing is found in any more
  std::string example;
};

bool expects(const Case& cheat, const std::set<std::string>& rules) {
  return rules.empty() ||
         std::any_of(cheat.pair->expected.begin(), cheat.pair->expected.end(),
                     [&](const Expectation& expected) { return rules.contains(expected.rule); });
}

class Mutation : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    suite_ = new CheatSuite(read_cheats(STRATA_SOURCE_DIR "/tests/cheats"));
    scratch_ = new ScratchFolder;
    parsed_ = new std::vector<Parsed>;
    for (CheatBatch& batch : write_batches(*suite_, true, scratch_->path())) {
      facts::Project project;
      const auto keep = [&](const facts::Project& judged, ScanReply&) { project = judged; };
      const ScanReply reply = frontend::run_scanner(batch.request, default_cache(), keep);
      ASSERT_TRUE(reply.errors.empty()) << reply.errors.front().message;
      parsed_->push_back({std::move(batch), std::move(project)});
    }
    cases_ = new std::vector<Case>;
    for (const Parsed& parsed : *parsed_) {
      for (const CheatPair* pair : parsed.batch.pairs) {
        const std::string path = parsed.batch.path_of(*pair).string();
        cases_->push_back({pair, &parsed.project, facts::file_of(parsed.project, path)});
        ASSERT_NE(cases_->back().file, nullptr) << path;
      }
    }
  }
  static void TearDownTestSuite() {
    delete cases_;
    delete parsed_;
    delete scratch_;
    delete suite_;
  }

  // `rules`: only cheats that one of these is expected in; empty: all cheats.
  static Escapes escapes(const Policy& policy, const std::set<std::string>& rules = {}) {
    Escapes result;
    for (const Case& cheat : *cases_) {
      if (!expects(cheat, rules)) continue;
      const std::vector<Finding> findings = check_file(*cheat.project, *cheat.file, policy);
      if (findings.empty()) ++result.passing;
      for (const Expectation& expected : cheat.pair->expected) {
        const bool met = std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
          return finding.rule == expected.rule && finding.place.line == expected.line;
        });
        if (met) continue;
        ++result.unmet;
        if (result.example.empty()) result.example = cheat.pair->name;
      }
    }
    return result;
  }

  static void expect_escape(const std::string& name, const Policy& policy,
                            const std::set<std::string>& rules = {}) {
    const Escapes found = escapes(policy, rules);
    EXPECT_GT(found.unmet, 0U) << name << ": no cheat notices that it is gone";
    std::printf("%-40s %3zu expectations lost, %3zu cheats pass, such as %s\n", name.c_str(),
                found.unmet, found.passing, found.example.c_str());
  }

  static CheatSuite* suite_;
  static ScratchFolder* scratch_;
  static std::vector<Parsed>* parsed_;
  static std::vector<Case>* cases_;
};

CheatSuite* Mutation::suite_ = nullptr;
ScratchFolder* Mutation::scratch_ = nullptr;
std::vector<Parsed>* Mutation::parsed_ = nullptr;
std::vector<Case>* Mutation::cases_ = nullptr;

TEST_F(Mutation, NothingEscapesTheWholePolicy) {
  const Escapes found = escapes(default_policy());
  EXPECT_EQ(found.unmet, 0U) << found.example;
  EXPECT_EQ(found.passing, 0U);
}

TEST_F(Mutation, EveryRuleIsNeeded) {
  for (const Rule& rule : all_rules()) {
    Policy policy = default_policy();
    policy.disabled_rules = {rule.id};
    expect_escape(rule.id, policy, {rule.id});
  }
}

TEST_F(Mutation, EveryDangerIsNeeded) {
  const Policy whole = default_policy();
  for (std::size_t i = 0; i < whole.dangers.size(); ++i) {
    Policy policy = whole;
    policy.dangers.erase(policy.dangers.begin() + static_cast<std::ptrdiff_t>(i));
    const DangerEntry& gone = whole.dangers[i];
    expect_escape(gone.rule + ": " + gone.name, policy, {gone.rule});
  }
}

TEST_F(Mutation, EveryRefusedKeywordIsNeeded) {
  const Policy whole = default_policy();
  for (const auto& [word, rule] : whole.keyword_rules) {
    Policy policy = whole;
    policy.keyword_rules.erase(word);
    expect_escape(rule + ": " + word, policy, {rule});
  }
}

TEST_F(Mutation, EveryListIsNeeded) {
  const NameEntry anything{"*", "opened by a test"};
  const std::map<std::string, std::vector<NameEntry> Policy::*> lists = {
      {"list: standard_forward", &Policy::standard_forward},
      {"list: standard_construct", &Policy::standard_construct},
      {"list: value_classes", &Policy::value_classes},
      {"list: kernel_value_classes", &Policy::kernel_value_classes},
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

// An entry with one letter of its operands changed.
Policy with_operands(const std::string& name, const std::string& operands) {
  Policy policy = default_policy();
  for (auto* entries : {&policy.plumbing, &policy.arithmetic}) {
    for (OperatorEntry& entry : *entries) {
      if (entry.name == name) entry.operands = operands;
    }
  }
  return policy;
}

// Each letter that takes no tensor, taking one. Where LibTorch has no overload that takes a tensor
// there, C++ itself refuses it and no cheat can tell; those are named, so that a new entry must be
// looked at.
TEST_F(Mutation, EveryOperandThatMustBeANumberIsNeeded) {
  const std::set<std::string> has_tensor_overload = {
      "narrow",      "tensor_split",      "index", "operator[]",
      "masked_fill", "repeat_interleave", "pow",   "to"};
  const std::set<std::string> rules = {"tensor-operand", "tensor-index"};
  const Policy whole = default_policy();
  for (const auto* entries : {&whole.plumbing, &whole.arithmetic}) {
    for (const OperatorEntry& entry : *entries) {
      const std::size_t place = entry.operands.find_first_of("#D");
      if (place == std::string::npos) continue;
      std::string open = entry.operands;
      open.replace(place, std::string::npos, entry.name == "index" ? "L" : "XXXX");
      const Policy policy = with_operands(entry.name, open);
      if (entry.name == "view") continue;  // takes no tensor, but a dtype: see below
      if (has_tensor_overload.contains(entry.name)) {
        expect_escape("operands: " + entry.name, policy, rules);
      } else {
        EXPECT_EQ(escapes(policy, rules).unmet, 0U) << entry.name << " has a tensor overload";
      }
    }
  }
}

TEST_F(Mutation, EveryOtherOperandLetterIsNeeded) {
  const std::set<std::string> rules = {"tensor-operand", "tensor-index"};
  expect_escape("operands: a rounding mode", with_operands("div", "XX#"), rules);
  expect_escape("operands: a view as another dtype", with_operands("view", "TD"), rules);
}

TEST_F(Mutation, EveryUnlistedOperatorIsNeeded) {
  for (const char* name : {"matmul", "softmax", "sum", "where", "exp", "gather", "layer_norm"}) {
    Policy policy = default_policy();
    policy.plumbing.push_back({name, "XXXXXX", "opened by a test"});
    expect_escape("plumbing: " + std::string(name), policy);
  }
}

TEST_F(Mutation, EveryBoundIsNeeded) {
  const std::map<std::string, std::function<void(Policy&)>> lifted = {
      {"bound: operations", [](Policy& policy) { policy.bounds.most_operations = 1000000; }},
      {"bound: degree", [](Policy& policy) { policy.bounds.highest_degree = 1000000; }},
      {"bound: cuts", [](Policy& policy) { policy.bounds.most_cuts = 1000000; }},
      {"bound: factor", [](Policy& policy) { policy.smallest_factor = 0; }},
      {"bound: factor in kernels", [](Policy& policy) { policy.smallest_factor_in_kernel = 0; }},
      {"bound: offset", [](Policy& policy) { policy.largest_offset = 1e300; }},
  };
  for (const auto& [name, lift] : lifted) {
    Policy policy = default_policy();
    lift(policy);
    expect_escape(name, policy, {"arithmetic-bound", "vanishing"});
  }
}

}  // namespace
}  // namespace strata
