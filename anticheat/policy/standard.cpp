#include "anticheat/policy/policy.h"

namespace strata {

// Of the standard library and of LibTorch outside its operators: what component files need, no
// more.
void add_standard_policy(Policy& policy) {
  const std::string shape = "reads the shape or dtype, not the elements";
  policy.shape_queries = {
      {"at::Tensor::size", shape},
      {"at::TensorBase::size", shape},
      {"at::Tensor::sizes", shape},
      {"at::TensorBase::sizes", shape},
      {"at::Tensor::dim", shape},
      {"at::TensorBase::dim", shape},
      {"at::Tensor::scalar_type", shape},
      {"at::TensorBase::scalar_type", shape},
      {"c10::ArrayRef::operator[]", "one of the sizes"},
  };
  policy.standard_forward = {
      {"std::vector::operator[]", "an element of a list of tensors or children"},
      {"std::vector::at", "an element of a list of tensors or children"},
      {"std::vector::front", "an element of a list of tensors or children"},
      {"std::vector::back", "an element of a list of tensors or children"},
      {"std::vector::size", "the length of a list"},
      {"std::vector::push_back", "collects tensors in a local list"},
      {"std::vector::pop_back", "takes a tensor off a local list"},
      {"std::vector::reserve", "room for a local list"},
      {"std::get", "one of several outputs"},
      {"std::make_tuple", "several outputs"},
      {"std::tie", "several outputs put into variables"},
      {"std::tuple::operator=", "several outputs put into variables"},
      {"std::move", "hands a tensor on"},
      {"std::sqrt", "of a number, for a scale"},
      {"sqrt", "what std::sqrt of a double resolves to"},
      {"std::numeric_limits::infinity", "what masks are filled with"},
      {"std::numeric_limits::lowest", "what masks are filled with"},
      {"std::numeric_limits::max", "a bound that means 'to the end'"},
      {"std::numeric_limits::min", "what masks are filled with"},
  };
  policy.standard_construct = {
      {"std::make_shared", "makes a child"},
      {"torch::nn::Module::register_module", "registers a child"},
      {"torch::nn::Module::register_parameter", "registers a parameter of a kernel"},
      {"torch::nn::Module::register_buffer", "registers a buffer of a kernel"},
      {"std::vector::push_back", "puts a child into a list"},
      {"std::vector::reserve", "room for a list"},
      {"std::to_string", "names the children of a list"},
      {"std::operator+", "names the children of a list"},
      {"std::shared_ptr::operator=", "keeps a child in its member"},
      {"std::move", "hands a child on"},
  };
  policy.value_classes = {
      {"c10::Scalar", "a number that an operator takes"},
      {"c10::SymInt", "a size that an operator takes"},
      {"c10::ArrayRef", "a list that an operator takes"},
      {"c10::OptionalArrayRef", "a list that an operator takes"},
      {"c10::IListRef", "a list of tensors that an operator takes"},
      {"c10::TensorOptions", "a dtype that an operator takes"},
      {"c10::Device", "where a tensor is made"},
      {"c10::List", "a list of optional tensors that an operator takes"},
      {"at::Tensor", "a tensor variable"},
      {"at::indexing::TensorIndex", "an index by integer, slice, ellipsis or None"},
      {"at::indexing::Slice", "a slice"},
      {"at::indexing::EllipsisIndexType", "an ellipsis"},
      {"std::optional", "an argument that may be left out"},
      {"std::nullopt_t", "an argument that is left out"},
      {"std::basic_string_view", "a word that an operator takes"},
      {"std::basic_string", "a child's name"},
      {"std::initializer_list", "a braced list"},
      {"std::vector", "a list"},
      {"std::tuple", "several outputs"},
      {"std::pair", "a shape and its dtype"},
      {"std::shared_ptr", "a child"},
      {"std::array", "a mask of wanted outputs that an operator takes"},
  };
  policy.kernel_value_classes = {
      {"c10::complex",
       "a complex number that an operator takes; of sums of their multiples the scan "
       "knows too little for a parent"},
  };
  policy.constants = {
      {"at::k*", "a dtype"},
      {"c10::k*", "a dtype or device"},
      {"torch::k*", "a dtype"},
      {"c10::ScalarType::*", "a dtype"},
      {"c10::MemoryFormat::*", "a memory format"},
      {"c10::DeviceType::*", "a device"},
      {"c10::Layout::*", "a layout"},
      {"at::indexing::None", "an index"},
      {"at::indexing::Ellipsis", "an index"},
      {"std::nullopt", "an argument that is left out"},
      {"c10::nullopt", "an argument that is left out"},
  };
  for (const char* name :
       {"+", "-", "*", "/", "%", "<", ">", "<=", ">=", "==", "!=", "&&", "||", "!", "conversion"}) {
    policy.builtin_operators.push_back(
        {std::string("builtin ") + name, "on sizes and other numbers"});
  }
  policy.builtin_operators.push_back({"builtin made", "whether an optional child was made"});
}

}  // namespace strata
