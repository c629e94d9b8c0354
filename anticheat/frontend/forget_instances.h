#pragma once

#include "clang/AST/ASTContext.h"

namespace strata::frontend {

// Takes from the standard library's templates the instances that are cheaper to make anew than to
// read: of functions, of variables, and of classes that say all by their bases, as
// std::is_constructible<A, B> does, or only name a parameter. For a header about to be precompiled:
// who looks for one instance of a template in it reads all, with all types in their arguments, and
// LibTorch's headers leave thousands of each trait. What still refers to an instance keeps it; the
// compiler merges the two when it meets both, as it does for those of two modules.
void forget_instances(clang::ASTContext& context);

}  // namespace strata::frontend
