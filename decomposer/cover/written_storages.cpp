#include <algorithm>
#include <map>

#include "decomposer/cover/roles.h"
#include "decomposer/cover/rules.h"
#include "decomposer/normalise/storage_groups.h"

namespace strata {
namespace {

bool only_views(const Draft& draft, NodeId id) {
  return !draft.writes(id) && draft.node(id).op->is_view();
}

struct WrittenStorage {
  std::vector<NodeId> writers;
  std::vector<NodeId> members;
};

// Views made after the first write show what was written only when they run behind it.
void add_later_views(const Draft& draft, ValueId owner, WrittenStorage& storage) {
  for (NodeId id = storage.writers.front(); id < draft.node_count(); ++id) {
    if (!only_views(draft, id)) continue;
    for (const ValueId input : draft.inputs(id)) {
      if (draft.owner(input) == owner) storage.members.push_back(id);
    }
  }
}

}  // namespace

void cover_written_storages(Draft& draft) {
  std::map<ValueId, WrittenStorage> storages;
  for (NodeId id = 0; id < draft.node_count(); ++id) {
    // Statistics that batch_norm updates need no kernel but its own.
    if (!draft.node(id).op->writes()) continue;
    for (const ValueId value : written_by(draft.node(id))) {
      // A mask that is written piece by piece is left to the islands.
      if (draft.is_island(value) && !draft.is_external(value)) continue;
      WrittenStorage& storage = storages[draft.owner(value)];
      storage.writers.push_back(id);
      storage.members.push_back(id);
      // The views through which it writes.
      for (NodeId view = draft.producer(value); view != kNone && only_views(draft, view);
           view = draft.producer(draft.inputs(view).front())) {
        storage.members.push_back(view);
      }
    }
  }
  for (auto& [owner, storage] : storages) {
    const NodeId maker = draft.producer(owner);
    if (maker != kNone && !is_contraction(*draft.node(maker).op)) storage.members.push_back(maker);
    if (!draft.is_external(owner)) add_later_views(draft, owner, storage);
    std::sort(storage.members.begin(), storage.members.end());
    storage.members.erase(std::unique(storage.members.begin(), storage.members.end()),
                          storage.members.end());
    std::vector<NodeId> closed = draft.closed(storage.members);
    std::erase_if(closed, [&](NodeId id) { return !draft.is_free(id); });
    if (closed.size() < 2) continue;
    draft.take({"scatter_assign", "assigns to parts of a tensor", closed, {}, {}});
  }
}

}  // namespace strata
