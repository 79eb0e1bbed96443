# SPDX-License-Identifier: GPL-3.0-or-later

# One static library per folder of core: intersect_module(NAME [LINKS target...]).
# Sources are the folder's *.cpp. What it links is checked against the design's table by the ctest `layering`.
function(intersect_module name)
  cmake_parse_arguments(ARG "" "" "LINKS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.h)
  add_library(intersect_${name} STATIC ${sources})
  set_target_properties(intersect_${name} PROPERTIES LINKER_LANGUAGE CXX)
  # Torch's headers stay inside the modules that use them: beside them lies an fmt of torch's own, which would shadow the system's in the programs.
  set(public_links ${ARG_LINKS})
  list(REMOVE_ITEM public_links intersect_torch)
  target_link_libraries(intersect_${name} PUBLIC intersect_options ${public_links})
  if("intersect_torch" IN_LIST ARG_LINKS)
    target_link_libraries(intersect_${name} PRIVATE intersect_torch)
  endif()
endfunction()
