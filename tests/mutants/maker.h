#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tests/mutants/mutant.h"

namespace strata {

// Collects the mutants of one component.
class Maker {
 public:
  Maker(const Tree& tree, ComponentId id);

  std::vector<Mutant> all();

 private:
  using Edit = std::function<void(Component&)>;

  void add(const std::string& kind, std::size_t place, const std::string& what, const Edit& edit);

  // of an operator's call: argument_mutants.cpp
  void operator_mutants(std::size_t place);
  void argument_mutants(std::size_t place, std::size_t argument);
  void number_mutants(std::size_t place, std::size_t argument);
  void list_mutants(std::size_t place, std::size_t argument);
  void swapped_operands(std::size_t place);
  void other_operator(std::size_t place);
  void set(const std::string& kind, std::size_t place, std::size_t argument, Argument value,
           const std::string& text);

  // of what goes where: wiring_mutants.cpp
  void missing(std::size_t place);
  void wrong_cast(std::size_t place);
  void child_mutants(std::size_t place);
  void wrong_order(std::size_t place);
  void other_result();

  const OperatorCall& call(std::size_t place) const {
    return std::get<OperatorCall>(whole_.body[place]);
  }
  const Local& local(LocalId id) const { return whole_.locals[static_cast<std::size_t>(id)]; }

  ComponentId id_;
  std::vector<bool> holds_weights_;  // by component: it or something below it
  Component whole_;
  std::map<std::string, int> seen_;
  std::vector<Mutant> mutants_;
};

}  // namespace strata
