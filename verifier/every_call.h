#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/core/dispatch/Dispatcher.h>

#include <cstddef>
#include <functional>
#include <vector>

namespace strata {

// Gets an operator and its arguments on the stack, and has to leave its results there. What it
// calls itself is not handed to it.
using EveryCall = std::function<void(const c10::OperatorHandle&, torch::jit::Stack*)>;

// Runs `run` on this thread while every outermost call of an operator is handed to `call`. What
// either throws passes through. Not to be nested: throws Error{"every_call.nested"}.
void with_every_call(const EveryCall& call, const std::function<void()>& run);

// The tensors on the stack from there on that have memory, those of lists among them.
std::vector<at::Tensor> tensors_from(const torch::jit::Stack& stack, std::size_t first);

}  // namespace strata
