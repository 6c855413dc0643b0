"""`python -m bench` runs every benchmark whose packages are here; `python -m bench engine` runs the one named."""

from __future__ import annotations

import argparse
import importlib
import sys

BENCHMARKS = {  # name on the command line: module with a `report()` that prints Markdown
    "engine": "bench.engine",
    "jacobians": "bench.jacobians",
    "ensembles": "bench.ensembles",
    "training": "bench.training",
    "report": "bench.report",
    "browser": "bench.browser",
    "unroll": "bench.unroll",
    "crowd": "bench.crowd",
    "changes": "bench.changes",
    "races": "bench.races",
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure Unrolled against its peers.")
    parser.add_argument("names", nargs="*", metavar="name", help=f"any of: {', '.join(BENCHMARKS)} (default: all)")
    parser.add_argument("--asks", action="store_true", help="crowd: every visitor asks for all scales of each network")
    given = parser.parse_args()
    names, options = given.names, {"asks": True} if given.asks else {}
    if given.asks and names != ["crowd"]:
        parser.error("--asks is an option of crowd alone")
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"unknown benchmark {unknown[0]!r}; there are: {', '.join(BENCHMARKS)}")
    for name in names or BENCHMARKS:
        try:
            module = importlib.import_module(BENCHMARKS[name])
        except ModuleNotFoundError as missing:
            reason = f"{name}: needs the package {missing.name!r}; `make bench` installs it"
            if names:
                sys.exit(reason)
            print(f"skipped {reason}", file=sys.stderr)
        else:
            module.report(**options)


if __name__ == "__main__":
    main()
