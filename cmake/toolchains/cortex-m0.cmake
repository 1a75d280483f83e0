# cortex-m0: the flags of boards/cores.toml.
set(CODEGEN_CORE_FLAGS "-mcpu=cortex-m0 -mthumb -mfloat-abi=soft")
include("${CMAKE_CURRENT_LIST_DIR}/arm-none-eabi.cmake")
