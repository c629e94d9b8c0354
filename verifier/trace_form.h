#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/core/dispatch/Dispatcher.h>

#include <optional>
#include <string>
#include <vector>

#include "decomposer/tree/tree.h"

namespace strata {

// An operator call on its way through the recorder.
struct ObservedCall {
  OperatorCall call;                 // ValueRef::id is an index into operands
  std::vector<at::Tensor> operands;  // the tensors it names, in order
};

// A call as it reaches the dispatcher, not yet in canonical form.
ObservedCall observe(const c10::OperatorHandle& handle, const torch::jit::Stack& stack);

// Equivalence 8 of Trace: turns a write in place into the call with a result of its own that it
// stands for, and returns true. The first operand is then what the call made. Leaves other calls as
// they are.
bool write_out_of_place(ObservedCall& observed);
// True for the operators that write_out_of_place gives. Their results' layouts count.
bool has_form_in_place(const OperatorSchema& op);
// A tensor's dtype, sizes and strides.
std::string layout_words(const at::Tensor& tensor);

// Indices of the arguments that the call writes to: those that its schema says, and the running
// statistics of normalisations in training, which no schema mentions.
std::vector<std::size_t> written_arguments(const OperatorCall& call);

// True when the call draws random numbers: dropout in eval mode, and attention without dropout, do
// not.
bool draws(const c10::OperatorHandle& handle, const OperatorCall& call);

// What a call that only copies its first operand into new memory gives: equivalences 3 and 4 of
// Trace. nullopt for other calls, and when `result` is no new memory. The layout is in words.
struct CopyForm {
  std::string layout;
};
std::optional<CopyForm> copy_form(const OperatorCall& call, const at::Tensor& source,
                                  const at::Tensor& result);

// Equivalence 9 of Trace: true when the call copies all that a storage holds, as it is.
bool copies_as_is(const OperatorCall& call, const at::Tensor& source, const at::Tensor& result);

// What a call that fills new memory with one number gives: equivalence 5 of Trace. Its operands, if
// any, are asked only for their shape.
struct FillForm {
  std::string value;
  std::string layout;
};
std::optional<FillForm> fill_form(const OperatorCall& call, const at::Tensor& result);

// Equivalence 6 of Trace: fills in the dtype that the result has.
void fill_factory_dtype(OperatorCall& call, const at::Tensor& result);

}  // namespace strata
