# codegen_add_model: compiles a .tflite model when the project is built, and gives a library target.
#
#   codegen_add_model(<target> MODEL <file.tflite> BOARD <name or file.toml>
#                     [NAME <id>] [KERNELS auto|cmsis-nn|native] [CMSIS_NN_RELEASE <release>]
#                     [CUSTOM <operator>=<header.h or description.py> ...])
#
# codegen_link_models: one arena for models that run in turn.
#
#   codegen_link_models(<target> MODELS <target of codegen_add_model> ... [NAME <id>])
#
# Link <target>, include "<id>.h" (default: models.h) and call <model>_init(&model, <ID>_<MODEL>).
#
# Link <target> and include "<id>.h"; <id> is the model's file name unless given. The C is written into
# <target>-codegen/<id> of the build folder, and again when the model, the board file or the compiler changes.
#
# CMSIS-NN: an existing target `cmsis-nn`, else the tree CMSIS_NN_ROOT (FindCMSISNN.cmake), else portable functions
# with equal results. Which release a target from elsewhere is, CMSIS_NN_RELEASE says where it cannot be found out.
#
# The compiler is run by CODEGEN_EXECUTABLE (the installed command) where set, else by CODEGEN_PYTHON, else by the
# virtual environment beside this package, else by the Python that CMake finds.
cmake_minimum_required(VERSION 3.18)

set(CODEGEN_EXECUTABLE "" CACHE FILEPATH "The codegen command; empty: run the package with Python")
set(CODEGEN_PYTHON "" CACHE FILEPATH "A Python 3.11 with codegen's dependencies; empty: look for one")
set(CMSIS_NN_ROOT "$ENV{CMSIS_NN_ROOT}" CACHE PATH "An upstream tree of CMSIS-NN; empty: portable functions")

# The three places of this file: the checkout or an installation, whose root has the package and its data, and a wheel,
# where the data lie inside the package.
get_filename_component(_codegen_data "${CMAKE_CURRENT_LIST_DIR}" DIRECTORY)
if(EXISTS "${_codegen_data}/codegen/__init__.py")
  set(_codegen_package "${_codegen_data}/codegen")
else()
  get_filename_component(_codegen_package "${_codegen_data}" DIRECTORY)
endif()
define_property(GLOBAL PROPERTY CODEGEN_DATA BRIEF_DOCS "Folder of runtime_c and boards" FULL_DOCS "-")
define_property(GLOBAL PROPERTY CODEGEN_PACKAGE BRIEF_DOCS "Folder of the Python package" FULL_DOCS "-")
define_property(GLOBAL PROPERTY CODEGEN_MODULES BRIEF_DOCS "Folder of FindCMSISNN.cmake" FULL_DOCS "-")
set_property(GLOBAL PROPERTY CODEGEN_MODULES "${CMAKE_CURRENT_LIST_DIR}")
set_property(GLOBAL PROPERTY CODEGEN_DATA "${_codegen_data}")
set_property(GLOBAL PROPERTY CODEGEN_PACKAGE "${_codegen_package}")

# The command line that runs the compiler, proven once to work.
function(_codegen_command result)
  get_property(command GLOBAL PROPERTY CODEGEN_COMMAND)
  if(command)
    set(${result} "${command}" PARENT_SCOPE)
    return()
  endif()
  get_property(package GLOBAL PROPERTY CODEGEN_PACKAGE)
  get_filename_component(root "${package}" DIRECTORY)
  if(CODEGEN_EXECUTABLE)
    set(command "${CODEGEN_EXECUTABLE}")
  else()
    set(python "${CODEGEN_PYTHON}")
    if(NOT python)
      # A checkout has .venv; a wheel lies in <environment>/lib/python3.x/site-packages.
      find_program(_codegen_python NAMES python3 python NO_DEFAULT_PATH NO_CACHE
        PATHS "${root}/.venv/bin" "${root}/.venv/Scripts" "${root}/../../../bin" "${root}/../../Scripts")
      set(python "${_codegen_python}")
    endif()
    if(NOT python)
      find_package(Python3 3.11 COMPONENTS Interpreter REQUIRED)
      set(python "${Python3_EXECUTABLE}")
    endif()
    set(path "${root}")
    if(DEFINED ENV{PYTHONPATH})
      if(CMAKE_HOST_WIN32)
        string(APPEND path ";$ENV{PYTHONPATH}")
      else()
        string(APPEND path ":$ENV{PYTHONPATH}")
      endif()
    endif()
    set(command "${CMAKE_COMMAND}" -E env --unset=CMSIS_NN_ROOT "PYTHONPATH=${path}" "${python}" -m codegen)
  endif()
  execute_process(COMMAND ${command} --help RESULT_VARIABLE code OUTPUT_QUIET ERROR_VARIABLE errors)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "codegen cannot be run:\n${errors}\n"
      "Set CODEGEN_EXECUTABLE to the installed command, or CODEGEN_PYTHON to a Python 3.11 that has codegen's "
      "dependencies (pip install codegen).")
  endif()
  set_property(GLOBAL PROPERTY CODEGEN_COMMAND "${command}")
  set(${result} "${command}" PARENT_SCOPE)
endfunction()

# Every file that the compiler's output depends on beside the model.
function(_codegen_sources result)
  get_property(package GLOBAL PROPERTY CODEGEN_PACKAGE)
  get_property(data GLOBAL PROPERTY CODEGEN_DATA)
  file(GLOB_RECURSE found CONFIGURE_DEPENDS "${package}/*.py" "${package}/*.jinja" "${data}/boards/*.toml"
    "${data}/runtime_c/*.c" "${data}/runtime_c/*.h")
  set(${result} "${found}" PARENT_SCOPE)
endfunction()

function(_codegen_c_options target)
  set_target_properties(${target} PROPERTIES C_STANDARD 99 C_EXTENSIONS OFF)
  # Floats as written: equal results on every machine.
  target_compile_options(${target} PRIVATE
    "$<$<C_COMPILER_ID:GNU,Clang,AppleClang,ARMClang>:-ffp-contract=off;-fmerge-all-constants>"
    $<$<C_COMPILER_ID:GNU,Clang,AppleClang,ARMClang>:-ffunction-sections>
    $<$<C_COMPILER_ID:GNU,Clang,AppleClang,ARMClang>:-fdata-sections>)
  if(NOT CMAKE_CROSSCOMPILING)
    target_compile_definitions(${target} PRIVATE CG_HOST=1)
  endif()
endfunction()

# The kernels, and the portable CMSIS-NN functions over them. Static libraries: the linker takes what models call.
function(_codegen_add_runtime)
  get_property(data GLOBAL PROPERTY CODEGEN_DATA)
  if(NOT TARGET codegen-runtime)
    file(GLOB sources CONFIGURE_DEPENDS "${data}/runtime_c/kernels/*.c")
    add_library(codegen-runtime STATIC EXCLUDE_FROM_ALL ${sources})
    target_include_directories(codegen-runtime PUBLIC "${data}/runtime_c/include" "${data}/runtime_c/kernels")
    _codegen_c_options(codegen-runtime)
    if(UNIX AND NOT CMAKE_CROSSCOMPILING)
      target_link_libraries(codegen-runtime PUBLIC m)
    endif()
  endif()
  if(NOT TARGET cmsis-nn AND NOT TARGET codegen-cmsis-nn)
    file(GLOB sources CONFIGURE_DEPENDS "${data}/runtime_c/cmsis_nn/*.c")
    add_library(codegen-cmsis-nn STATIC EXCLUDE_FROM_ALL ${sources})
    target_include_directories(codegen-cmsis-nn PUBLIC "${data}/runtime_c/cmsis_nn")
    target_link_libraries(codegen-cmsis-nn PUBLIC codegen-runtime)
    _codegen_c_options(codegen-cmsis-nn)
  endif()
endfunction()

function(codegen_add_model target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "MODEL;BOARD;NAME;KERNELS;CMSIS_NN_RELEASE" "CUSTOM")
  if(arg_UNPARSED_ARGUMENTS OR arg_KEYWORDS_MISSING_VALUES OR NOT arg_MODEL OR NOT arg_BOARD)
    message(FATAL_ERROR "codegen_add_model(<target> MODEL <file.tflite> BOARD <name or file.toml> [NAME <id>] "
      "[KERNELS auto|cmsis-nn|native] [CMSIS_NN_RELEASE <release>] [CUSTOM <operator>=<file> ...]): not understood: "
      "${arg_UNPARSED_ARGUMENTS} ${arg_KEYWORDS_MISSING_VALUES}")
  endif()
  get_filename_component(model "${arg_MODEL}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_SOURCE_DIR}")
  if(NOT arg_NAME)
    get_filename_component(arg_NAME "${model}" NAME_WLE)
    string(TOLOWER "${arg_NAME}" arg_NAME)
    string(REGEX REPLACE "[^0-9a-z]+" "_" arg_NAME "${arg_NAME}")
    string(REGEX REPLACE "^_+|_+$" "" arg_NAME "${arg_NAME}")
    string(REGEX REPLACE "^([0-9])" "n\\1" arg_NAME "${arg_NAME}")
  endif()
  set(depends "${model}")
  if(arg_BOARD MATCHES "\\.toml$")
    get_filename_component(arg_BOARD "${arg_BOARD}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_SOURCE_DIR}")
    list(APPEND depends "${arg_BOARD}")
  endif()
  _codegen_command(command)
  _codegen_sources(sources)

  set(options --board "${arg_BOARD}" --name "${arg_NAME}")
  if(arg_KERNELS)
    list(APPEND options --kernels "${arg_KERNELS}")
  endif()
  if(TARGET cmsis-nn OR CMSIS_NN_ROOT)
    set(CMSISNN_RELEASE "${arg_CMSIS_NN_RELEASE}")
    get_property(modules GLOBAL PROPERTY CODEGEN_MODULES)
    list(PREPEND CMAKE_MODULE_PATH "${modules}")
    find_package(CMSISNN REQUIRED)
    list(APPEND options --cmsis-nn "${CMSISNN_RELEASE}")
    if(CMSISNN_ROOT_DIR)
      list(APPEND options --cmsis-nn-root "${CMSISNN_ROOT_DIR}")
    endif()
  elseif(arg_CMSIS_NN_RELEASE)
    list(APPEND options --cmsis-nn "${arg_CMSIS_NN_RELEASE}")
  endif()

  # Operators of the user: the compiler copies their C files beside the module.
  set(user_sources "")
  foreach(custom IN LISTS arg_CUSTOM)
    if(NOT custom MATCHES "^([^=]+)=(.+)$")
      message(FATAL_ERROR "codegen_add_model: CUSTOM ${custom} is not <operator>=<file>")
    endif()
    set(operator "${CMAKE_MATCH_1}")
    get_filename_component(described "${CMAKE_MATCH_2}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_SOURCE_DIR}")
    list(APPEND options --custom "${operator}=${described}")
    get_filename_component(place "${described}" DIRECTORY)
    get_filename_component(stem "${described}" NAME_WLE)
    foreach(suffix py h c)
      if(EXISTS "${place}/${stem}.${suffix}")
        list(APPEND depends "${place}/${stem}.${suffix}")
      endif()
    endforeach()
    if(EXISTS "${place}/${stem}.c")
      list(APPEND user_sources "${stem}.c")
    endif()
  endforeach()

  set(folder "${CMAKE_CURRENT_BINARY_DIR}/${target}-codegen/${arg_NAME}")
  set(outputs "${folder}/${arg_NAME}.c" "${folder}/${arg_NAME}_data.c")
  list(TRANSFORM user_sources PREPEND "${folder}/")
  list(APPEND outputs ${user_sources})
  set(others "${folder}/${arg_NAME}.h" "${folder}/${arg_NAME}_data.h" "${folder}/${arg_NAME}.json")
  get_filename_component(file_name "${model}" NAME)
  add_custom_command(
    OUTPUT ${outputs} ${others}
    COMMAND ${command} compile "${model}" -o "${folder}" ${options}
    DEPENDS ${depends} ${sources}
    COMMENT "Compiling ${file_name} for ${arg_BOARD}"
    VERBATIM)
  _codegen_add_runtime()
  add_library(${target} STATIC ${outputs} ${others})
  target_include_directories(${target} PUBLIC "${folder}")
  target_link_libraries(${target} PUBLIC codegen-runtime)
  if(TARGET cmsis-nn)
    target_link_libraries(${target} PUBLIC cmsis-nn)
  else()
    target_link_libraries(${target} PUBLIC codegen-cmsis-nn)
  endif()
  _codegen_c_options(${target})
  set_target_properties(${target} PROPERTIES CODEGEN_FOLDER "${folder}" CODEGEN_NAME "${arg_NAME}")
endfunction()

function(codegen_link_models target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "NAME" "MODELS")
  if(arg_UNPARSED_ARGUMENTS OR arg_KEYWORDS_MISSING_VALUES OR NOT arg_MODELS)
    message(FATAL_ERROR "codegen_link_models(<target> MODELS <target> ... [NAME <id>]): not understood: "
      "${arg_UNPARSED_ARGUMENTS} ${arg_KEYWORDS_MISSING_VALUES}")
  endif()
  if(NOT arg_NAME)
    set(arg_NAME models)
  endif()
  set(plans "")
  foreach(model IN LISTS arg_MODELS)
    if(NOT TARGET "${model}")
      message(FATAL_ERROR "codegen_link_models: ${model} is not a target of codegen_add_model")
    endif()
    get_target_property(model_folder "${model}" CODEGEN_FOLDER)
    get_target_property(model_name "${model}" CODEGEN_NAME)
    if(NOT model_folder)
      message(FATAL_ERROR "codegen_link_models: ${model} is not a target of codegen_add_model")
    endif()
    list(APPEND plans "${model_folder}/${model_name}.json")
  endforeach()
  _codegen_command(command)
  set(folder "${CMAKE_CURRENT_BINARY_DIR}/${target}-codegen")
  set(outputs "${folder}/${arg_NAME}.c" "${folder}/${arg_NAME}.h")
  add_custom_command(
    OUTPUT ${outputs}
    COMMAND ${command} link ${plans} -o "${folder}" --name "${arg_NAME}"
    DEPENDS ${plans} ${arg_MODELS}
    COMMENT "Linking the memory of ${arg_MODELS}"
    VERBATIM)
  add_library(${target} STATIC ${outputs})
  target_include_directories(${target} PUBLIC "${folder}")
  target_link_libraries(${target} PUBLIC ${arg_MODELS})
  _codegen_c_options(${target})
endfunction()
