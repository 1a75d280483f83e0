# cortex-m0plus: the flags of boards/cores.toml.
set(CODEGEN_CORE_FLAGS "-mcpu=cortex-m0plus -mthumb -mfloat-abi=soft")
include("${CMAKE_CURRENT_LIST_DIR}/arm-none-eabi.cmake")
