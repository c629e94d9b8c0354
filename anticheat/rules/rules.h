#pragma once

#include "anticheat/rules/rule.h"

// The rules, one file each, named like their ids.
namespace strata {

void check_allocation(const RuleContext& context);
void check_arithmetic_bound(const RuleContext& context);
void check_arithmetic_ledger(const RuleContext& context);
void check_assembly(const RuleContext& context);
void check_attribute(const RuleContext& context);
void check_base_class(const RuleContext& context);
void check_call(const RuleContext& context);
void check_cast(const RuleContext& context);
void check_character(const RuleContext& context);
void check_child_level(const RuleContext& context);
void check_child_not_called(const RuleContext& context);
void check_child_origin(const RuleContext& context);
void check_compute(const RuleContext& context);
void check_constant_output(const RuleContext& context);
void check_constructor(const RuleContext& context);
void check_control_flow(const RuleContext& context);
void check_conversion(const RuleContext& context);
void check_coroutine(const RuleContext& context);
void check_declaration(const RuleContext& context);
void check_default_argument(const RuleContext& context);
void check_directive(const RuleContext& context);
void check_discarded_result(const RuleContext& context);
void check_dispatcher(const RuleContext& context);
void check_exception(const RuleContext& context);
void check_expression(const RuleContext& context);
void check_foreign_member(const RuleContext& context);
void check_global(const RuleContext& context);
void check_hook(const RuleContext& context);
void check_in_place(const RuleContext& context);
void check_include(const RuleContext& context);
void check_input_maker(const RuleContext& context);
void check_jump(const RuleContext& context);
void check_keyword(const RuleContext& context);
void check_lambda(const RuleContext& context);
void check_loop(const RuleContext& context);
void check_macro(const RuleContext& context);
void check_member(const RuleContext& context);
void check_member_initialiser(const RuleContext& context);
void check_method(const RuleContext& context);
void check_namespace(const RuleContext& context);
void check_one_operation(const RuleContext& context);
void check_operator_ledger(const RuleContext& context);
void check_parameter_in_parent(const RuleContext& context);
void check_random(const RuleContext& context);
void check_raw_memory(const RuleContext& context);
void check_raw_module(const RuleContext& context);
void check_reserved_name(const RuleContext& context);
void check_sensing(const RuleContext& context);
void check_side_effect(const RuleContext& context);
void check_signature(const RuleContext& context);
void check_state(const RuleContext& context);
void check_statement(const RuleContext& context);
void check_storage(const RuleContext& context);
void check_switched_off(const RuleContext& context);
void check_template(const RuleContext& context);
void check_tensor_index(const RuleContext& context);
void check_tensor_operand(const RuleContext& context);
void check_uninitialised(const RuleContext& context);
void check_vanishing(const RuleContext& context);

// Shared by the rules about keywords: those that the policy gives to `rule`.
void check_keywords(const RuleContext& context, const char* rule, const std::string& message);
// Shared by the rules about names that the policy calls dangers.
void check_dangers(const RuleContext& context, const char* rule, const std::string& message);

}  // namespace strata
