#include "decomposer/emit/adapter.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "decomposer/emit/wrap.h"

namespace strata {
namespace {

constexpr const char* kAdapterHead = R"(#include <ATen/ATen.h>
#include <torch/nn/module.h>

)";

constexpr const char* kAdapterBody = R"(
namespace {

using Tensors = std::vector<at::Tensor>;
using Shapes = std::vector<std::pair<std::vector<int64_t>, at::ScalarType>>;

struct Entry {
  const char* name;
  std::shared_ptr<torch::nn::Module> (*make)();
  Tensors (*forward)(torch::nn::Module& module, const Tensors& inputs);
  Tensors (*inputs)();
  Shapes (*outputs)();
};

template <class Results>
concept Several = requires { std::tuple_size<Results>::value; };

template <class Results>
Tensors boxed(const Results& results) {
  if constexpr (std::is_same_v<Results, at::Tensor>) {
    return {results};
  } else if constexpr (std::is_same_v<Results, Tensors>) {
    return results;
  } else {
    static_assert(Several<Results>,
                  "forward must return a tensor, or tensors in a tuple, pair or vector");
    return std::apply([](const auto&... result) { return Tensors{result...}; }, results);
  }
}

template <class Method>
constexpr int kInputs = -1;
template <class Model, class Result, class... Inputs>
constexpr int kInputs<Result (Model::*)(Inputs...)> = sizeof...(Inputs);
template <class Model, class Result, class... Inputs>
constexpr int kInputs<Result (Model::*)(Inputs...) const> = sizeof...(Inputs);

template <class Model, class Method>
Tensors call(Model& model, Method forward, const Tensors& inputs) {
  static_assert(kInputs<Method> >= 0, "forward must be a method, and no static one");
  constexpr std::size_t count = kInputs<Method>;
  TORCH_CHECK(inputs.size() == count, "forward takes ", count, " tensors; got ", inputs.size());
  return [&]<std::size_t... i>(std::index_sequence<i...>) {
    if constexpr (std::is_void_v<decltype((model.*forward)(inputs[i]...))>) {
      (model.*forward)(inputs[i]...);
      return Tensors{};
    } else {
      return boxed((model.*forward)(inputs[i]...));
    }
  }(std::make_index_sequence<count>{});
}

template <class Model>
std::shared_ptr<torch::nn::Module> make() {
  return std::make_shared<Model>();
}

template <class Model>
Tensors forward(torch::nn::Module& module, const Tensors& inputs) {
  return call(static_cast<Model&>(module), &Model::forward, inputs);
}

template <class Model>
void add(std::vector<Entry>& entries, const char* name, Tensors (*inputs)(), Shapes (*outputs)()) {
  entries.push_back({name, make<Model>, forward<Model>, inputs, outputs});
}

std::vector<Entry> all_entries() {
  std::vector<Entry> entries;
)";

constexpr const char* kAdapterTail = R"(  return entries;
}

const Entry& entry(int64_t index) {
  static const std::vector<Entry> entries = all_entries();
  return entries.at(static_cast<std::size_t>(index));
}

}  // namespace

extern "C" {

const char* strata_component_name(int64_t index) { return entry(index).name; }

void strata_make(int64_t index, std::shared_ptr<torch::nn::Module>* module) {
  *module = entry(index).make();
}

void strata_forward(int64_t index, torch::nn::Module* module, const Tensors* inputs,
                    Tensors* outputs) {
  *outputs = entry(index).forward(*module, *inputs);
}

void strata_inputs(int64_t index, Tensors* inputs) { *inputs = entry(index).inputs(); }

void strata_expected_outputs(int64_t index, Shapes* outputs) { *outputs = entry(index).outputs(); }

}  // extern "C"
)";

constexpr const char* kSelfTest =
    R"(// Runs components alone on seeded weights and inputs: all of them, or those that the command line
// names. Prints `PASS name` or `FAIL name: why` for each; the exit status is 1 when one failed.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include <algorithm>
#include <cstdio>
#include <string>

using Tensors = std::vector<at::Tensor>;
using Shapes = std::vector<std::pair<std::vector<int64_t>, at::ScalarType>>;

// adapter.cpp
extern "C" {
int64_t strata_component_count();
const char* strata_component_name(int64_t index);
void strata_make(int64_t index, std::shared_ptr<torch::nn::Module>* module);
void strata_forward(int64_t index, torch::nn::Module* module, const Tensors* inputs,
                    Tensors* outputs);
void strata_inputs(int64_t index, Tensors* inputs);
void strata_expected_outputs(int64_t index, Shapes* outputs);
}

namespace {

// Small weights, buffers around one (a variance must not be negative), integers zero.
void fill(torch::nn::Module& module) {
  for (at::Tensor& parameter : module.parameters()) {
    at::is_floating_point(parameter) ? parameter.normal_(0.0, 0.05) : parameter.zero_();
  }
  for (at::Tensor& buffer : module.buffers()) {
    at::is_floating_point(buffer) ? buffer.uniform_(0.5, 1.5) : buffer.zero_();
  }
}

Tensors run(int64_t index) {
  at::manual_seed(0);
  std::shared_ptr<torch::nn::Module> module;
  strata_make(index, &module);
  module->eval();
  fill(*module);
  Tensors inputs;
  Tensors outputs;
  strata_inputs(index, &inputs);
  strata_forward(index, module.get(), &inputs, &outputs);
  return outputs;
}

bool same(const at::Tensor& a, const at::Tensor& b) {
  return at::logical_or(a.eq(b), at::logical_and(a.ne(a), b.ne(b))).all().item<bool>();
}

// What is wrong with a component; empty when nothing is.
std::string judge(int64_t index) {
  const Tensors outputs = run(index);
  Shapes expected;
  strata_expected_outputs(index, &expected);
  if (outputs.size() != expected.size()) return "another number of outputs";
  const Tensors again = run(index);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const std::string output = "output " + std::to_string(i);
    if (outputs[i].sizes() != at::IntArrayRef(expected[i].first)) return output + ": another shape";
    if (outputs[i].scalar_type() != expected[i].second) return output + ": another dtype";
    if (!same(outputs[i], again[i])) return output + ": differs when run again";
  }
  return "";
}

}  // namespace

int main(int count, char** arguments) {
  const at::NoGradGuard no_grad;
  const std::vector<std::string> wanted(arguments + 1, arguments + count);
  std::size_t judged = 0;
  bool passed = true;
  for (int64_t index = 0; index < strata_component_count(); ++index) {
    const std::string name = strata_component_name(index);
    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), name) == wanted.end()) continue;
    ++judged;
    std::string problem;
    try {
      problem = judge(index);
    } catch (const std::exception& error) {
      problem = error.what();
    }
    passed = passed && problem.empty();
    problem.empty() ? std::printf("PASS %s\n", name.c_str())
                    : std::printf("FAIL %s: %s\n", name.c_str(), problem.c_str());
  }
  if (judged == 0) std::fprintf(stderr, "no such component\n");
  return passed && judged > 0 ? 0 : 1;
}
)";

}  // namespace

std::string adapter_text(const std::vector<AdapterEntry>& entries) {
  std::string text = comment(fmt::format("Makes and calls {} component{} by number.",
                                         entries.size(), entries.size() == 1 ? "" : "s"));
  text += "\n";
  text += kAdapterHead;
  std::set<std::string> includes;
  for (const AdapterEntry& entry : entries) includes.insert(entry.include);
  for (const std::string& include : includes) text += fmt::format("#include \"{}\"\n", include);
  text += kAdapterBody;
  for (const AdapterEntry& entry : entries) {
    text += wrapped(
        2,
        fmt::format(
            "add<{0}::Model>(entries, \"{0}\", {0}::get_inputs, {0}::get_expected_output_shapes);",
            entry.name_space));
  }
  std::string tail = kAdapterTail;
  const std::string exports = "extern \"C\" {\n\n";
  tail.insert(tail.find(exports) + exports.size(),
              fmt::format("int64_t strata_component_count() {{ return {}; }}\n\n", entries.size()));
  return text + tail;
}

std::string self_test_text() { return kSelfTest; }

std::string build_text(const std::string& project, const std::vector<AdapterEntry>& entries) {
  std::string names;
  for (const AdapterEntry& entry : entries) names += "\n    " + entry.name_space;
  return fmt::format(R"(# Needs LibTorch alone:
#   cmake -S . -B build -DCMAKE_PREFIX_PATH=/path/to/libtorch && cmake --build build && ctest --test-dir build

cmake_minimum_required(VERSION 3.18)
project({} LANGUAGES CXX)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)

find_package(Torch REQUIRED)

add_library(components SHARED adapter.cpp)
target_link_libraries(components PUBLIC ${{TORCH_LIBRARIES}})

add_executable(self_test self_test.cpp)
target_link_libraries(self_test PRIVATE components)

enable_testing()
foreach(component{})
  add_test(NAME ${{component}} COMMAND self_test ${{component}})
endforeach()
)",
                     project, names);
}

}  // namespace strata
