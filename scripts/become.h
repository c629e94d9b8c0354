#pragma once

namespace strata {

// Becomes the program of this name in the folder of the one that runs, with its command line.
// Returns the exit code, having said why, where that can't be. `self`: what to call this one.
int become(const char* self, const char* name, char** argv);

}  // namespace strata
