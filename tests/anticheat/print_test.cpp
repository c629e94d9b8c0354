#include "anticheat/print.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include <nlohmann/json.hpp>

#include "anticheat/policy/policy.h"
#include "anticheat/policy/rule_table.h"
#include "anticheat/rules/rule.h"
#include "kernels_l0/error.h"
#include "kernels_l0/plumbing.h"
#include "tests/anticheat/scratch.h"

namespace strata {
namespace {

using testing::HasSubstr;

ScanReply one_finding(const std::filesystem::path& file) {
  ScanReply reply;
  reply.findings.push_back({"compute",
                            {file.string(), 2, 8},
                            "at::tanh(x)",
                            "at::tanh",
                            "'tanh' computes",
                            "call a child"});
  return reply;
}

TEST(Print, ShowsTheLineAndACaret) {
  const ScratchFolder scratch;
  const auto file = scratch.write("a.h", "one\nreturn at::tanh(x);\n");
  const std::string text = print_reply(one_finding(file));
  EXPECT_THAT(
      text,
      HasSubstr(
          "a.h:2:8: refused: 'tanh' computes [compute]\n  return at::tanh(x);\n         ^\n"));
  EXPECT_THAT(text, HasSubstr("resolves to at::tanh"));
  EXPECT_THAT(text, HasSubstr("1 finding\n"));
}

TEST(Print, ErrorsAreNeverAPass) {
  ScanReply reply;
  reply.errors.push_back({{"a.h", 0, 0}, "broken"});
  EXPECT_THAT(print_reply(reply), HasSubstr("could not check"));
}

TEST(Print, NamesChildrenThatAreNotDecomposedYet) {
  ScanReply reply;
  reply.classes.resize(2);
  reply.classes[0].file = "parent.h";
  reply.classes[1].file = "child.h";
  reply.classes[1].profile = Profile::kFlat;
  EXPECT_EQ(print_reply(reply), "child.h: open: not decomposed yet\nnothing refused\n");
}

TEST(Print, SarifPutsFindingsInPlace) {
  const nlohmann::json sarif = to_sarif(one_finding("/somewhere/a.h"));
  EXPECT_EQ(sarif["version"], "2.1.0");
  const nlohmann::json& result = sarif["runs"][0]["results"][0];
  EXPECT_EQ(result["ruleId"], "compute");
  EXPECT_EQ(result["locations"][0]["physicalLocation"]["region"]["startLine"], 2);
  EXPECT_EQ(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            "file:///somewhere/a.h");
  EXPECT_EQ(sarif["runs"][0]["tool"]["driver"]["rules"].size(), rule_table().size());
}

TEST(Print, SarifSaysWhenItCouldNotCheck) {
  ScanReply reply;
  reply.errors.push_back({{"a.h", 3, 1}, "broken"});
  const nlohmann::json invocation = to_sarif(reply)["runs"][0]["invocations"][0];
  EXPECT_EQ(invocation["executionSuccessful"], false);
  EXPECT_EQ(invocation["toolExecutionNotifications"][0]["message"]["text"], "broken");
}

TEST(Rules, EveryRuleHasAPage) {
  std::set<std::string> checked;
  for (const Rule& rule : all_rules()) {
    ASSERT_NE(find_rule(rule.id), nullptr) << rule.id;
    checked.insert(rule.id);
  }
  for (const RuleInfo& info : rule_table()) {
    EXPECT_TRUE(checked.contains(info.id)) << info.id << ": nothing checks it";
    EXPECT_FALSE(info.summary.empty() || info.reason.empty() || info.advice.empty() ||
                 info.bad.empty() || info.good.empty())
        << info.id;
    EXPECT_THAT(explain_rule(info.id), HasSubstr(info.advice));
  }
}

TEST(Rules, DangersAndKeywordsNameRulesThatExist) {
  const Policy policy = default_policy();
  for (const DangerEntry& danger : policy.dangers)
    EXPECT_NE(find_rule(danger.rule), nullptr) << danger.name;
  for (const auto& [keyword, rule] : policy.keyword_rules)
    EXPECT_NE(find_rule(rule), nullptr) << keyword;
}

TEST(Policy, AllowsWhatTheDecomposerLeavesToParents) {
  const Policy policy = default_policy();
  for (const std::string_view name : data_movers()) {
    if (name == "detach" || name == "alias") continue;  // normalised away
    EXPECT_NE(find_operator(policy.plumbing, std::string(name)), nullptr) << name;
  }
}

TEST(Rules, UnknownIdsGetASuggestion) {
  try {
    explain_rule("comput");
    FAIL() << "there is no such rule";
  } catch (const Error& problem) {
    EXPECT_THAT(problem.what(), HasSubstr("compute"));
  }
}

std::string text_of(const std::filesystem::path& file) {
  std::ostringstream written;
  written << std::ifstream(file).rdbuf();
  return written.str();
}

TEST(Rules, DocumentIsTheScannersOwnTables) {
  EXPECT_EQ(text_of(STRATA_SOURCE_DIR "/docs/rules.md"), rules_document())
      << "write it anew: strata scan --explain all > docs/rules.md";
}

TEST(Rules, EachHasAPageOfItsOwn) {
  std::size_t pages = 0;
  for (const auto& page : std::filesystem::directory_iterator(STRATA_SOURCE_DIR "/docs/rules")) {
    const std::string rule = page.path().stem();
    ASSERT_NE(find_rule(rule), nullptr) << page.path() << ": there is no such rule";
    EXPECT_EQ(text_of(page.path()), explain_rule(rule))
        << "write it anew: strata scan --explain " << rule << " > docs/rules/" << rule << ".md";
    ++pages;
  }
  EXPECT_EQ(pages, rule_table().size());
}

}  // namespace
}  // namespace strata
