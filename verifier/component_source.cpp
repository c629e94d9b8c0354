#include "verifier/component_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>

#include "anticheat/source_file.h"
#include "decomposer/emit/adapter.h"
#include "kernels_l0/error.h"

namespace strata {
namespace {

namespace fs = std::filesystem;

void require_source(const fs::path& file) {
  static const std::set<std::string> kSources{".h", ".hh", ".hpp", ".hxx", ".cpp", ".cc", ".cxx"};
  if (kSources.contains(file.extension().string()) || !fs::is_regular_file(file)) return;
  throw Error(
      "component.read",
      fmt::format("{}: a component is a C++ file; got the ending \"{}\"; an archive ends in "
                  "\".pt2\", with \":module.path\" for a part of it",
                  file.string(), file.extension().string()));
}

// Throws where an include names nothing, so that a typing error is told before anything is judged.
void require_children(const ComponentFiles& files) {
  for (const auto& [includer, children] : files.includes) {
    for (const fs::path& child : children) {
      if (std::ranges::find(files.files, child) != files.files.end()) continue;
      throw Error("component.read", fmt::format("{}: the files that it includes must exist; got no "
                                                "'{}'; check the path",
                                                includer.string(), child.string()));
    }
  }
}

constexpr std::string_view kBlanks = " \t";

// The last namespace that the file opens in a line of its own: a component has one.
std::string namespace_in(const fs::path& file, std::string_view text) {
  constexpr std::string_view kWord = "namespace";
  constexpr std::string_view kNameCharacters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
  std::string_view found;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (!line.starts_with(kWord)) continue;
    line.remove_prefix(kWord.size());
    const std::size_t start = line.find_first_not_of(kBlanks);
    if (start == 0 || start == std::string_view::npos) continue;
    line.remove_prefix(start);
    const std::string_view name = line.substr(0, line.find_first_not_of(kNameCharacters));
    line.remove_prefix(name.size());
    line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
    if (!name.empty() && line.starts_with('{')) found = name;
  }
  if (!found.empty()) return std::string(found);
  throw Error("component.read",
              fmt::format("{}: must hold its Model in a namespace; got none", file.string()));
}

void replace(std::string& text, const std::string& from, const std::string& to) {
  const std::size_t place = text.find(from);
  if (place != std::string::npos) text.replace(place, from.size(), to);
}

}  // namespace

ComponentSource read_component(const fs::path& file) {
  require_source(file);
  ComponentSource component;
  component.files = component_files(file);
  require_children(component.files);
  const std::string text = read_source(file);
  component.name_space = namespace_in(file, text);
  component.has_inputs = text.find("get_inputs(") != std::string::npos &&
                         text.find("get_expected_output_shapes(") != std::string::npos;
  return component;
}

std::string adapter_for(const ComponentSource& component) {
  std::string text = adapter_text({{component.files.file.string(), component.name_space}});
  if (!component.has_inputs) {
    replace(text, component.name_space + "::get_inputs", "[] { return Tensors(); }");
    replace(text, component.name_space + "::get_expected_output_shapes", "[] { return Shapes(); }");
  }
  replace(
      text, "\nnamespace {\n",
      fmt::format("\nstatic_assert(std::is_default_constructible_v<{}::Model>,\n"
                  "              \"the component that is judged is made without arguments; give "
                  "its constructor none\");\n\nnamespace {{\n",
                  component.name_space));
  return text;
}

ScanRequest component_request(const ComponentSource& component, const fs::path& adapter,
                              Profile profile, const std::vector<fs::path>& user_kernels) {
  ScanRequest request;
  request.main = adapter;
  request.files = judged_files(component.files, profile, user_kernels);
  request.files.insert(request.files.begin(),
                       {adapter, Profile::kAdapter, std::nullopt, std::nullopt, std::nullopt});
  return request;
}

}  // namespace strata
