#include "verifier/private_inputs.h"

#include <ATen/Parallel.h>
#include <unistd.h>

#include "verifier/capture.h"

namespace strata {

PrivateInputs private_inputs(const nlohmann::json& captured, int file,
                             const std::vector<ValueId>& values) {
  at::set_num_threads(1);  // none may run when the process is confined
  const Captured all = captured_from_json(captured);
  Captured own;
  PrivateInputs result{{}, anonymous_file("inputs")};
  {
    const PrivateMapping mapping(file);
    const std::vector<at::Tensor> tensors = captured_tensors(all, mapping, values);
    for (std::size_t i = 0; i < values.size(); ++i)
      own.values[values[i]] = store_tensor(result.file.number(), tensors[i]);
  }
  close(file);
  result.captured = to_json(own);
  return result;
}

}  // namespace strata
