// Judges one refactoring against its original. The work is verify_step-torch's: while LibTorch
// starts in that one, the components are compiled already.

#include <exception>

#include "scripts/become.h"
#include "scripts/command.h"
#include "scripts/verify_step_options.h"
#include "verifier/build_ahead.h"
#include "verifier/original_name.h"

namespace {

void build_both_ahead(const strata::VerifyStepOptions& step) {
  if (step.original.empty() || step.refactored.empty()) return;
  if (strata::folder_step(step.original) || strata::archive_part(step.original)) return;
  try {
    const strata::ComponentSource refactored = strata::read_component(step.refactored);
    strata::build_ahead(refactored, strata::judged_as(refactored, step.user_kernels), step.scan);
    // The refactored side takes longer, as a rule, and must not be held up.
    strata::build_ahead(strata::read_component(step.original), {}, step.scan,
                        strata::Turn::kLeaves);
  } catch (const std::exception&) {
    // Said by verify_step-torch.
  }
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(strata::kVerifyStepPurpose, strata::kVerifyStepName);
  strata::VerifyStepCommand command;
  strata::add_options(app, command);
  const auto run = [&] {
    build_both_ahead(command.step);
    return strata::become(strata::kVerifyStepName, "verify_step-torch", argv);
  };
  strata::run_program(app, {{&app, run}}, argc, argv);
}
