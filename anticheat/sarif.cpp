#include <nlohmann/json.hpp>

#include "anticheat/policy/rule_table.h"
#include "anticheat/print.h"

namespace strata {
namespace {

using nlohmann::json;

json location(const Place& place) {
  json physical = {{"artifactLocation", {{"uri", "file://" + place.file}}}};
  if (place.line > 0)
    physical["region"] = {{"startLine", place.line}, {"startColumn", std::max(place.column, 1)}};
  return json::array({{{"physicalLocation", physical}}});
}

}  // namespace

json to_sarif(const ScanReply& reply) {
  json rules = json::array();
  for (const RuleInfo& rule : rule_table()) {
    rules.push_back({{"id", rule.id},
                     {"shortDescription", {{"text", "Refuses " + rule.summary + "."}}},
                     {"fullDescription", {{"text", rule.reason}}},
                     {"help", {{"text", "Instead: " + rule.advice + "."}}}});
  }
  json results = json::array();
  for (const Finding& finding : reply.findings) {
    std::string message = finding.message;
    if (!finding.callee.empty()) message += " (resolves to " + finding.callee + ")";
    results.push_back({{"ruleId", finding.rule},
                       {"level", "error"},
                       {"message", {{"text", message + "; instead: " + finding.advice}}},
                       {"locations", location(finding.place)}});
  }
  json notifications = json::array();
  for (const ScanError& error : reply.errors) {
    notifications.push_back({{"level", "error"},
                             {"message", {{"text", error.message}}},
                             {"locations", location(error.place)}});
  }
  return {{"version", "2.1.0"},
          {"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
          {"runs",
           {{{"tool", {{"driver", {{"name", "strata scan"}, {"rules", std::move(rules)}}}}},
             {"results", std::move(results)},
             {"invocations",
              {{{"executionSuccessful", reply.errors.empty()},
                {"toolExecutionNotifications", std::move(notifications)}}}}}}}};
}

}  // namespace strata
