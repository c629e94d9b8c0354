#pragma once

#include <stdexcept>
#include <string>

namespace strata {

// Thrown when Strata can't judge: bad input, a missing tool, a broken invariant. A wrong model is
// never an Error, it is data (a finding, a comparison). Caught only in the programs' mains and in
// the bindings, which exit with code 2.
//
// `what()` reads `[id] subject: rule; got X, expected Y; what to do`, followed by ` (at WHERE)`
// when `where` is not empty.
class Error : public std::runtime_error {
 public:
  // id: stable and dotted, such as "load.unknown_tag". message: all that follows the id.
  // where: a file, a line of a file, or a JSON Pointer; may be empty.
  Error(std::string id, const std::string& message, std::string where = {});

  const std::string& id() const { return id_; }
  const std::string& where() const { return where_; }

 private:
  std::string id_;
  std::string where_;
};

}  // namespace strata
