#pragma once

#include "anticheat/facts/facts.h"
#include "clang/Lex/Preprocessor.h"

namespace strata::frontend {

// Reads the tokens of every judged file as they are written, in parts that the preprocessor skips
// too.
void read_tokens(clang::Preprocessor& preprocessor, facts::Project& project);

// Records includes and macro uses of the judged files while they are preprocessed. `project` must
// outlive the preprocessor's run.
void record_preprocessing(clang::Preprocessor& preprocessor, facts::Project& project);

}  // namespace strata::frontend
