#include "decomposer/schema/cond.h"

namespace strata {
namespace {

constexpr std::string_view kNameSpace = "higher_order";
constexpr std::string_view kThenName = "cond_then";
constexpr std::string_view kElseName = "cond_else";
constexpr std::string_view kEndName = "cond";

std::shared_ptr<const OperatorSchema> make(std::string_view name) {
  OperatorSchema schema{std::string(kNameSpace), std::string(name), "", {}, {}};
  const auto take = [&](const char* argument, ArgumentType type) {
    SchemaArgument entry;
    entry.name = argument;
    entry.type = type;
    schema.arguments.push_back(std::move(entry));
  };
  take("predicate", ArgumentType::kTensor);
  if (name == kEndName) {
    take("when_true", ArgumentType::kTensorList);
    take("when_false", ArgumentType::kTensorList);
    schema.returns.push_back({ArgumentType::kTensorList, false, ""});
  }
  return std::make_shared<const OperatorSchema>(std::move(schema));
}

}  // namespace

CondPart cond_part(const OperatorSchema& op) {
  if (op.name_space != kNameSpace) return CondPart::kNone;
  if (op.name == kThenName) return CondPart::kThen;
  if (op.name == kElseName) return CondPart::kElse;
  return op.name == kEndName ? CondPart::kEnd : CondPart::kNone;
}

std::shared_ptr<const OperatorSchema> cond_operator(CondPart part) {
  static const auto then_part = make(kThenName);
  static const auto else_part = make(kElseName);
  static const auto end_part = make(kEndName);
  switch (part) {
    case CondPart::kThen:
      return then_part;
    case CondPart::kElse:
      return else_part;
    case CondPart::kEnd:
      return end_part;
    case CondPart::kNone:
      break;
  }
  return nullptr;
}

std::shared_ptr<const OperatorSchema> cond_operator(std::string_view name_space,
                                                    std::string_view name) {
  if (name_space != kNameSpace) return nullptr;
  for (const CondPart part : {CondPart::kThen, CondPart::kElse, CondPart::kEnd}) {
    if (cond_operator(part)->name == name) return cond_operator(part);
  }
  return nullptr;
}

}  // namespace strata
