#include "verifier/judge_run.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/decomposer/graph_text.h"
#include "verifier/conditions.h"

namespace strata {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kCond = R"(
    input %p : bool[]
    input %x : fp32[2]
    higher_order::cond_then(%p)
    %a = aten::relu(%x) : fp32[2]
    higher_order::cond_else(%p)
    %b = aten::exp(%x) : fp32[2]
    %y = higher_order::cond(%p, [%a], [%b]) : fp32[2]
    return %y
  )";

// Two trials of a branch, each on another path; the subject is the original itself.
struct Branch {
  Branch() {
    run.graph = &graph;
    run.original = [this](const TrialData& data) { return part_side(graph, whole(graph), data); };
    run.output_names = {"y"};
    run.conditions = current_conditions();
    run.trials = 2;
    run.trial = [](std::size_t index) {
      TrialData data;
      data.inputs = {at::scalar_tensor(index == 0, at::kBool), at::tensor({1.0F, 2.0F})};
      return data;
    };
    run.trial_names = {"captured inputs", "drawn anew"};
    const TrialData first = run.trial(0);
    for (std::size_t i = 0; i < run.trials; ++i) {
      TrialResults results;
      results.outputs = run.original(first).forward(run.trial(i).inputs);
      subject.trials.push_back(results);
    }
    subject.paths = record_paths([&](const std::vector<bool>& script) {
      Trace trace;
      forward_recorded(run.original(first), run.trial(0).inputs, trace, &script);
      return trace;
    });
    subject.trace = subject.paths.at(0);
    subject.same_operations = {true, true};
  }

  Graph graph = graph_from_text(kCond);
  JudgeRun run;
  SubjectResults subject;
};

TEST(JudgeRun, ProvesABranchOnItsPaths) {
  const Branch branch;
  const nlohmann::json judged = judge_run(branch.run, [&] { return branch.subject; });
  EXPECT_THAT(judged.at("reasons"), IsEmpty());
  EXPECT_TRUE(judged.at("proof").at("proved").get<bool>()) << judged.at("proof");
  EXPECT_EQ(judged.at("operations").at("original").size(), 2u);
  EXPECT_EQ(judged.at("operations").at("original"), judged.at("operations").at("refactored"));
}

// That the original takes its other branch there is no excuse: that path is known.
TEST(JudgeRun, FailsOtherOperationsWhereTheOriginalRanAPathOfItsFirstTrial) {
  Branch branch;
  branch.subject.same_operations = {true, false};
  const nlohmann::json judged = judge_run(branch.run, [&] { return branch.subject; });
  EXPECT_FALSE(judged.at("proof").at("proved").get<bool>());
  EXPECT_THAT(judged.at("reasons"), Contains(HasSubstr("drawn anew: the refactored component ran "
                                                       "other operations than in its first call")));
}

TEST(JudgeRun, DoesNotProveABranchThatLeavesAPathOut) {
  Branch branch;
  branch.subject.paths.pop_back();
  const nlohmann::json judged = judge_run(branch.run, [&] { return branch.subject; });
  EXPECT_FALSE(judged.at("proof").at("proved").get<bool>());
  EXPECT_THAT(judged.at("proof").at("difference").get<std::string>(),
              HasSubstr("2 paths of the original could be followed, 1 of the refactored"));
}

}  // namespace
}  // namespace strata
