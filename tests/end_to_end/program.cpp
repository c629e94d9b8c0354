#include "tests/end_to_end/program.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace strata {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

fs::path fresh_folder() {
  std::string pattern = (fs::temp_directory_path() / "strata_test_XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  return fs::canonical(pattern);
}

namespace {

Ended run_command(const std::string& command) {
  const fs::path folder = fresh_folder();
  const int status = std::system(
      fmt::format("{0} >{1}/out 2>{1}/err </dev/null", command, folder.string()).c_str());
  Ended ended{WIFEXITED(status) ? WEXITSTATUS(status) : -1, text_of(folder / "out"),
              text_of(folder / "err")};
  fs::remove_all(folder);
  return ended;
}

}  // namespace

Ended run_program_named(const std::string& program, const std::vector<std::string>& arguments) {
  std::string command = STRATA_PROGRAM_DIR "/" + program;
  for (const std::string& argument : arguments) command += " '" + argument + "'";
  return run_command(command);
}

Ended run_strata(const std::vector<std::string>& arguments) {
  return run_program_named("strata", arguments);
}

std::string libraries_of(const std::string& program) {
  const Ended ended = run_command("LD_TRACE_LOADED_OBJECTS=1 " STRATA_PROGRAM_DIR "/" + program);
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  return ended.out;
}

fs::path zoo(const std::string& model) { return fs::path(STRATA_ZOO_DIR) / (model + ".pt2"); }

Emitted::Emitted(const std::string& model) : folder_(fresh_folder() / model) {
  const Ended ended =
      run_strata({"decompose", zoo(model).string(), "--out", folder_.string(), "--json"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  summary_ = nlohmann::json::parse(ended.out, nullptr, false);
}

Emitted::~Emitted() { fs::remove_all(folder_.parent_path()); }

fs::path Emitted::component(const std::string& start) const {
  for (const char* level : {"level_3_model", "level_2_layer", "level_1_fusion", "level_0_kernel"}) {
    if (!fs::exists(folder_ / level)) continue;
    for (const auto& entry : fs::directory_iterator(folder_ / level)) {
      if (entry.path().filename().string().starts_with(start)) return entry.path();
    }
  }
  ADD_FAILURE() << "no component starts with " << start;
  return {};
}

void Emitted::edit(const fs::path& file, const std::string& from, const std::string& to) const {
  std::string text = text_of(file);
  const std::size_t place = text.find(from);
  ASSERT_NE(place, std::string::npos) << from << " is not in\n" << text;
  text.replace(place, from.size(), to);
  std::ofstream(file, std::ios::binary) << text;
}

Ended Emitted::verify(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), {"verify", folder_.string(), "--json", "--fresh"});
  return run_strata(arguments);
}

std::string reasons(const Ended& ended) {
  const nlohmann::json document = nlohmann::json::parse(ended.out, nullptr, false);
  if (!document.is_object()) return "no document; stderr: " + ended.err;
  return fmt::format("{}", fmt::join(document.at("reasons").get<std::vector<std::string>>(), "\n"));
}

}  // namespace strata
