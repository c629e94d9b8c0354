# The kinds of target. Source lists are explicit; an empty one makes an empty target.
#
#   strata_library(NAME [SOURCES ...] [TORCH_SOURCES ...] [PUBLIC ...] [LINK ...])
#   strata_program(NAME [SOURCES ...] [TORCH_SOURCES ...] [LINK ...] [PCH target|none])
#   strata_test(FOLDER  [SOURCES ...] [TORCH_SOURCES ...] [LINK ...] [LABELS ...] [TIMEOUT s] [ONCE])
#   strata_fuzzer(NAME    [SOURCES ...] [LINK ...] [SEEDS folder])
#   strata_torch_sources(TARGET FILE ...)
#
# SOURCES can't see LibTorch's headers. TORCH_SOURCES are the files that include them, and their
# target links LibTorch. strata_torch_sources adds such files to any target, from a subfolder too.
# PUBLIC libraries are passed on to users of the library, LINK ones are its own.

set(STRATA_USUAL_LIBRARIES nlohmann_json::nlohmann_json fmt::fmt Threads::Threads)

# Precompiled headers, each carried by a target with one empty file: for files that include LibTorch,
# for other files, and for those of tests.
file(WRITE "${CMAKE_BINARY_DIR}/pch/empty.cpp.in" "// Carries a precompiled header.\n")
configure_file("${CMAKE_BINARY_DIR}/pch/empty.cpp.in" "${CMAKE_BINARY_DIR}/pch/empty.cpp" COPYONLY)
function(strata_precompile_headers name)
  cmake_parse_arguments(arg "" "" "LINK;HEADERS" ${ARGN})
  add_library(${name} OBJECT EXCLUDE_FROM_ALL "${CMAKE_BINARY_DIR}/pch/empty.cpp")
  target_link_libraries(${name} PRIVATE ${STRATA_USUAL_LIBRARIES} ${arg_LINK})
  set_target_properties(${name} PROPERTIES CXX_CLANG_TIDY "")
  target_precompile_headers(${name} PRIVATE ${arg_HEADERS})
endfunction()

set(usual_headers <algorithm> <chrono> <cstdint> <filesystem> <fstream> <functional> <map> <memory>
    <optional> <set> <sstream> <string> <string_view> <unordered_map> <variant> <vector>
    <fmt/format.h> <nlohmann/json.hpp>)
strata_precompile_headers(strata_pch HEADERS ${usual_headers})
strata_precompile_headers(strata_torch_pch LINK strata::torch
                          HEADERS <ATen/ATen.h> <torch/nn/module.h> <nlohmann/json.hpp>)
# Tests run once after they were compiled: quick to compile beats quick to run.
set(STRATA_TEST_OPTIONS -O0)
strata_precompile_headers(strata_test_pch LINK GTest::gtest GTest::gmock
                          HEADERS ${usual_headers} <gtest/gtest.h> <gmock/gmock.h>)
target_compile_options(strata_test_pch PRIVATE ${STRATA_TEST_OPTIONS})

# LibTorch's headers bring another version of fmt than the one we link; this folder goes before them.
get_target_property(fmt_headers fmt::fmt INTERFACE_INCLUDE_DIRECTORIES)
list(GET fmt_headers 0 fmt_headers)
file(MAKE_DIRECTORY "${CMAKE_BINARY_DIR}/own_fmt")
file(CREATE_LINK "${fmt_headers}/fmt" "${CMAKE_BINARY_DIR}/own_fmt/fmt" SYMBOLIC)

# The files compile in an object library of their own, so that the target's other files
# can't see LibTorch; `LINK_ONLY` keeps it that way.
function(strata_torch_sources target)
  get_filename_component(folder "${CMAKE_CURRENT_SOURCE_DIR}" NAME)
  set(objects "${target}_torch_${folder}")
  add_library(${objects} OBJECT ${ARGN})
  target_include_directories(${objects} PRIVATE "${PROJECT_SOURCE_DIR}"
                             "${CMAKE_BINARY_DIR}/own_fmt")
  target_compile_definitions(${objects} PRIVATE $<TARGET_PROPERTY:${target},COMPILE_DEFINITIONS>)
  target_link_libraries(${objects} PRIVATE strata::torch ${STRATA_USUAL_LIBRARIES})
  target_precompile_headers(${objects} REUSE_FROM strata_torch_pch)
  target_sources(${target} PRIVATE $<TARGET_OBJECTS:${objects}>)
  target_link_libraries(${target} PRIVATE $<LINK_ONLY:strata::torch>)
endfunction()

function(strata_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;TORCH_SOURCES;PUBLIC;LINK" ${ARGN})
  if(NOT arg_SOURCES AND NOT arg_TORCH_SOURCES)
    add_library(${name} INTERFACE)
    target_include_directories(${name} INTERFACE "${PROJECT_SOURCE_DIR}")
    target_link_libraries(${name} INTERFACE ${arg_PUBLIC})
    return()
  endif()
  add_library(${name} STATIC ${arg_SOURCES})
  target_include_directories(${name} PUBLIC "${PROJECT_SOURCE_DIR}")
  target_link_libraries(${name} PUBLIC ${arg_PUBLIC}
                        PRIVATE ${STRATA_USUAL_LIBRARIES} ${arg_LINK})
  target_precompile_headers(${name} REUSE_FROM strata_pch)
  if(arg_TORCH_SOURCES)
    strata_torch_sources(${name} ${arg_TORCH_SOURCES})
  endif()
endfunction()

function(strata_program name)
  cmake_parse_arguments(arg "" "PCH" "SOURCES;TORCH_SOURCES;LINK" ${ARGN})
  if(NOT arg_PCH)
    set(arg_PCH strata_pch)
  endif()
  if(NOT arg_SOURCES AND NOT arg_TORCH_SOURCES)
    return()
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE ${STRATA_USUAL_LIBRARIES} ${arg_LINK})
  if(NOT arg_PCH STREQUAL "none")
    # As the precompiled header was: a program's files are compiled with -fPIE otherwise.
    target_compile_options(${name} PRIVATE -fPIC)
    target_precompile_headers(${name} REUSE_FROM ${arg_PCH})
  endif()
  if(arg_TORCH_SOURCES)
    strata_torch_sources(${name} ${arg_TORCH_SOURCES})
  endif()
endfunction()

# Exports of the models in tests/zoo, made by the fixture `zoo` before the first test that runs.
set(STRATA_ZOO_DIR "${CMAKE_BINARY_DIR}/zoo" CACHE PATH "Where the tests' exported models are")

# One test program per folder, test_<folder>; each of its cases is a test of its own, or, with ONCE,
# the whole program is one, for cases that share what is costly to set up. Tests run in tests/ of the
# source tree, and find folders, programs and exported models through the definitions below.
function(strata_test folder)
  cmake_parse_arguments(arg "ONCE" "TIMEOUT" "SOURCES;TORCH_SOURCES;LINK;LABELS" ${ARGN})
  if(NOT arg_SOURCES AND NOT arg_TORCH_SOURCES)
    return()
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  strata_program(test_${folder} PCH strata_test_pch
                 SOURCES ${arg_SOURCES} TORCH_SOURCES ${arg_TORCH_SOURCES}
                 LINK ${arg_LINK} GTest::gtest GTest::gmock strata_test_main)
  target_compile_options(test_${folder} PRIVATE ${STRATA_TEST_OPTIONS})
  target_compile_definitions(test_${folder} PRIVATE
                             STRATA_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
                             STRATA_BINARY_DIR="${CMAKE_BINARY_DIR}"
                             STRATA_PROGRAM_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}"
                             STRATA_ZOO_DIR="${STRATA_ZOO_DIR}")
  set(properties TIMEOUT ${arg_TIMEOUT} FIXTURES_REQUIRED zoo)
  if(arg_LABELS)
    list(APPEND properties LABELS "${arg_LABELS}")
  endif()
  if(arg_ONCE)
    add_test(NAME ${folder} COMMAND test_${folder}
             WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}/tests")
    set_tests_properties(${folder} PROPERTIES ${properties})
    return()
  endif()
  gtest_discover_tests(test_${folder} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
                       WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}/tests" PROPERTIES ${properties})
endfunction()

# A libFuzzer program fuzz_<name>, and a test of some seconds that starts from the files in SEEDS.
# Only a build with STRATA_FUZZ (preset asan) instruments the code under test; for a long run use
# that one: build/asan/bin/fuzz_<name> CORPUS_FOLDER SEEDS.
function(strata_fuzzer name)
  cmake_parse_arguments(arg "" "SEEDS" "SOURCES;LINK" ${ARGN})
  strata_program(fuzz_${name} PCH none SOURCES ${arg_SOURCES} LINK ${arg_LINK})
  target_compile_options(fuzz_${name} PRIVATE -fsanitize=fuzzer-no-link)
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  add_test(NAME fuzz.${name}
           COMMAND fuzz_${name} -runs=20000 -max_total_time=15 -timeout=10 -rss_limit_mb=4096
                   -seed=1 -print_final_stats=1 -artifact_prefix=${CMAKE_BINARY_DIR}/fuzz_${name}-
                   ${arg_SEEDS})
  set_tests_properties(fuzz.${name} PROPERTIES TIMEOUT 120 FIXTURES_REQUIRED zoo)
endfunction()

include(GoogleTest)
