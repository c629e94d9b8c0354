#include "tests/mutants/judge_mutants.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <regex>
#include <set>

#include "anticheat/client.h"
#include "decomposer/decompose.h"
#include "decomposer/emit/adapter.h"
#include "decomposer/emit/component_file.h"
#include "decomposer/emit/emit.h"
#include "decomposer/graph/index.h"
#include "verifier/localise.h"
#include "verifier/prepare.h"
#include "verifier/step_report.h"
#include "verifier/temporary_folder.h"
#include "verifier/tree_request.h"

namespace strata {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPerUnit = 60;  // mutants in one translation unit

int processors() { return static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN)); }

ScanSettings scan_settings() {
  ScanSettings settings;
  settings.program = STRATA_PROGRAM_DIR "/strata-anticheat";
  settings.reuse = false;
  settings.timeout = std::chrono::seconds(600);
  return settings;
}

void write_text(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
}

// Mutants of one translation unit.
struct Unit {
  std::vector<std::size_t> mutants;  // indices into all
};

// The component and all that is built on it, upwards.
std::set<ComponentId> chain_of(const Tree& tree, ComponentId mutated) {
  std::set<ComponentId> chain{mutated};
  for (std::size_t i = 0; i < tree.components.size(); ++i) {
    for (const Child& child : tree.components[i].children)
      if (chain.contains(child.component)) chain.insert(static_cast<ComponentId>(i));
  }
  return chain;
}

std::string mutant_name(std::size_t mutant, const std::string& component) {
  return fmt::format("m{}_{}", mutant, component);
}

// A forward that keeps its first result: a member function in front of the real one.
std::string with_stale_cache(const std::string& text) {
  static const std::regex kForward(R"(\n  ([^\n;(]+) forward\(([^)]*)\) \{)");
  std::smatch found;
  if (!std::regex_search(text, found, kForward) || found[1] == "void") return text;
  std::string names;
  const std::string parameters = found[2];
  static const std::regex kName(R"((\w+)\s*(,|$))");
  for (std::sregex_iterator name(parameters.begin(), parameters.end(), kName), end; name != end;
       ++name)
    names += (names.empty() ? "" : ", ") + (*name)[1].str();
  return fmt::format(
      "{}\n  {} forward({}) {{\n    static auto kept = forward_once({});\n    return kept;\n  }}\n"
      "\n  {} forward_once({}) {{{}",
      found.prefix().str(), found[1].str(), parameters, names, found[1].str(), parameters,
      found.suffix().str());
}

// The tree with the mutated component and what is built on it under names of their own.
std::vector<Component> renamed(const Tree& tree, const Mutant& mutant, std::size_t number,
                               bool changed) {
  std::vector<Component> components = tree.components;
  if (changed) components[at(mutant.component)] = mutant.changed;
  for (ComponentId id : chain_of(tree, mutant.component))
    components[at(id)].name = mutant_name(number, tree.components[at(id)].name);
  return components;
}

FileContext context_of(const Component& component) {
  return {component.name, "A mutant.", std::vector<InputRule>(component.inputs.size())};
}

std::string text_of(const Mutant& mutant, const std::vector<Component>& components) {
  const Component& component = components[at(mutant.component)];
  const std::string text = component_text(components, component, context_of(component));
  return mutant.stale_cache ? with_stale_cache(text) : text;
}

// Writes the unit's files and returns what the ledger asks of them.
ScanRequest write_unit(const Tree& tree, const std::vector<Mutant>& mutants, const Unit& unit,
                       const fs::path& folder) {
  Tree ledger;
  std::vector<AdapterEntry> entries;
  for (const Component& component : tree.components) {
    write_text(folder / file_of(component),
               component_text(tree.components, component, context_of(component)));
    entries.push_back({file_of(component), component.name});
    ledger.components.push_back(component);
  }
  for (std::size_t number : unit.mutants) {
    const Mutant& mutant = mutants[number];
    const std::vector<Component> components = renamed(tree, mutant, number, true);
    const std::vector<Component> honest = renamed(tree, mutant, number, false);
    for (ComponentId id : chain_of(tree, mutant.component)) {
      const Component& component = components[at(id)];
      write_text(folder / file_of(component),
                 id == mutant.component
                     ? text_of(mutant, components)
                     : component_text(components, component, context_of(component)));
      entries.push_back({file_of(component), component.name});
      ledger.components.push_back(honest[at(id)]);
    }
  }
  write_text(folder / "adapter.cpp", adapter_text(entries));
  return tree_request(ledger, folder);
}

// The mutant that a file of the unit belongs to; nullopt for an honest one.
std::optional<std::size_t> mutant_of(const std::string& file) {
  const std::string name = fs::path(file).filename();
  static const std::regex kName(R"(m(\d+)_.*)");
  std::smatch found;
  if (!std::regex_match(name, found, kName)) return std::nullopt;
  return std::stoul(found[1]);
}

// Scans the unit by all rules; mutants that can't be parsed are struck out, and the rest is tried
// again.
ScanReply scan_unit(const Tree& tree, const std::vector<Mutant>& mutants, Unit& unit,
                    const fs::path& folder, std::vector<MutantVerdict>& verdicts) {
  for (;;) {
    fs::remove_all(folder);
    const ScanReply reply = scan(write_unit(tree, mutants, unit, folder), scan_settings());
    std::set<std::size_t> broken;
    for (const ScanError& error : reply.errors) {
      if (const auto mutant = mutant_of(error.place.file)) broken.insert(*mutant);
    }
    if (broken.empty()) {
      require_judged(reply);
      return reply;
    }
    for (std::size_t mutant : broken) verdicts[mutant].compiles = false;
    std::erase_if(unit.mutants, [&](std::size_t mutant) { return broken.contains(mutant); });
  }
}

// The same text, judged as raw code only, so that it compiles whatever the ledger says.
fs::path compile_unit(const Tree& tree, const std::vector<Mutant>& mutants, const Unit& unit,
                      const fs::path& folder) {
  ScanRequest request = write_unit(tree, mutants, unit, folder);
  for (JudgedFile& file : request.files) {
    if (file.profile == Profile::kAdapter) continue;
    file.profile = Profile::kUserKernel;
    file.operators.reset();
    file.arithmetic.reset();
  }
  const BuiltSubject built = build_subject(std::move(request), folder, scan_settings());
  if (!is_clean(built.reply)) {
    throw std::runtime_error("a mutant is refused even as raw code: " +
                             finding_text(built.reply.findings.front()));
  }
  return built.library;
}

// A step itself; a kernel alone, and the steps that call it.
std::vector<ComponentId> nearest_steps(const Tree& tree, ComponentId mutated) {
  if (tree.components[at(mutated)].level > 0) return {mutated};
  std::vector<ComponentId> steps{mutated};
  for (std::size_t i = 0; i < tree.components.size(); ++i) {
    const bool holds = std::ranges::any_of(tree.components[i].children, [&](const Child& child) {
      return child.component == mutated;
    });
    if (holds) steps.push_back(static_cast<ComponentId>(i));
  }
  return steps;
}

void take(const std::vector<Outcome>& outcomes, ComponentId step, MutantVerdict& verdict) {
  StepSummary summary;
  compared_report(outcomes, {}, {}, summary);
  verdict.parts = verdict.parts || !summary.proved;
  verdict.bit_equal = verdict.bit_equal && summary.bit_equal;
  if (summary.judgement.verdict == Verdict::kPass) return;
  verdict.numbers = true;
  verdict.failing.push_back(step);
  if (verdict.reasons.empty()) verdict.reasons = summary.judgement.reasons;
}

using Pairs = std::vector<std::pair<std::size_t, ComponentId>>;  // mutant and step

// Judges each pair; those of one step in one job, and alone again where that job ended early.
void judge_pairs(const std::shared_ptr<Judged>& judged, const Pairs& pairs,
                 std::vector<MutantVerdict>& verdicts) {
  std::map<ComponentId, std::vector<std::size_t>> by_step;
  for (const auto& [mutant, step] : pairs) by_step[step].push_back(mutant);
  const auto part = [&](std::size_t mutant, ComponentId step) {
    const InstanceId instance = instances_of(judged->tree, step).front();
    return JudgedPart{instance, weight_lines(judged->normalised, judged->tree, instance),
                      mutant_name(mutant, judged->tree.components[at(step)].name)};
  };
  std::vector<Job> jobs;
  for (const auto& [step, list] : by_step) {
    std::vector<JudgedPart> parts;
    for (std::size_t mutant : list) parts.push_back(part(mutant, step));
    jobs.push_back(parts_job(judged, std::move(parts), "mutants"));
  }
  const auto outcomes = run_jobs(jobs, {processors(), {}});
  std::size_t job = 0;
  for (const auto& [step, list] : by_step) {
    const std::vector<Outcome>& all = outcomes[job++];
    const bool whole = all.size() >= 2 && all[1].ending == Ending::kFinished;
    const auto each = part_outcomes(all, list.size());
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (whole) {
        take(each[i], step, verdicts[list[i]]);
      } else {
        const auto alone = run_jobs({parts_job(judged, {part(list[i], step)}, "mutant")}, {1, {}});
        take(part_outcomes(alone.front(), 1).front(), step, verdicts[list[i]]);
      }
    }
  }
}

// The mutant in the place of its component.
std::shared_ptr<Judged> in_place(const Judged& judged, const Mutant& mutant, std::size_t number) {
  auto changed = std::make_shared<Judged>(judged);
  for (ComponentId id : chain_of(judged.tree, mutant.component)) {
    const std::string& name = judged.tree.components[at(id)].name;
    changed->entries[name] = mutant_name(number, name);
  }
  return changed;
}

// Asks what trials don't: probes, and what the results depend on; upwards until a step fails.
void ask_further(const Judged& judged, const Mutant& mutant, std::size_t number,
                 MutantVerdict& verdict) {
  const auto changed = in_place(judged, mutant, number);
  for (ComponentId step : chain_of(judged.tree, mutant.component)) {
    if (verdict.numbers) return;
    const InstanceId instance = instances_of(judged.tree, step).front();
    const Job job = step_job(changed, instance,
                             weight_lines(judged.normalised, judged.tree, instance), "mutant");
    take(run_jobs({job}, {1, {}}).front(), step, verdict);
  }
}

void localise_mutant(const std::shared_ptr<Judged>& judged, const Mutant& mutant,
                     std::size_t number, MutantVerdict& verdict) {
  Plan plan;
  plan.judged = in_place(*judged, mutant, number);
  verdict.culprits = localise(plan, verdict.failing, {}, processors());
}

void judge_unit(const MutatedModel& model, const std::vector<Mutant>& mutants, Unit unit,
                const std::vector<bool>& localised, std::vector<MutantVerdict>& verdicts) {
  const Tree& tree = model.judged->tree;
  const TemporaryFolder folder;
  const ScanReply scanned =
      scan_unit(tree, mutants, unit, fs::canonical(folder.path()) / "unit", verdicts);
  for (const Finding& finding : scanned.findings) {
    if (const auto mutant = mutant_of(finding.place.file))
      verdicts[*mutant].rules.push_back(finding.rule);
  }
  const auto judged = std::make_shared<Judged>(*model.judged);
  judged->library = compile_unit(tree, mutants, unit, fs::canonical(folder.path()) / "unit");
  Pairs pairs;
  for (std::size_t mutant : unit.mutants) {
    for (ComponentId step : nearest_steps(tree, mutants[mutant].component))
      pairs.emplace_back(mutant, step);
  }
  judge_pairs(judged, pairs, verdicts);

  Pairs above;
  for (std::size_t mutant : unit.mutants) {
    if (verdicts[mutant].numbers) continue;
    const std::vector<ComponentId> nearest = nearest_steps(tree, mutants[mutant].component);
    for (ComponentId step : chain_of(tree, mutants[mutant].component)) {
      const bool known = std::ranges::find(nearest, step) != nearest.end();
      if (!known) above.emplace_back(mutant, step);
    }
  }
  judge_pairs(judged, above, verdicts);
  for (std::size_t mutant : unit.mutants) {
    if (verdicts[mutant].parts) ask_further(*judged, mutants[mutant], mutant, verdicts[mutant]);
  }
  for (std::size_t mutant : unit.mutants) {
    if (localised[mutant] && verdicts[mutant].numbers)
      localise_mutant(judged, mutants[mutant], mutant, verdicts[mutant]);
  }
}

}  // namespace

MutatedModel mutated_model(const std::string& name) {
  MutatedModel model;
  model.name = name;
  Decomposition parts = decompose(fs::path(STRATA_ZOO_DIR) / (name + ".pt2"));
  const auto judged = std::make_shared<Judged>();
  judged->isolation = isolation_here();
  judged->loaded = std::move(parts.loaded);
  judged->normalised = std::move(parts.normalised);
  judged->tree = std::move(parts.tree);
  judged->record = record_path(judged->loaded.archive);
  judged->seeds = draw_seeds(2);
  model.captured = std::make_shared<Descriptor>(anonymous_file("captured"));
  judged->captured_file = model.captured->number();
  std::vector<InstanceId> all(judged->tree.instances.size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<InstanceId>(i);
  const auto outcomes =
      run_jobs({capture_job(judged, values_to_capture(judged->tree, all))}, {1, {}});
  judged->captured = job_result("run the original", outcomes.front());
  model.judged = judged;
  return model;
}

std::vector<MutantVerdict> judge_mutants(const MutatedModel& model,
                                         const std::vector<Mutant>& mutants,
                                         const std::vector<bool>& localised) {
  std::vector<MutantVerdict> verdicts(mutants.size());
  for (std::size_t first = 0; first < mutants.size(); first += kPerUnit) {
    Unit unit;
    for (std::size_t i = first; i < std::min(first + kPerUnit, mutants.size()); ++i)
      unit.mutants.push_back(i);
    judge_unit(model, mutants, std::move(unit), localised, verdicts);
  }
  return verdicts;
}

}  // namespace strata
