/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CG_CONFIG_H
#define CG_CONFIG_H

/*
 * Compiler attributes, for C99 and C++11.
 *
 *   CG_ALIGN(n)        alignment in bytes of a variable, written in front of its declaration
 *   CG_SECTION("name") linker section of a variable, written in front of its declaration
 *   CG_RESTRICT        the restrict qualifier
 *   CG_INLINE          a function of a header, local to each translation unit
 *   CG_FLASH           constants in program memory, on cores whose data memory does not show it (AVR; GNU C)
 *   CG_NOINLINE        a function that is called from several places, or seldom: its code is to be there once
 *
 * Each macro may be defined on the command line for a compiler that is not known here. An unknown compiler gets no
 * section, and no alignment beyond that of the type.
 */

#if defined(__ICCARM__) || defined(__ICCRISCV__) || defined(__ICCAVR__)
/* IAR knows the GNU attributes only as an extension that can be switched off; its own pragmas are always there. */
#define CG_PRAGMA(text) _Pragma(#text)
#ifndef CG_ALIGN
#define CG_ALIGN(n) CG_PRAGMA(data_alignment = n)
#endif
#ifndef CG_SECTION
#define CG_SECTION(name) CG_PRAGMA(location = name)
#endif
#elif defined(__GNUC__) || defined(__clang__) || defined(__ARMCC_VERSION)
#ifndef CG_ALIGN
#define CG_ALIGN(n) __attribute__((aligned(n)))
#endif
#ifndef CG_SECTION
#define CG_SECTION(name) __attribute__((section(name)))
#endif
#else
#ifndef CG_ALIGN
#define CG_ALIGN(n)
#endif
#ifndef CG_SECTION
#define CG_SECTION(name)
#endif
#endif

#ifndef CG_RESTRICT
#if defined(__GNUC__) || defined(__clang__) || defined(__ARMCC_VERSION) || defined(__ICCARM__)
#define CG_RESTRICT __restrict
#elif defined(__STDC_VERSION__) && !defined(__cplusplus)
#define CG_RESTRICT restrict
#else
#define CG_RESTRICT
#endif
#endif

#ifndef CG_FLASH
#if defined(__AVR__) && !defined(__cplusplus)
#define CG_FLASH __flash
#else
#define CG_FLASH
#endif
#endif

#ifndef CG_INLINE
#define CG_INLINE static inline
#endif

#ifndef CG_NOINLINE
#if defined(__GNUC__) || defined(__clang__) || defined(__ARMCC_VERSION)
#define CG_NOINLINE __attribute__((noinline))
#else
#define CG_NOINLINE
#endif
#endif

#endif /* CG_CONFIG_H */
