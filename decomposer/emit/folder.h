#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace strata {

// Files of an output folder: path relative to it, and contents.
using FileTexts = std::map<std::string, std::string>;

// Writes the files, and a manifest.json with the SHA-256 of each, into `out`: first into a folder
// beside it, which then takes its place in one step, so that `out` is at every moment the old
// folder or the new one, whole.
//   - A folder that is there and holds anything but an earlier output is never touched:
//   Error{"emit.foreign_folder"}.
//   - Files of an earlier output that someone has edited, and files that someone has added, are
//   never lost:
//     Error{"emit.edited"} names them, unless `force`. What the judge wrote (verification/, and
//     verification_result.json and coverage_report.json of the steps) belongs to the earlier output
//     and goes with it.
//   - A full disk, a read-only place and the like: Error{"emit.write"}; nothing is left behind.
// A folder that an interrupted run left beside `out` is removed by the next one.
void write_folder(const std::filesystem::path& out, const FileTexts& files, bool force);

}  // namespace strata
