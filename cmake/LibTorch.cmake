# strata::torch, a LibTorch 2.13 laid out as include/ and lib/: the wheel in .venv, or the folder
# that STRATA_LIBTORCH names. Its own CMake package is left alone: it looks for CUDA, MKL and
# Python, and takes longer than all the rest of the configuration.

set(STRATA_LIBTORCH "" CACHE PATH "LibTorch to use; default: the wheel in .venv")

set(torch_root "${STRATA_LIBTORCH}")
if(NOT torch_root)
  file(GLOB torch_root "${CMAKE_SOURCE_DIR}/.venv/lib/python3*/site-packages/torch")
endif()

set(torch_version_header "${torch_root}/include/torch/headeronly/version.h")
if(NOT EXISTS "${torch_version_header}")
  message(FATAL_ERROR "[build.libtorch] '${torch_root}': a LibTorch folder holds include/torch and "
                      "lib/; run scripts/setup, or name one with -DSTRATA_LIBTORCH=DIR")
endif()
file(STRINGS "${torch_version_header}" torch_version_lines
     REGEX "#define TORCH_VERSION_(MAJOR|MINOR|PATCH) [0-9]+")
list(JOIN torch_version_lines " " torch_version_lines)
string(REGEX REPLACE "[^0-9]+([0-9]+)[^0-9]+([0-9]+)[^0-9]+([0-9]+).*" "\\1.\\2.\\3"
       STRATA_TORCH_VERSION "${torch_version_lines}")
if(NOT STRATA_TORCH_VERSION MATCHES "^2\\.13\\.")
  message(FATAL_ERROR "[build.libtorch] ${torch_root}: Strata is built against LibTorch 2.13; "
                      "got ${STRATA_TORCH_VERSION}")
endif()

# The compiler that judges components needs these two as well (anticheat/ never links LibTorch).
set(STRATA_TORCH_INCLUDES "${torch_root}/include"
    "${torch_root}/include/torch/csrc/api/include")
set(STRATA_TORCH_LIB_DIR "${torch_root}/lib")

add_library(strata_torch INTERFACE)
add_library(strata::torch ALIAS strata_torch)
target_include_directories(strata_torch SYSTEM INTERFACE ${STRATA_TORCH_INCLUDES})
target_compile_definitions(strata_torch INTERFACE _GLIBCXX_USE_CXX11_ABI=1)
foreach(name torch torch_cpu c10)
  add_library(strata_lib${name} SHARED IMPORTED)
  set_target_properties(strata_lib${name} PROPERTIES
                        IMPORTED_LOCATION "${STRATA_TORCH_LIB_DIR}/lib${name}.so")
  # libtorch itself is an empty shell that nothing calls; keep it, for it loads the registrations.
  target_link_libraries(strata_torch INTERFACE strata_lib${name})
endforeach()
message(STATUS "LibTorch ${STRATA_TORCH_VERSION}: ${torch_root}")
