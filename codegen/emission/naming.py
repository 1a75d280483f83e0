"""Every identifier of the emitted C: legal, unique, readable, the same on every run."""

from __future__ import annotations

import re
import unicodedata

MAX_LENGTH = 40
"""Characters of one part of a name; C99 promises 31 significant ones for externals, every used compiler 63 and more."""

RESERVED = frozenset(
    """alignas alignof and and_eq asm auto bitand bitor bool break case catch char class compl concept const constexpr
    const_cast continue decltype default delete do double dynamic_cast else enum explicit export extern false float for
    friend goto if inline int long mutable namespace new noexcept not not_eq nullptr operator or or_eq private protected
    public register reinterpret_cast requires restrict return short signed sizeof static static_assert static_cast
    struct switch template this thread_local throw true try typedef typeid typename union unsigned using virtual void
    volatile wchar_t while xor xor_eq main errno stdin stdout stderr linux unix
    """.split()  # noqa: SIM905 - a list of words reads better
)
"""Keywords of C99 and C++20, and names that headers take."""


TYPES_AND_HEADERS = frozenset(
    """int8 int16 int32 int64 intptr intmax uint8 uint16 uint32 uint64 uintptr uintmax size ssize off ptrdiff wchar
    max_align float double clock time assert ctype errno fenv inttypes iso646 limits locale math setjmp signal stdarg
    stdbool stddef stdint stdio stdlib string tgmath uchar wctype""".split()  # noqa: SIM905 - a list of words reads better
)
"""Names whose type `<name>_t` or header `<name>.h` is the standard library's."""


def module_identifier(text: str) -> str:
    """What a module of the file or user's name `text` is called.

    >>> module_identifier("Person detect"), module_identifier("int8"), module_identifier("math")
    ('person_detect', 'int8_model', 'math_model')
    """
    name = identifier(text, "model")
    return f"{name.rstrip('_')}_model" if name.rstrip("_") in TYPES_AND_HEADERS else name


def identifier(text: str, fallback: str = "tensor") -> str:
    """`text` as a C identifier in lower snake case; `fallback` where nothing of it can be kept.

    >>> identifier("serving_default_input_1:0"), identifier("Größe/Relu;bn"), identifier("3x3")
    ('serving_default_input_1_0', 'grosse_relu', 'n3x3')
    >>> identifier("int"), identifier("日本"), identifier("__x__")
    ('int_', 'tensor', 'x')
    """
    first = text.split(";", 1)[0].replace("ß", "ss")
    ascii_ = unicodedata.normalize("NFKD", first).encode("ascii", "ignore").decode()
    name = re.sub(r"[^0-9a-z]+", "_", ascii_.lower()).strip("_")[:MAX_LENGTH].strip("_")
    if not name:
        return fallback
    if name[0].isdigit():
        name = f"n{name}"
    return f"{name}_" if name in RESERVED else name


class Names:
    """Hands out identifiers, each once: a name that was given already gets `_2`, `_3`, ...

    >>> names = Names()
    >>> names.unique("a"), names.unique("a"), names.unique("a_2")
    ('a', 'a_2', 'a_2_2')
    """

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def unique(self, name: str) -> str:
        candidate, count = name, 1
        while candidate in self._taken:
            count += 1
            candidate = f"{name}_{count}"
        self._taken.add(candidate)
        return candidate
