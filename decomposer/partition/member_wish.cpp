#include "decomposer/partition/member_wish.h"

#include <algorithm>
#include <map>
#include <set>

#include "decomposer/graph/identifier.h"

namespace strata {
namespace {

// What a person would call a part of the path: `SelfAttention` -> `self_attention`.
std::string cleaned(const std::string& part) {
  const bool has_capital =
      std::ranges::any_of(part, [](unsigned char c) { return std::isupper(c) != 0; });
  return identifier(has_capital ? snake_case(part) : part);
}

// The number that a name ends in, -1 without one or without anything before it.
int number_behind(const std::string& name) {
  const std::size_t stem = name.find_last_not_of("0123456789") + 1;
  const bool ends = stem > 0 && stem < name.size() && name.size() - stem <= 3;
  return ends ? std::stoi(name.substr(stem)) : -1;
}

std::string without_number(const std::string& name) {
  std::string stem = name.substr(0, name.find_last_not_of("0123456789") + 1);
  while (stem.size() > 1 && stem.back() == '_') stem.pop_back();
  return stem;
}

// Children of one component, above kernels, each of which reads what the one before made.
using Row = std::vector<std::size_t>;
constexpr std::size_t kShortestRow = 3;

std::vector<Row> rows_of(const Component& component, const std::vector<Component>& components) {
  std::vector<Row> rows;
  const ChildCall* before = nullptr;
  for (const Statement& statement : component.body) {
    const auto* call = std::get_if<ChildCall>(&statement);
    if (call == nullptr) continue;
    const Child& child = component.children[call->child];
    const bool continues =
        before != nullptr && before->child < call->child &&
        component.children[before->child].component == child.component &&
        std::ranges::find_first_of(call->inputs, before->outputs) != call->inputs.end();
    if (!continues) rows.emplace_back();
    rows.back().push_back(static_cast<std::size_t>(call->child));
    before = call;
  }
  std::erase_if(rows, [&](const Row& row) {
    const Child& child = component.children[row.front()];
    return row.size() < kShortestRow || components[child.component].level == 0;
  });
  return rows;
}

}  // namespace

bool is_number(const std::string& part) {
  return !part.empty() &&
         std::ranges::all_of(part, [](unsigned char c) { return std::isdigit(c) != 0; });
}

std::string Wish::name() const {
  std::string text = leaf;
  for (std::size_t i = 0; i < used; ++i) {
    const std::string& part = before[before.size() - 1 - i];
    // One number after the name reads better than in front of it.
    text = is_number(part) && i == 0 && !listed ? text + "_" + part : part + "_" + text;
  }
  const bool digit = !text.empty() && std::isdigit(static_cast<unsigned char>(text.front())) != 0;
  return cleaned(digit ? "part_" + text : text);
}

bool item_of_a_list_in_a_list(Wish& wish) {
  const auto name = std::ranges::find_if_not(wish.before.rbegin(), wish.before.rend(), is_number);
  if (name == wish.before.rend()) return false;
  wish.index = std::stoi(wish.before.back());
  wish.listed = true;
  wish.before.pop_back();
  const auto first = name.base() - 1;
  wish.leaf = *first;
  for (auto number = first + 1; number != wish.before.end(); ++number) wish.leaf += "_" + *number;
  wish.before.erase(first, wish.before.end());
  wish.origin = wish.origin.substr(0, wish.origin.rfind('.'));
  return true;
}

void list_neighbours(std::vector<Wish>& wishes) {
  const auto number_of = [](const Wish& wish) {
    const bool bare = !wish.index && wish.before.size() == 1 && wish.used == 1;
    return bare && is_number(wish.before[0]) ? std::stoi(wish.before[0]) : -2;
  };
  std::map<std::string, std::set<int>> numbers;  // by leaf
  for (const Wish& wish : wishes) numbers[wish.leaf].insert(number_of(wish));
  for (Wish& wish : wishes) {
    const std::set<int>& known = numbers[wish.leaf];
    const int number = number_of(wish);
    if (known.contains(-2) || !(known.contains(number - 1) || known.contains(number + 1))) continue;
    wish.index = number;
    wish.listed = true;
    wish.before.clear();
    wish.used = 0;
    wish.origin = "items";
  }
}

void list_rows(const Component& component, const std::vector<Component>& components,
               std::vector<Wish>& wishes) {
  std::set<std::string> lists;  // origins without their numbers
  for (const Row& row : rows_of(component, components)) {
    const Wish& first = wishes[row.front()];
    const int number = number_behind(first.leaf);
    const std::string list = without_number(first.origin);
    bool counts = number >= 0 && !first.index;
    for (std::size_t i = 1; i < row.size(); ++i) {
      const Wish& wish = wishes[row[i]];
      counts = counts && !wish.index && without_number(wish.origin) == list &&
               number_behind(wish.leaf) == number + static_cast<int>(i);
    }
    if (counts) lists.insert(list);
  }
  for (Wish& wish : wishes) {
    const int number = number_behind(wish.leaf);
    if (wish.index || number < 0 || !lists.contains(without_number(wish.origin))) continue;
    wish.index = number;
    wish.leaf = without_number(wish.leaf);
    wish.origin = without_number(wish.origin);
  }
}

}  // namespace strata
