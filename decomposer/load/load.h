#pragma once

#include <filesystem>

#include "decomposer/graph/graph.h"
#include "decomposer/load/zip_archive.h"

namespace strata {

// Reads a torch.export archive (.pt2, schema version 8) into a Graph. Weights stay in the file; see
// weights.h. The CRCs of the JSON documents are checked here, those of the weights by
// check_weights(). Throws Error for anything missing, damaged, unknown or unsupported, with the
// place as `file#JSON-Pointer`; the ids are load.*, schema.unknown_operator and graph.malformed for
// a program that breaks an invariant of Graph.
Graph load_archive(const std::filesystem::path& path);

// The same from an archive that is open already. `path` becomes Graph::archive, its stem
// Graph::name.
Graph load_archive(const ZipArchive& archive, const std::filesystem::path& path);

}  // namespace strata
