"""`python -m tests.conformance --write`: run the tests of all operators and write what they compared.

The numbers are those of the default sample; `codegen operators --markdown` prints them into docs/operators.md.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from codegen.inspection import CONFORMANCE

from .recorder import FOLDER, OPERATORS
from .results import tally, unproven, write


def main() -> int:
    """Exit code 0 where all tests passed and the file was written. What follows --write goes to pytest."""
    if sys.argv[1:2] != ["--write"]:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory(prefix="conformance-") as folder:
        command = [sys.executable, "-m", "pytest", "-q", str(OPERATORS), *sys.argv[2:]]
        status = subprocess.run(command, env={**os.environ, FOLDER: folder}, check=False).returncode
        if status:
            return status
        found, _ = tally(Path(folder))
    write(found)
    missing = unproven({(row.operator, row.types, oracle) for row, oracle in found})
    sys.stdout.write(f"{CONFORMANCE}: {len(found)} rows; without a case: {', '.join(missing) or 'none'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
