"""Create a virtual environment from a pinned requirements file; running it again changes nothing.

usage: python-env.py DIRECTORY REQUIREMENTS
"""

import subprocess
import sys
import venv
from pathlib import Path

if sys.version_info < (3, 10):
    found = ".".join(map(str, sys.version_info[:3]))
    sys.exit(f"Slipway's Python tools need Python 3.10 or newer, found {found}; set PYTHON=python3.x")

directory, requirements = Path(sys.argv[1]), sys.argv[2]
python = directory / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
if not python.exists():
    try:
        venv.create(directory, with_pip=True, clear=True)
    except subprocess.CalledProcessError:
        sys.exit("python cannot make a virtual environment here; on Debian and Ubuntu: apt install python3-venv")
command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements]
sys.exit(subprocess.run(command).returncode)
