#pragma once

#include <string>
#include <vector>

#include "decomposer/tree/tree.h"

// What the mutants read and change in a component's body.

namespace strata {

bool floating(ScalarType type);

bool alike(const Local& one, const Local& other);  // sizes and dtype

std::vector<LocalId> reads_of(const Statement& statement);

const std::vector<LocalId>& outputs_of(const Statement& statement);

// From statement `from` on, and among the outputs.
void replace_reads(Component& component, std::size_t from, LocalId old, LocalId now);

// Drops statements that nothing reads any more; those that write stay.
void drop_dead(Component& component);

// The child's or the operator's name.
std::string words(const Component& component, const Statement& statement);

}  // namespace strata
