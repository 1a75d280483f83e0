# find_package(codegen): after `cmake --install`, or with codegen_DIR naming this folder of a checkout or of a wheel.
include("${CMAKE_CURRENT_LIST_DIR}/codegen.cmake")
