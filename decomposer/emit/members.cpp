#include "decomposer/emit/members.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace strata {
namespace {

bool continues(const Child& before, const Child& after) {
  return before.index && after.index && before.name == after.name &&
         before.component == after.component && *after.index == *before.index + 1;
}

}  // namespace

Members members_of(const Component& component) {
  const std::vector<Child>& children = component.children;
  Members found;
  std::set<std::string> taken;
  for (const Child& child : children) taken.insert(registered_name(child));
  for (std::size_t begin = 0; begin < children.size();) {
    std::size_t end = begin + 1;
    while (end < children.size() && continues(children[end - 1], children[end])) ++end;
    const Child& first = children[begin];
    Member member{registered_name(first),  first.name,
                  first.component,         end - begin > 1,
                  first.index.value_or(0), static_cast<std::int32_t>(end - begin)};
    if (member.is_list) {
      member.name = first.name;
      if (!taken.insert(member.name).second) {
        member.name =
            fmt::format("{}_{}_to_{}", first.name, member.first, member.first + member.count - 1);
        taken.insert(member.name);
      }
    }
    for (std::size_t i = begin; i < end; ++i) {
      found.places.push_back(
          {static_cast<std::int32_t>(found.members.size()), static_cast<std::int32_t>(i - begin)});
    }
    found.members.push_back(member);
    begin = end;
  }
  return found;
}

}  // namespace strata
