#pragma once

#include <cstddef>
#include <cstdint>

namespace strata {

// An id as the index of what it names in its list: graph.nodes[at(node)].
inline std::size_t at(std::int32_t id) { return static_cast<std::size_t>(id); }

}  // namespace strata
