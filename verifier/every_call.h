#pragma once

#include <ATen/core/dispatch/Dispatcher.h>

#include <functional>

namespace strata {

// Gets an operator and its arguments on the stack, and has to leave its results there. What it
// calls itself is not handed to it.
using EveryCall = std::function<void(const c10::OperatorHandle&, torch::jit::Stack*)>;

// Runs `run` on this thread while every outermost call of an operator is handed to `call`. What
// either throws passes through. Not to be nested: throws Error{"every_call.nested"}.
void with_every_call(const EveryCall& call, const std::function<void()>& run);

}  // namespace strata
