# SPDX-License-Identifier: GPL-3.0-or-later
# Every library of others, found once, under one name each.
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(tl-expected REQUIRED)
find_package(CLI11 REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(simdjson REQUIRED)
find_package(pugixml REQUIRED)
find_package(Qt6 6.4 REQUIRED COMPONENTS Core Gui Widgets Charts Svg Test)

# Debian's CMake file of libzip wants its command line tools too, which we do not.
find_path(INTERSECT_ZIP_INCLUDE zip.h REQUIRED)
find_library(INTERSECT_ZIP zip REQUIRED)
add_library(libzip UNKNOWN IMPORTED)
set_target_properties(libzip PROPERTIES IMPORTED_LOCATION ${INTERSECT_ZIP} INTERFACE_INCLUDE_DIRECTORIES ${INTERSECT_ZIP_INCLUDE})

# Debian's OpenCV ships its CMake file only with the package of everything; we need five of its libraries.
find_path(INTERSECT_OPENCV_INCLUDE opencv2/core.hpp PATH_SUFFIXES opencv4 REQUIRED)
foreach(part core imgproc imgcodecs dnn videoio)
  find_library(INTERSECT_OPENCV_${part} opencv_${part} REQUIRED)
  add_library(opencv_${part} UNKNOWN IMPORTED)
  set_target_properties(opencv_${part} PROPERTIES
    IMPORTED_LOCATION ${INTERSECT_OPENCV_${part}}
    INTERFACE_INCLUDE_DIRECTORIES ${INTERSECT_OPENCV_INCLUDE})
endforeach()

# LibTorch from a folder with include/ and lib/: never through TorchConfig, which looks for CUDA and for other LibTorchs.
set(INTERSECT_TORCH_VERSION 2.15.0)
if(NOT INTERSECT_TORCH_DIR AND DEFINED ENV{INTERSECT_TORCH_DIR})
  set(INTERSECT_TORCH_DIR "$ENV{INTERSECT_TORCH_DIR}")
endif()
if(NOT INTERSECT_TORCH_DIR)
  if(DEFINED ENV{XDG_CACHE_HOME})
    set(cache "$ENV{XDG_CACHE_HOME}")
  else()
    set(cache "$ENV{HOME}/.cache")
  endif()
  set(INTERSECT_TORCH_DIR "${cache}/intersect/libtorch-${INTERSECT_TORCH_VERSION}-cpu")
endif()
set(torch_headers "${INTERSECT_TORCH_DIR}/include")
set(torch_version_file "${torch_headers}/torch/headeronly/version.h")
if(NOT EXISTS "${torch_version_file}")
  set(torch_version_file "${torch_headers}/torch/csrc/api/include/torch/version.h")
endif()
if(NOT EXISTS "${torch_version_file}")
  message(FATAL_ERROR "No LibTorch in ${INTERSECT_TORCH_DIR}: run app/setup.sh, or set INTERSECT_TORCH_DIR to a folder that holds include/ and lib/ of LibTorch 2.7 or newer.")
endif()
file(STRINGS "${torch_version_file}" torch_version_lines REGEX "define TORCH_VERSION_(MAJOR|MINOR) ")
string(REGEX MATCH "MAJOR ([0-9]+)" _ "${torch_version_lines}")
set(torch_major ${CMAKE_MATCH_1})
string(REGEX MATCH "MINOR ([0-9]+)" _ "${torch_version_lines}")
set(torch_minor ${CMAKE_MATCH_1})
if("${torch_major}.${torch_minor}" VERSION_LESS 2.7)
  message(FATAL_ERROR "LibTorch in ${INTERSECT_TORCH_DIR} is ${torch_major}.${torch_minor}; 2.7 or newer is needed.")
endif()
add_library(intersect_torch INTERFACE)
target_include_directories(intersect_torch SYSTEM INTERFACE
  "${torch_headers}" "${torch_headers}/torch/csrc/api/include")
target_link_directories(intersect_torch INTERFACE "${INTERSECT_TORCH_DIR}/lib")
# The two libraries by their full path; what they link in turn lies beside them.
target_link_libraries(intersect_torch INTERFACE
  "${INTERSECT_TORCH_DIR}/lib/libtorch_cpu.so" "${INTERSECT_TORCH_DIR}/lib/libc10.so")
# The GPU half registers itself when it is loaded: nothing calls it by name, so the linker must be told to keep it.
if(EXISTS "${INTERSECT_TORCH_DIR}/lib/libtorch_cuda.so")
  target_link_libraries(intersect_torch INTERFACE "-Wl,--no-as-needed" "${INTERSECT_TORCH_DIR}/lib/libtorch_cuda.so" "-Wl,--as-needed")
endif()
# The OpenMP library LibTorch itself runs on: a second one beside it would have threads of its own.
file(GLOB torch_openmp "${INTERSECT_TORCH_DIR}/lib/libgomp*.so*" "${INTERSECT_TORCH_DIR}/lib/libiomp5.so")
if(torch_openmp)
  list(GET torch_openmp 0 torch_openmp)
  target_link_libraries(intersect_torch INTERFACE "${torch_openmp}")
endif()
target_link_options(intersect_torch INTERFACE "LINKER:-rpath-link,${INTERSECT_TORCH_DIR}/lib")
