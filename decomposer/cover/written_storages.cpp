#include <algorithm>
#include <map>

#include "decomposer/cover/roles.h"
#include "decomposer/cover/rules.h"
#include "decomposer/normalise/storage_groups.h"

namespace strata {
namespace {

std::size_t index(std::int32_t id) { return static_cast<std::size_t>(id); }

bool only_views(const Draft& draft, NodeId id) {
  return !draft.writes(id) && draft.node(id).op->is_view();
}

struct WrittenStorage {
  std::vector<NodeId> writers;
  std::vector<NodeId> members;
};

}  // namespace

void cover_written_storages(Draft& draft) {
  if (draft.effects().empty()) {
    bool any = false;
    for (NodeId id = 0; id < draft.node_count(); ++id) any = any || draft.writes(id);
    if (!any) return;
  }
  const StorageGroups groups = storage_groups(draft.graph);
  const auto external = external_storages(draft.graph, groups);
  const auto owner_of = [&](ValueId value) { return groups.owner[index(value)]; };
  std::map<ValueId, WrittenStorage> storages;
  for (NodeId id = 0; id < draft.node_count(); ++id) {
    // Statistics that batch_norm updates need no kernel but its own.
    if (!draft.node(id).op->writes()) continue;
    for (const ValueId value : written_by(draft.node(id))) {
      WrittenStorage& storage = storages[owner_of(value)];
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
    // Views made after the first write show what was written only when they run behind it.
    if (!external[index(owner)]) {
      for (NodeId id = storage.writers.front(); id < draft.node_count(); ++id) {
        if (!only_views(draft, id)) continue;
        for (const ValueId input : draft.inputs(id)) {
          if (owner_of(input) == owner) storage.members.push_back(id);
        }
      }
    }
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
