// CRCs of all storages, on several threads over plain reads: mapping the pages would cost more than
// summing them.

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "decomposer/load/weights.h"
#include "kernels_l0/error.h"

namespace strata {
namespace {

constexpr std::uint64_t kPiece = std::uint64_t{4} << 20;     // bytes that a thread takes at a time
constexpr std::uint64_t kBuffer = std::uint64_t{256} << 10;  // bytes per read; stays in the cache

struct Piece {
  std::size_t storage = 0;
  std::uint64_t offset = 0;  // in the file
  std::uint64_t size = 0;
  std::uint32_t crc = 0;
};

class File {
 public:
  explicit File(const std::filesystem::path& path)
      : path_(path.string()), file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (file_ < 0)
      throw Error("weights.archive", path_ + ": can't open the archive: " + std::strerror(errno));
  }
  ~File() { ::close(file_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  // The CRC of a piece; nullopt when the file ends or fails before.
  std::optional<std::uint32_t> crc_of(const Piece& piece, std::vector<Bytef>& buffer) const {
    std::uint32_t crc = 0;
    for (std::uint64_t done = 0; done < piece.size;) {
      const std::uint64_t wanted = std::min<std::uint64_t>(buffer.size(), piece.size - done);
      const ::ssize_t got =
          ::pread(file_, buffer.data(), wanted, static_cast<::off_t>(piece.offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return std::nullopt;
      crc = static_cast<std::uint32_t>(crc32_z(crc, buffer.data(), static_cast<z_size_t>(got)));
      done += static_cast<std::uint64_t>(got);
    }
    return crc;
  }

 private:
  std::string path_;
  int file_;
};

std::vector<Piece> cut(const std::vector<Storage>& storages) {
  std::vector<Piece> pieces;
  for (std::size_t i = 0; i < storages.size(); ++i) {
    for (std::uint64_t done = 0; done < storages[i].size; done += kPiece) {
      pieces.push_back(
          {i, storages[i].file_offset + done, std::min(kPiece, storages[i].size - done)});
    }
  }
  return pieces;
}

// The names of the parameters that lie in a storage, for people.
std::string owners_of(const Graph& graph, std::size_t storage) {
  std::string names;
  for (const Parameter& parameter : graph.parameters) {
    if (parameter.storage == static_cast<std::int32_t>(storage))
      names += (names.empty() ? "'" : ", '") + parameter.name + "'";
  }
  return names;
}

}  // namespace

void check_weights(const Graph& graph, const WeightProgress& progress) {
  require_weights(graph);
  if (graph.storages.empty()) return;
  const File file(graph.archive);
  std::vector<Piece> pieces = cut(graph.storages);
  std::uint64_t all = 0;
  for (const Piece& piece : pieces) all += piece.size;

  std::atomic<std::size_t> next = 0;
  std::atomic<bool> failed = false;
  std::mutex mutex;
  std::uint64_t done = 0;
  const auto work = [&] {
    std::vector<Bytef> buffer(kBuffer);
    for (std::size_t i = next++; i < pieces.size() && !failed; i = next++) {
      const auto crc = file.crc_of(pieces[i], buffer);
      if (!crc) {
        failed = true;
        return;
      }
      pieces[i].crc = *crc;
      const std::scoped_lock lock(mutex);
      done += pieces[i].size;
      if (progress) progress(done, all);
    }
  };
  const std::size_t helpers =
      std::min<std::size_t>(std::max(1U, std::thread::hardware_concurrency()), pieces.size());
  std::vector<std::jthread> threads;
  for (std::size_t i = 1; i < helpers; ++i) threads.emplace_back(work);
  work();
  threads.clear();
  if (failed) {
    throw Error("weights.archive",
                graph.archive.string() +
                    ": the archive can't be read to its end; it changed since it "
                    "was loaded; run again");
  }

  std::vector<std::uint32_t> sums(graph.storages.size(), 0);
  for (const Piece& piece : pieces) {
    sums[piece.storage] = static_cast<std::uint32_t>(
        crc32_combine(sums[piece.storage], piece.crc, static_cast<z_off_t>(piece.size)));
  }
  for (std::size_t i = 0; i < sums.size(); ++i) {
    if (sums[i] == graph.storages[i].crc32) continue;
    throw Error("weights.damaged", graph.archive.string() + ": the bytes of " +
                                       owners_of(graph, i) + " in '" + graph.storages[i].record +
                                       "' don't match their CRC-32; export the model again");
  }
}

}  // namespace strata
