# strata::clang, the Clang 19 libraries as one shared object each. Only anticheat/ links it.

find_program(STRATA_LLVM_CONFIG NAMES llvm-config-19 llvm-config REQUIRED)
foreach(answer version includedir libdir has-rtti)
  execute_process(COMMAND "${STRATA_LLVM_CONFIG}" --${answer}
                  OUTPUT_VARIABLE llvm_${answer} OUTPUT_STRIP_TRAILING_WHITESPACE
                  COMMAND_ERROR_IS_FATAL ANY)
endforeach()
if(NOT llvm_version MATCHES "^19\\." OR NOT llvm_has-rtti STREQUAL "YES")
  message(FATAL_ERROR "[build.clang] ${STRATA_LLVM_CONFIG}: Strata needs LLVM 19 with RTTI; "
                      "got ${llvm_version}, RTTI ${llvm_has-rtti}; install libclang-cpp19-dev")
endif()
find_library(STRATA_CLANG_CPP clang-cpp HINTS "${llvm_libdir}" NO_DEFAULT_PATH REQUIRED)
find_library(STRATA_LLVM NAMES LLVM-19 LLVM HINTS "${llvm_libdir}" NO_DEFAULT_PATH REQUIRED)
set(STRATA_CLANG_RESOURCE_DIR "${llvm_libdir}/clang/19")

add_library(strata_clang INTERFACE)
add_library(strata::clang ALIAS strata_clang)
target_include_directories(strata_clang SYSTEM INTERFACE "${llvm_includedir}")
target_link_libraries(strata_clang INTERFACE "${STRATA_CLANG_CPP}" "${STRATA_LLVM}")
message(STATUS "Clang libraries ${llvm_version}: ${llvm_libdir}")
