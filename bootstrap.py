"""Makes .venv beside this file and installs dataexplore with one of its extras; a second run does nothing.

Needs Python 3.11 or newer and nothing else. It parses from 3.7 on, so that it can say so.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
LOG = VENV / "install.log"
ENOUGH = {"demo": ("demo", "test"), "test": ("test",)}  # the installed extras that will do for the one asked
NO_NETWORK = ("NewConnectionError", "ConnectTimeout", "NameResolutionError")  # what pip then writes


def main() -> None:
    extra = sys.argv[1] if len(sys.argv) == 2 else ""  # noqa: PLR2004 - the name and one argument
    if extra not in ENOUGH:
        sys.exit("usage: python3 bootstrap.py demo|test")
    if sys.version_info < (3, 11):  # noqa: UP036 - this file is what an old Python runs first
        sys.exit(
            f"dataexplore needs Python 3.11 or newer, and {sys.executable} is {sys.version.split()[0]}. "
            "Install a newer one, or name it: make PYTHON=/path/to/python3.12"
        )
    if not any(is_current(enough) for enough in ENOUGH[extra]):
        make_venv()
        install(extra)
        stamp(extra).write_text(fingerprint(), encoding="utf-8")


def is_current(extra: str) -> bool:
    return PYTHON.exists() and content(stamp(extra)) == fingerprint()


def stamp(extra: str) -> Path:
    return VENV / f"installed-{extra}"


def fingerprint() -> str:
    """Changes when an installation from before would no longer do."""
    files = [(ROOT / name).read_bytes() for name in ("pyproject.toml", "constraints.txt")]
    return hashlib.sha256(b"\0".join([home().encode(), *files])).hexdigest()


def home() -> str:
    """What a venv is tied to: its Python, and its place, which its scripts hold as an absolute path."""
    return f"{sys.version_info[:2]} {sys.base_prefix} {VENV}"


def content(file: Path) -> str | None:
    return file.read_text(encoding="utf-8") if file.exists() else None


def make_venv() -> None:
    made_for = VENV / "made-for"
    if PYTHON.exists() and content(made_for) == home():
        return
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        sys.exit(
            "This Python cannot make virtual environments: its venv module is missing. "
            f"On Debian or Ubuntu: apt install python3-venv (or python{version}-venv)."
        )
    say("Making .venv")
    if subprocess.call([sys.executable, "-m", "venv", "--clear", str(VENV)]) != 0:  # noqa: S603 - no shell
        sys.exit(f"The virtual environment {VENV} could not be made; the lines above say why.")
    made_for.write_text(home(), encoding="utf-8")


def install(extra: str) -> None:
    """Install with uv, which takes seconds; where that fails, with pip, which takes minutes."""
    started = time.monotonic()
    say(f"Installing dataexplore[{extra}] and what it needs")
    LOG.unlink(missing_ok=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check"]
    wanted = ["--constraint", "constraints.txt", "--editable", f".[{extra}]"]
    with_uv = [str(PYTHON), "-m", "uv", "pip", "install", "--python", str(PYTHON), *wanted]
    has_uv = run([*pip, "--constraint", "constraints.txt", "uv"])
    if not has_uv and is_offline():
        sys.exit(complaint())
    if not (has_uv and run(with_uv)):
        say("uv did not do it; installing with pip, which takes some minutes")
        if not run([*pip, *wanted]):
            sys.exit(complaint())
    say(f"Installed in {time.monotonic() - started:.0f} s")


def run(command: list[str]) -> bool:
    with LOG.open("ab") as log:
        ended = subprocess.run(command, cwd=ROOT, stdout=log, stderr=log, check=False)  # noqa: S603 - no shell
    return ended.returncode == 0


def is_offline() -> bool:
    return any(sign in LOG.read_text(encoding="utf-8", errors="replace") for sign in NO_NETWORK)


def complaint() -> str:
    if is_offline():
        return f"No package index could be reached. Check the network and the proxy, then try again ({LOG})."
    tail = "\n".join(LOG.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-8:])
    return f"{tail}\nThe packages could not be installed; {LOG} has the whole story."


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - what a person at a terminal waits for


if __name__ == "__main__":
    main()
