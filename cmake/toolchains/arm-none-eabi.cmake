# Common to the toolchain files beside this one, which set CODEGEN_CORE_FLAGS: GCC for bare-metal Arm.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR arm)
set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_CXX_COMPILER arm-none-eabi-g++)
set(CMAKE_ASM_COMPILER arm-none-eabi-gcc)
set(CMAKE_C_FLAGS_INIT "${CODEGEN_CORE_FLAGS}")
set(CMAKE_CXX_FLAGS_INIT "${CODEGEN_CORE_FLAGS}")
set(CMAKE_ASM_FLAGS_INIT "${CODEGEN_CORE_FLAGS}")
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY) # there is no start-up code to link with yet
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
