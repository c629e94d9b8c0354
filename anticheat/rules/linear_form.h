#pragma once

#include <map>
#include <string>

namespace strata {

// A value as a sum of atoms with known factors; an atom is anything that is not a sum. Equal forms
// mean equal values, up to rounding and to views of the same elements.
class LinearForm {
 public:
  static LinearForm of_number(double number);
  static LinearForm of_atom(int atom);

  LinearForm plus(const LinearForm& other, double factor) const;
  LinearForm times(double factor) const;
  // True when one is the other times a number.
  bool is_multiple_of(const LinearForm& other) const;
  // True when an atom of both is in neither of `sum` any more.
  bool loses_atom(const LinearForm& other, const LinearForm& sum) const;
  // The same with each atom replaced, as what moves data does to a sum.
  template <typename Replace>
  LinearForm mapped(const Replace& replace) const {
    LinearForm result;
    for (const auto& [atom, factor] : factors_) result.factors_[replace(atom)] += factor;
    return result;
  }
  std::size_t size() const { return factors_.size(); }
  std::string text() const;  // equal for equal forms

 private:
  std::map<int, double> factors_;
};

// Numbers atoms by their descriptions.
class Atoms {
 public:
  int of(const std::string& description);
  int unique();  // equal to no other

 private:
  std::map<std::string, int> known_;
  int next_ = 1;  // 0 is the number one
};

}  // namespace strata
