# Everything that Strata links: Debian packages, LibTorch and Clang.

find_package(Threads REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(fmt 9 REQUIRED)
find_package(CLI11 2.1 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
if(BUILD_TESTING OR NOT DEFINED BUILD_TESTING)
  find_package(GTest 1.12 REQUIRED)
endif()

include(LibTorch)
include(Clang)

# The interpreter that the exporter and its tests run in.
find_program(STRATA_PYTHON NAMES python3 python PATHS "${CMAKE_SOURCE_DIR}/.venv/bin"
             NO_DEFAULT_PATH)
