# cortex-m55: the flags of boards/cores.toml.
set(CODEGEN_CORE_FLAGS "-mcpu=cortex-m55 -mthumb -mfloat-abi=hard")
include("${CMAKE_CURRENT_LIST_DIR}/arm-none-eabi.cmake")
