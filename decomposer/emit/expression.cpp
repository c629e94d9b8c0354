#include "decomposer/emit/expression.h"

namespace strata {

std::string bound(const Expression& expression, Binding least) {
  return expression.binding < least ? "(" + expression.text + ")" : expression.text;
}

}  // namespace strata
