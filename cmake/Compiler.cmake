# Language, warnings, linker, compiler cache and sanitizers, the same for every target.

option(STRATA_WERROR "Warnings are errors" OFF)
option(STRATA_TIDY "Run clang-tidy on each file as it compiles" OFF)
option(STRATA_FUZZ "Instrument everything for the libFuzzer programs" OFF)
set(STRATA_SANITIZE "" CACHE STRING "Sanitizers, as in -fsanitize=")

if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  message(FATAL_ERROR "[build.compiler] ${CMAKE_CXX_COMPILER}: Strata is built with Clang 19; "
                      "got ${CMAKE_CXX_COMPILER_ID}; use a preset: cmake --preset dev")
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

# -pthread everywhere: Clang refuses a precompiled header made without it.
add_compile_options(-Wall -Wextra -pthread -fcolor-diagnostics)
add_link_options(-pthread)
if(STRATA_WERROR)
  add_compile_options(-Werror)
endif()

find_program(STRATA_MOLD mold)
if(STRATA_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

if(STRATA_SANITIZE)
  add_compile_options(-fsanitize=${STRATA_SANITIZE} -fno-sanitize-recover=all -fno-sanitize=vptr
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${STRATA_SANITIZE})
endif()

if(STRATA_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# A precompiled header carries the time it was made unless told not to, and ccache would then miss.
find_program(STRATA_CCACHE ccache)
if(STRATA_CCACHE)
  set(sloppiness "pch_defines,time_macros,include_file_mtime,include_file_ctime")
  foreach(language C CXX)
    set(CMAKE_${language}_COMPILER_LAUNCHER
        "${CMAKE_COMMAND}" -E env "CCACHE_SLOPPINESS=${sloppiness}" "${STRATA_CCACHE}")
  endforeach()
  add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:SHELL:-Xclang -fno-pch-timestamp>")
endif()

if(STRATA_TIDY)
  find_program(STRATA_CLANG_TIDY clang-tidy-19 REQUIRED)
  set(CMAKE_CXX_CLANG_TIDY "${STRATA_CLANG_TIDY};--quiet")
endif()
