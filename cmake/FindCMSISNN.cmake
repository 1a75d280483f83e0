# Finds upstream CMSIS-NN and which release it is.
#
# In:   CMSIS_NN_ROOT, the tree that git clone made, or an existing target `cmsis-nn`;
#       CMSISNN_RELEASE (v5.0.0, v6.0.0, v7.0.0, 99f736a6) where it cannot be told.
# Out:  the target `cmsis-nn` with the definition CG_CMSIS_NN_RELEASE, CMSISNN_RELEASE, CMSISNN_ROOT_DIR.
#
# Upstream's headers carry no version. The revision in the comment of arm_nnfunctions.h tells the tags apart, and the
# pinned commit is known by git or by the bytes of its sources; codegen/cmsis_nn_tree.py knows the same.
set(_cmsisnn_numbers v5.0.0=50000 v6.0.0=60000 v7.0.0=70000 99f736a6=70001)
set(_cmsisnn_revisions V.12.4.0=v5.0.0 V.16.0.0=v6.0.0 V.18.0.0=v7.0.0)
set(_cmsisnn_commit 99f736a6)
set(_cmsisnn_source_hash dfe8424df054098198d516af3c2de7966ace20f7fe1533f610e6ca3162ca24a6)

# The release of the tree `root`, empty where it is none of these.
function(_cmsisnn_recognise root result)
  set(${result} "" PARENT_SCOPE)
  file(STRINGS "${root}/Include/arm_nnfunctions.h" lines REGEX "\\$Revision:" LIMIT_COUNT 1)
  if(lines MATCHES "\\$Revision:[ \t]*(V[.0-9]+)")
    foreach(pair IN LISTS _cmsisnn_revisions)
      string(REPLACE "=" ";" pair "${pair}")
      list(GET pair 0 revision)
      if(revision STREQUAL CMAKE_MATCH_1)
        list(GET pair 1 release)
        set(${result} "${release}" PARENT_SCOPE)
        return()
      endif()
    endforeach()
  endif()
  file(GLOB_RECURSE sources RELATIVE "${root}" "${root}/Source/*.c")
  list(SORT sources COMPARE STRING)
  set(text "")
  foreach(source IN LISTS sources)
    file(SHA256 "${root}/${source}" digest)
    string(APPEND text "${digest}  ${source}\n")
  endforeach()
  string(SHA256 digest "${text}")
  set(commit "")
  if(EXISTS "${root}/.git") # a tree inside of another repository says nothing
    execute_process(COMMAND git -C "${root}" rev-parse HEAD OUTPUT_VARIABLE commit ERROR_QUIET RESULT_VARIABLE unused)
  endif()
  if(digest STREQUAL _cmsisnn_source_hash OR commit MATCHES "^${_cmsisnn_commit}")
    set(${result} "${_cmsisnn_commit}" PARENT_SCOPE)
  endif()
endfunction()

# 7.0.0, v7.0.0 and longer commit ids as the names above.
string(REGEX REPLACE "^([0-9]+\\.)" "v\\1" CMSISNN_RELEASE "${CMSISNN_RELEASE}")
if(CMSISNN_RELEASE MATCHES "^${_cmsisnn_commit}")
  set(CMSISNN_RELEASE "${_cmsisnn_commit}")
endif()

# The tree: of an existing target its source folder, or where its headers are.
set(CMSISNN_ROOT_DIR "")
if(TARGET cmsis-nn)
  get_target_property(_cmsisnn_aliased cmsis-nn ALIASED_TARGET)
  set(_cmsisnn_target cmsis-nn)
  if(_cmsisnn_aliased)
    set(_cmsisnn_target "${_cmsisnn_aliased}")
  endif()
  get_target_property(_cmsisnn_known ${_cmsisnn_target} CMSISNN_ROOT_DIR)
  get_target_property(_cmsisnn_folder ${_cmsisnn_target} SOURCE_DIR)
  get_target_property(_cmsisnn_includes ${_cmsisnn_target} INTERFACE_INCLUDE_DIRECTORIES)
  set(_cmsisnn_places "${_cmsisnn_known}" "${_cmsisnn_folder}")
  foreach(_cmsisnn_include IN LISTS _cmsisnn_includes)
    list(APPEND _cmsisnn_places "${_cmsisnn_include}/..")
  endforeach()
elseif(CMSIS_NN_ROOT)
  set(_cmsisnn_places "${CMSIS_NN_ROOT}")
else()
  set(_cmsisnn_places "")
endif()
foreach(_cmsisnn_place IN LISTS _cmsisnn_places)
  if(NOT CMSISNN_ROOT_DIR AND EXISTS "${_cmsisnn_place}/Include/arm_nnfunctions.h"
      AND IS_DIRECTORY "${_cmsisnn_place}/Source")
    get_filename_component(CMSISNN_ROOT_DIR "${_cmsisnn_place}" REALPATH BASE_DIR "${CMAKE_SOURCE_DIR}")
  endif()
endforeach()

set(_cmsisnn_wrong "")
if(CMSISNN_ROOT_DIR)
  _cmsisnn_recognise("${CMSISNN_ROOT_DIR}" _cmsisnn_found)
  if(NOT CMSISNN_RELEASE)
    set(CMSISNN_RELEASE "${_cmsisnn_found}")
  elseif(_cmsisnn_found AND NOT _cmsisnn_found STREQUAL CMSISNN_RELEASE)
    set(_cmsisnn_wrong "${CMSISNN_RELEASE} was asked for, but ${CMSISNN_ROOT_DIR} holds ${_cmsisnn_found}.")
  endif()
elseif(CMSIS_NN_ROOT AND NOT TARGET cmsis-nn)
  set(_cmsisnn_wrong "CMSIS_NN_ROOT is no tree of CMSIS-NN: Include/arm_nnfunctions.h and Source/ must be in it.")
endif()
set(CMSISNN_RELEASE_NUMBER "")
foreach(_cmsisnn_pair IN LISTS _cmsisnn_numbers)
  string(REPLACE "=" ";" _cmsisnn_pair "${_cmsisnn_pair}")
  list(GET _cmsisnn_pair 0 _cmsisnn_name)
  if(_cmsisnn_name STREQUAL CMSISNN_RELEASE)
    list(GET _cmsisnn_pair 1 CMSISNN_RELEASE_NUMBER)
  endif()
endforeach()
if((CMSISNN_ROOT_DIR OR TARGET cmsis-nn) AND NOT CMSISNN_RELEASE_NUMBER AND NOT _cmsisnn_wrong)
  set(_cmsisnn_wrong "Its release '${CMSISNN_RELEASE}' is not one whose interfaces are known. State it by \
CMSIS_NN_RELEASE of codegen_add_model, or by CMSISNN_RELEASE: v5.0.0, v6.0.0, v7.0.0 or 99f736a6.")
endif()

include(FindPackageHandleStandardArgs)
if(_cmsisnn_wrong)
  # A release number that was found must not hide the contradiction.
  set(CMSISNN_RELEASE_NUMBER "")
endif()
find_package_handle_standard_args(CMSISNN
  REQUIRED_VARS CMSISNN_RELEASE_NUMBER
  VERSION_VAR CMSISNN_RELEASE
  REASON_FAILURE_MESSAGE "${_cmsisnn_wrong}")

if(CMSISNN_FOUND AND NOT TARGET cmsis-nn)
  # Not upstream's own CMakeLists.txt: that of every release compiles other parts, with flags that change floats.
  file(GLOB_RECURSE _cmsisnn_sources CONFIGURE_DEPENDS "${CMSISNN_ROOT_DIR}/Source/*.c")
  # Float kernels, which upstream switches on by an option; some of their files compile for no other core.
  list(FILTER _cmsisnn_sources EXCLUDE REGEX "_(f16|f32|flt)\\.c$")
  add_library(cmsis-nn STATIC EXCLUDE_FROM_ALL ${_cmsisnn_sources})
  target_include_directories(cmsis-nn SYSTEM PUBLIC "${CMSISNN_ROOT_DIR}/Include")
  target_compile_options(cmsis-nn PRIVATE $<$<C_COMPILER_ID:GNU,Clang,AppleClang,ARMClang>:-w>
    $<$<C_COMPILER_ID:GNU,Clang,AppleClang,ARMClang>:-ffunction-sections>
    $<$<C_COMPILER_ID:GNU,Clang,AppleClang,ARMClang>:-fdata-sections>)
  set_target_properties(cmsis-nn PROPERTIES CMSISNN_ROOT_DIR "${CMSISNN_ROOT_DIR}")
  if(UNIX AND NOT CMAKE_CROSSCOMPILING)
    target_link_libraries(cmsis-nn PUBLIC m)
  endif()
  set(_cmsisnn_target cmsis-nn)
endif()
if(CMSISNN_FOUND)
  get_target_property(_cmsisnn_definitions ${_cmsisnn_target} INTERFACE_COMPILE_DEFINITIONS)
  if(NOT _cmsisnn_definitions MATCHES "CG_CMSIS_NN_RELEASE=")
    set_property(TARGET ${_cmsisnn_target} APPEND PROPERTY
      INTERFACE_COMPILE_DEFINITIONS CG_CMSIS_NN_RELEASE=${CMSISNN_RELEASE_NUMBER})
  elseif(NOT _cmsisnn_definitions MATCHES "CG_CMSIS_NN_RELEASE=${CMSISNN_RELEASE_NUMBER}(;|$)")
    message(FATAL_ERROR "cmsis-nn is already defined to be another release than ${CMSISNN_RELEASE}: "
      "${_cmsisnn_definitions}")
  endif()
endif()
