"""Makes .venv and installs the hash-locked packages: `install.py run`, `install.py dev`, or `lock`.

Runs on any Python that a machine brings (plain syntax, standard library only), so that one that
is too old gets a sentence and no traceback. uv, itself from the lock file, does the work; where
it cannot be had, pip does the same from the same hashes.
"""

import ast
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = {"run": "requirements.lock", "dev": "requirements-dev.lock"}
PIP_TO_UV = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "proxy": "HTTPS_PROXY",
    "default-timeout": "UV_HTTP_TIMEOUT",
    "timeout": "UV_HTTP_TIMEOUT",
}
"""uv reads neither pip.conf nor PIP_*: a machine with a mirror has told only pip about it."""
RANKS = ["global", "install", ":env:"]
"""Where pip keeps settings, the weakest first."""

CONSOLE_COMMAND = """#!/bin/sh
'''exec' "{python}" "$0" "$@"
' '''
from backend.cli import main

main()
"""
"""First a shell script, then Python: a #! line would break on a long path or one with spaces."""


def main(wanted: str) -> None:
    check_python()
    if wanted == "lock":
        lock()
        return
    make_environment()
    install(ROOT / LOCKS[wanted])
    add_project()
    (VENV / "run.stamp").touch()  # The development set holds the running set.
    if wanted == "dev":
        (VENV / "dev.stamp").touch()


def check_python() -> None:
    if sys.version_info < (3, 11):
        sys.exit(
            "Maillage needs Python 3.11 or newer; {} is {}.{}.\n"
            "Name another one: make PYTHON=python3.12 ...".format(
                sys.executable, *sys.version_info[:2]
            )
        )


def make_environment() -> None:
    if PYTHON.exists() and works(
        [str(PYTHON), "-c", "import sys; sys.exit(sys.prefix == sys.base_prefix)"]
    ):
        return
    say("Making the virtual environment .venv")
    if works([sys.executable, "-c", "import ensurepip"]):
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
        return
    # Debian keeps ensurepip in a package of its own; a pip outside can fill an empty environment.
    subprocess.run(
        [sys.executable, "-m", "venv", "--clear", "--without-pip", str(VENV)], check=True
    )
    if not works([*pip(), "--version"]):
        sys.exit("This Python has no pip. On Debian: apt-get install python3-venv; then try again.")


def install(lock_file: Path) -> None:
    uv = find_uv()
    say("Installing {}".format(lock_file.name))
    if uv is None:
        say("uv cannot be had here; pip does it, more slowly")
        command = [*pip(), "install", "--quiet"]
    else:
        command = [str(uv), "pip", "install", "--quiet", "--python", str(PYTHON)]
    command += ["--require-hashes", "-r", str(lock_file)]
    done = subprocess.run(command, env=uv_environment(), check=False)
    if done.returncode != 0:
        sys.exit("The packages could not be installed; the lines above say why.")


def find_uv() -> "Path | None":
    """uv inside .venv, at the version and hash that the development lock names."""
    uv = VENV / "bin" / "uv"
    slice_of_lock = VENV / "uv.txt"
    slice_of_lock.write_text(lines_of("uv"))
    command = [*pip(), "install", "--quiet", "--require-hashes", "-r", str(slice_of_lock)]
    return uv if works(command) and works([str(uv), "--version"]) else None


def lines_of(package: str) -> str:
    """One package of the development lock, with its hashes."""
    lines = (ROOT / LOCKS["dev"]).read_text().splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith(package + "=="))
    last = next(i for i in range(first, len(lines)) if not lines[i].endswith("\\"))
    return "\n".join(lines[first : last + 1]) + "\n"


def uv_environment() -> "dict[str, str]":
    environment = dict(os.environ)
    for name, value in pip_settings().items():
        variable, words = PIP_TO_UV.get(name), value.split()
        if variable is not None and words and variable not in os.environ:
            separator = "," if variable == "UV_FIND_LINKS" else " "
            environment[variable] = separator.join(words)
            if name == "extra-index-url":
                # As pip does, look into every index; the hashes say what may come from them.
                environment.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    return environment


def pip_settings() -> "dict[str, str]":
    """What pip would use: its files, [install] in them, PIP_* variables."""
    done = subprocess.run(
        [*pip(), "config", "list"], stdout=subprocess.PIPE, universal_newlines=True, check=False
    )
    found = []
    for line in done.stdout.splitlines():
        name, _, value = line.partition("=")
        section, _, key = name.partition(".")
        if section in RANKS:
            found.append((RANKS.index(section), key, str(ast.literal_eval(value))))
    return {key: value for _, key, value in sorted(found)}


def pip() -> "list[str]":
    """The environment's own pip, or the machine's told to work on the environment."""
    if next(VENV.glob("lib/python3*/site-packages/pip"), None):
        return [str(PYTHON), "-m", "pip"]
    return [sys.executable, "-m", "pip", "--python", str(PYTHON)]


def add_project() -> None:
    """The tree itself, importable and with its console command, without a build."""
    site = next(VENV.glob("lib/python3*/site-packages"))
    (site / "maillage.pth").write_text("{}\n".format(ROOT))
    command = VENV / "bin" / "maillage"
    command.write_text(CONSOLE_COMMAND.format(python=PYTHON))
    command.chmod(0o755)


def lock() -> None:
    """Both lock files anew; the development set takes the versions of the running set."""
    uv = find_uv()
    if uv is None:
        sys.exit("make lock needs uv, and it cannot be had here.")
    for name, extra in (("run", []), ("dev", ["--group", "dev", "-c", LOCKS["run"]])):
        say("Compiling {}".format(LOCKS[name]))
        command = [str(uv), "pip", "compile", "pyproject.toml", *extra, "-o", LOCKS[name]]
        options = ["--quiet", "--universal", "--generate-hashes", "--no-header", "--no-annotate"]
        options += ["--python-version", "3.11", "--no-emit-index-url", "--no-emit-find-links"]
        subprocess.run(command + options, env=uv_environment(), cwd=str(ROOT), check=True)
        if "://" in (ROOT / LOCKS[name]).read_text():
            sys.exit("{} names a host; it must install from any mirror.".format(LOCKS[name]))


def works(command: "list[str]") -> bool:
    try:
        done = subprocess.run(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
        )
    except OSError:
        return False
    return done.returncode == 0


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
