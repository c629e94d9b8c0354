#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace strata {

// What a program left behind.
struct Ended {
  int exit_code = -1;
  std::string out;  // stdout
  std::string err;  // stderr
};

// Runs `strata`, or another program beside it, with these arguments.
Ended run_program_named(const std::string& program, const std::vector<std::string>& arguments);
Ended run_strata(const std::vector<std::string>& arguments);
// The libraries that a program loads when it starts, in the loader's words.
std::string libraries_of(const std::string& program);

// A model of the zoo, decomposed into a folder of its own that goes away with this.
class Emitted {
 public:
  explicit Emitted(const std::string& model);
  ~Emitted();
  Emitted(const Emitted&) = delete;
  Emitted& operator=(const Emitted&) = delete;

  const std::filesystem::path& folder() const { return folder_; }
  const nlohmann::json& summary() const { return summary_; }  // decompose_summary/1
  // The one file whose name starts so, in any level's folder.
  std::filesystem::path component(const std::string& start) const;
  // Replaces the first occurrence; fails the test when there is none.
  void edit(const std::filesystem::path& file, const std::string& from,
            const std::string& to) const;
  // `strata verify --json --fresh`: the exit code, and the document when there is one.
  Ended verify(std::vector<std::string> arguments = {}) const;

 private:
  std::filesystem::path folder_;
  nlohmann::json summary_;
};

// A new folder for temporary files, without symbolic links in its name; the caller removes it.
std::filesystem::path fresh_folder();

std::filesystem::path zoo(const std::string& model);  // its archive

// All reasons of a verdict in one text.
std::string reasons(const Ended& ended);

}  // namespace strata
