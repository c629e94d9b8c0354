#pragma once

#include <map>
#include <optional>
#include <string>

#include "anticheat/facts/facts.h"

// Numbers that are known before the program runs.
namespace strata {

struct KnownNumbers {
  std::map<std::string, double> settings;   // members
  std::map<int, double> variables;          // by index into Function::variables
  std::map<std::string, int> list_lengths;  // of lists of children; -1: not known
  std::optional<double> each_size;  // what every size of a tensor is taken for; absent: not known
  std::map<std::string, double> made;  // children: 1 where the constructor makes them, else 0
};

// The value of an expression, by C++'s own arithmetic; nullopt where something in it is not known.
std::optional<double> number_of(const KnownNumbers& known, const facts::Expression& expression);

// The number as a variable of this type holds it: 0.5 as an integer is 0.
double as_type(double number, const facts::Type& type);

}  // namespace strata
