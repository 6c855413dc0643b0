"""Find the Chromium that the browser tests drive.

As a script it prints the path; with --install, root on Debian gets Chromium from apt if there is none.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = (
    "chromium-headless-shell",  # the same without windows and menus: a fifth less work
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
MISSING = "The browser tests found no Chromium: install it, or name one in the environment variable CHROMIUM."


class ChromiumMissingError(RuntimeError):
    """There is no browser to test in; that is a failure, never a reason to skip."""


def find_chromium() -> str:
    """Return the path of $CHROMIUM, of a browser on the PATH, or of the one that Playwright downloaded."""
    if chosen := os.environ.get("CHROMIUM"):
        if path := shutil.which(chosen):
            return path
        raise ChromiumMissingError(f"The environment variable CHROMIUM names {chosen}, which is not a program.")
    for name in NAMES:
        if path := shutil.which(name):
            return path
    if path := _playwrights_own():
        return path
    raise ChromiumMissingError(MISSING)


def install_chromium() -> str:
    """Return find_chromium(), after installing Debian's package if that is needed and possible."""
    try:
        return find_chromium()
    except ChromiumMissingError:
        may_install = sys.platform == "linux" and os.geteuid() == 0 and shutil.which("apt-get")
        if os.environ.get("CHROMIUM") or not may_install:
            raise
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}

    def apt(*arguments: str) -> bool:
        # apt talks on stdout, which is kept for the path.
        return subprocess.run(["apt-get", *arguments], env=environment, stdout=sys.stderr, check=False).returncode == 0

    # Older releases have no package of the first name.
    if not apt("update", "-q") or not any(apt("install", "-qy", "--no-install-recommends", name) for name in NAMES[:2]):
        raise ChromiumMissingError(MISSING)
    return find_chromium()


def _playwrights_own() -> str | None:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).is_file() else None


if __name__ == "__main__":
    try:
        print(install_chromium() if "--install" in sys.argv[1:] else find_chromium())
    except ChromiumMissingError as missing:
        sys.exit(str(missing))
