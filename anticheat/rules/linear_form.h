#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace strata {

class Atoms;

// A value as a sum of atoms with known factors; an atom is anything that is not a sum, and a
// product of atoms is one, too. Equal forms mean equal values, up to rounding and to views of the
// same elements.
class LinearForm {
 public:
  static LinearForm of_number(double number);
  static LinearForm of_atom(int atom);

  LinearForm plus(const LinearForm& other, double factor) const;
  LinearForm times(double factor) const;
  // Every term of the one with every term of the other.
  LinearForm times(const LinearForm& other, Atoms& atoms) const;
  // True when some term of this has all of the other's only term as a factor.
  bool has_factor(const LinearForm& other, const Atoms& atoms) const;
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
  int product(int first, int second);
  std::vector<int> factors_of(int atom) const;  // itself, where it is no product
  // What moving an atom's elements gives; to move them back gives the atom that was moved.
  int moved(const std::string& move, const std::string& back, int atom);

 private:
  std::map<std::string, int> known_;
  std::map<int, std::vector<int>> products_;               // their factors, sorted
  std::map<int, std::pair<std::string, int>> moves_back_;  // the move, and where it leads
  int next_ = 1;                                           // 0 is the number one
};

}  // namespace strata
