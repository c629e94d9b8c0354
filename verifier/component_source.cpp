#include "verifier/component_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "decomposer/emit/adapter.h"
#include "kernels_l0/error.h"

namespace strata {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  if (in && !fs::is_directory(file)) return text.str();
  throw Error("component.read",
              fmt::format("{}: must be a readable component file; got {}", file.string(),
                          !fs::exists(file)        ? "no such file"
                          : fs::is_directory(file) ? "a folder"
                                                   : "one that can't be read"));
}

void require_source(const fs::path& file) {
  static const std::set<std::string> kSources{".h", ".hh", ".hpp", ".hxx", ".cpp", ".cc", ".cxx"};
  if (kSources.contains(file.extension().string()) || !fs::is_regular_file(file)) return;
  throw Error(
      "component.read",
      fmt::format("{}: a component is a C++ file; got the ending \"{}\"; an archive ends in "
                  "\".pt2\", with \":module.path\" for a part of it",
                  file.string(), file.extension().string()));
}

void add_includes(const fs::path& file, ComponentSource& component) {
  static const std::regex kInclude(R"re(^[ \t]*#[ \t]*include[ \t]*"([^"]+)")re",
                                   std::regex::multiline);
  const std::string text = text_of(file);
  std::vector<fs::path>& direct = component.includes[file];
  for (std::sregex_iterator match(text.begin(), text.end(), kInclude), end; match != end; ++match)
    direct.push_back(fs::weakly_canonical(file.parent_path() / (*match)[1].str()));
  for (const fs::path& child : std::vector<fs::path>(direct)) {
    if (std::ranges::find(component.files, child) != component.files.end()) continue;
    component.files.push_back(child);
    add_includes(child, component);
  }
}

// By the folder's name, else one above the children's; 3 at most.
int level_in(const ComponentSource& component, const fs::path& file, int depth = 0) {
  JudgedFile judged;
  judged.file = file;
  if (const auto level = level_of(judged)) return *level;
  int level = 0;
  if (depth > 8) return level;  // files that include each other: the scan says so
  for (const fs::path& child : component.includes.at(file))
    level = std::max(level, level_in(component, child, depth + 1) + 1);
  return std::min(level, 3);
}

// The last namespace that the file opens: a component has one.
std::string namespace_in(const fs::path& file, const std::string& text) {
  static const std::regex kNamespace(R"(^namespace[ \t]+([A-Za-z_]\w*)[ \t]*\{)",
                                     std::regex::multiline);
  std::string found;
  for (std::sregex_iterator match(text.begin(), text.end(), kNamespace), end; match != end;
       ++match) {
    found = (*match)[1].str();
  }
  if (!found.empty()) return found;
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
  const std::string text = text_of(file);
  component.file = fs::canonical(file);
  component.name_space = namespace_in(file, text);
  component.files.push_back(component.file);
  add_includes(component.file, component);
  component.has_inputs = text.find("get_inputs(") != std::string::npos &&
                         text.find("get_expected_output_shapes(") != std::string::npos;
  return component;
}

std::string adapter_for(const ComponentSource& component) {
  std::string text = adapter_text({{component.file.string(), component.name_space}});
  if (!component.has_inputs) {
    replace(text, component.name_space + "::get_inputs", "[] { return Tensors(); }");
    replace(text, component.name_space + "::get_expected_output_shapes", "[] { return Shapes(); }");
  }
  return text;
}

ScanRequest component_request(const ComponentSource& component, const fs::path& adapter,
                              bool refactored) {
  ScanRequest request;
  request.main = adapter;
  request.files.push_back({adapter, Profile::kAdapter, std::nullopt, std::nullopt, std::nullopt});
  for (const fs::path& file : component.files) {
    JudgedFile judged;
    judged.file = file;
    judged.profile = Profile::kUserKernel;
    if (refactored) {
      const bool parent = file == component.file || !component.includes.at(file).empty();
      const bool kernel = level_of(judged) == 0;
      judged.profile = parent ? Profile::kParent : kernel ? Profile::kCatalogueL0 : Profile::kFlat;
      judged.level = level_in(component, file);
    }
    request.files.push_back(std::move(judged));
  }
  return request;
}

}  // namespace strata
