#include "bindings/bindings.h"
#include "kernels_l0/error.h"

namespace strata {

namespace py = pybind11;

// Raises strata.Error(id, message, where), the class that the package defines. The package is
// looked up when an error is thrown: it is complete by then.
void bind_errors(py::module_&) {
  py::register_exception_translator([](std::exception_ptr thrown) {
    try {
      if (thrown) std::rethrow_exception(thrown);
    } catch (const Error& error) {
      const py::object type = py::module_::import("strata.errors").attr("Error");
      const py::object raised = type(error.id(), error.what(), error.where());
      PyErr_SetObject(type.ptr(), raised.ptr());
    }
  });
}

}  // namespace strata
