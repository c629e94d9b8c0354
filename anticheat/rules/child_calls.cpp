#include "anticheat/rules/child_calls.h"

namespace strata {

using facts::Expression;
using facts::ExpressionKind;

void ChildCalls::called(const Expression& object, const KnownNumbers& known) {
  if (object.kind == ExpressionKind::kMember) {
    members_.insert(object.name);
  } else if (object.kind == ExpressionKind::kVariable) {
    const auto list = loops_.find(object.variable);
    if (list != loops_.end()) whole_lists_.insert(list->second);
  } else if (object.kind == ExpressionKind::kCall && object.operands.size() == 1) {
    const std::string& list = object.operands[0].name;
    const auto length = known.list_lengths.find(list);
    if (object.callee == "std::vector::front") elements_[list].insert(0);
    if (object.callee == "std::vector::back" && length != known.list_lengths.end())
      elements_[list].insert(length->second - 1);
  } else if (object.kind == ExpressionKind::kCall && object.operands.size() == 2 &&
             object.operands[0].kind == ExpressionKind::kMember) {
    auto& elements = elements_[object.operands[0].name];
    const Expression& index = object.operands[1];
    if (index.kind == ExpressionKind::kVariable && ranges_.contains(index.variable)) {
      const auto [from, to] = ranges_[index.variable];
      for (int i = from; i < to && i < from + 100000; ++i) elements.insert(i);
    } else if (const auto number = number_of(known, index)) {
      elements.insert(static_cast<int>(*number));
    }
  }
}

int ChildCalls::calls_in(const std::string& list) const {
  const auto found = elements_.find(list);
  return found == elements_.end() ? 0 : static_cast<int>(found->second.size());
}

std::vector<Uncalled> uncalled_children(const facts::Class& model, const Construction& construction,
                                        const ChildCalls& calls) {
  std::vector<Uncalled> uncalled;
  for (const facts::Member& member : model.members) {
    if (member.type.kind == facts::TypeKind::kChild && !calls.calls(member.name)) {
      uncalled.push_back({&member, "forward never calls '" + member.name + "'"});
    }
    if (member.type.kind != facts::TypeKind::kChildList || calls.calls_all(member.name)) continue;
    const auto length = construction.known.list_lengths.find(member.name);
    const bool known = length != construction.known.list_lengths.end() && length->second >= 0;
    const int called = calls.calls_in(member.name);
    if (known && called >= length->second) continue;
    uncalled.push_back({&member, "forward calls " + std::to_string(called) +
                                     " of the children in '" + member.name + "'"});
  }
  return uncalled;
}

}  // namespace strata
