"""Installs Lighthouse, pinned in frontend/lighthouse, and measures with it: `lighthouse.py`.

Only this command needs it; Node is the one that builds the desk.
"""

import subprocess
import sys

import desk
import install

LIGHTHOUSE = install.ROOT / "frontend" / "lighthouse"


def main() -> None:
    node = desk.find_node()
    if node is None or not desk.install_packages(node, LIGHTHOUSE):
        sys.exit("Node and the packages of frontend/lighthouse are needed for this.")
    command = [str(install.PYTHON), "-m", "tests.lighthouse", str(node)]
    sys.exit(subprocess.run(command, cwd=str(install.ROOT), check=False).returncode)


if __name__ == "__main__":
    main()
