#include "anticheat/facts/facts.h"

namespace strata::facts {

const File* file_of(const Project& project, const std::string& path) {
  for (const File& file : project.files) {
    if (file.path == path) return &file;
  }
  return nullptr;
}

}  // namespace strata::facts
