#include "tests/end_to_end/step_files.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "tests/end_to_end/json_schema.h"
#include "tests/end_to_end/program.h"

namespace strata {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

fs::path write(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream(file) << text;
  return file;
}

std::string component_text(const std::string& name, const std::string& includes,
                           const std::string& members, const std::string& constructor,
                           const std::string& forward, const std::string& inputs) {
  return fmt::format(R"(#pragma once

#include <ATen/ATen.h>
#include <torch/nn/module.h>
{1}
namespace {0} {{

struct Model : torch::nn::Module {{
{2}
  Model() {{
{3}  }}

  {4}
}};

inline std::vector<at::Tensor> get_inputs() {{ return {{{5}}}; }}

inline std::vector<at::Tensor> get_init_inputs() {{ return {{}}; }}

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {{
  return {{{{{{4, 8}}, at::kFloat}}}};
}}

}}  // namespace {0}
)",
                     name, includes, members, constructor, forward, inputs);
}

fs::path schema(const char* name) { return fs::path(STRATA_SOURCE_DIR) / "verifier" / name; }

}  // namespace

StepFiles::StepFiles() { folder_ = fresh_folder(); }

StepFiles::~StepFiles() { fs::remove_all(folder_); }

fs::path StepFiles::leaf(const std::string& level, const std::string& name,
                         const Parameters& parameters, const std::string& forward,
                         const std::string& inputs) const {
  std::string members;
  std::string constructor;
  for (const auto& [member, sizes] : parameters) {
    members += fmt::format("  at::Tensor {};\n", member);
    constructor +=
        sizes.starts_with("=")
            ? fmt::format("    {0} = register_buffer(\"{0}\", {1});\n", member, sizes.substr(1))
            : fmt::format("    {0} = register_parameter(\"{0}\", at::empty({1}));\n", member,
                          sizes);
  }
  return write(folder_ / level / (name + ".h"),
               component_text(name, "", members, constructor, forward, inputs));
}

fs::path StepFiles::parent(const std::string& level, const std::string& name,
                           const std::vector<Child>& children, const std::string& forward) const {
  std::string includes = "\n";
  std::string members;
  std::string constructor;
  for (const Child& child : children) {
    const std::string include = fmt::format("#include \"../{}/{}.h\"\n", child.level, child.name);
    if (includes.find(include) == std::string::npos) includes += include;
    members += fmt::format("  std::shared_ptr<{}::Model> {};\n", child.name, child.member);
    constructor +=
        fmt::format("    {0} = register_module(\"{0}\", std::make_shared<{1}::Model>());\n",
                    child.member, child.name);
  }
  return write(folder_ / level / (name + ".h"),
               component_text(name, includes, members, constructor, forward, "at::randn({4, 8})"));
}

json verify_step_report(const std::string& original, const fs::path& refactored, int expected_exit,
                        const std::vector<std::string>& more) {
  const StepFiles scratch;
  const fs::path output = scratch.folder() / "result.json";
  std::vector<std::string> arguments{"--original",        original,   "--refactored",
                                     refactored.string(), "--output", output.string()};
  const bool has_seeds =
      std::ranges::any_of(more, [](const std::string& one) { return one.starts_with("--seed"); });
  if (!has_seeds) arguments.insert(arguments.end(), {"--seed-list", "11,12"});
  arguments.insert(arguments.end(), more.begin(), more.end());
  const Ended ended = run_program_named("verify_step", arguments);
  EXPECT_EQ(ended.exit_code, expected_exit) << ended.out << ended.err;
  std::ifstream in(output);
  const json report = json::parse(in, nullptr, false);
  if (report.is_discarded()) return nullptr;
  EXPECT_EQ(schema_problems(report, schema("verification_result.schema.json")),
            std::vector<std::string>{});
  if (report.at("counterexample").is_string()) {
    std::ifstream saved(report.at("counterexample").get<std::string>() + "/counterexample.json");
    EXPECT_EQ(schema_problems(json::parse(saved), schema("counterexample.schema.json")),
              std::vector<std::string>{});
  }
  return report;
}

std::string reasons_of(const json& report) {
  if (!report.is_object()) return "no report";
  return fmt::format("{}", fmt::join(report.at("reasons").get<std::vector<std::string>>(), "\n"));
}

json probe_of(const json& report, const std::string& name) {
  if (!report.is_object()) return nullptr;
  for (const json& probe : report.at("probes"))
    if (probe.at("name") == name) return probe;
  return nullptr;
}

}  // namespace strata
