#include "kernels_l0/error.h"

#include <utility>

namespace strata {
namespace {

std::string sentence(const std::string& id, const std::string& message, const std::string& where) {
  std::string text = "[" + id + "] " + message;
  if (!where.empty()) text += " (at " + where + ")";
  return text;
}

}  // namespace

Error::Error(std::string id, const std::string& message, std::string where)
    : std::runtime_error(sentence(id, message, where)),
      id_(std::move(id)),
      where_(std::move(where)) {}

}  // namespace strata
