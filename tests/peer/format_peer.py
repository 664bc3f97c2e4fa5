"""What nova (its own inspector, or oslo.utils' since 2025.1) and qemu-img make of image files.

Reads one path a line from standard input and answers with one JSON object a line:
  nova: the disk_format values under which nova.virt.images.fetch_to_raw takes the file
  shallow: whether it does so with [workarounds]disable_deep_image_inspection
  major: the first number of this nova's version
  isoSize: of an ISO, by nova's inspector; null for anything else
  qemu: {format, size} by qemu-img info, or null if it fails
Only nova's download and its look into Glance are replaced.
"""
import functools
import importlib.metadata
import json
import logging
import os
import subprocess
import sys
import tempfile

logging.disable(logging.CRITICAL)

import nova.conf  # noqa: E402
from nova import exception  # noqa: E402
import nova.privsep.qemu  # noqa: E402
import nova.virt.images as images  # noqa: E402

DECLARED = ("raw", "qcow2", "vmdk", "vhd", "vhdx", "vdi", "iso", "gpt", "luks", "qed", "ami",
            "aki", "ari", "ploop", None)

nova.conf.CONF([], project="nova", default_config_files=[])
nova.conf.CONF.set_override("force_raw_images", False)
scratch = tempfile.TemporaryDirectory()
source = None


@functools.lru_cache(maxsize=None)
def run_qemu_img(path):
    command = ("qemu-img", "info", path, "--force-share", "--output=json")
    return subprocess.run(command, capture_output=True, text=True, errors="replace",
                          env={"LC_ALL": "C"}, timeout=60)


def qemu_img_info(_path, format=None):
    """nova.privsep.qemu.unprivileged_qemu_img_info, without its prlimit wrapper and once a file."""
    done = run_qemu_img(source)
    if done.returncode != 0:
        raise exception.InvalidDiskInfo(reason=done.stderr)
    return done.stdout


def fetch(_context, _image, path, trusted_certs=None):
    os.symlink(source, path)


nova.privsep.qemu.unprivileged_qemu_img_info = qemu_img_info
images.fetch = fetch
detect = images.format_inspector.detect_file_format
images.format_inspector.detect_file_format = lambda _path: detect_once(source)


@functools.lru_cache(maxsize=None)
def detection(path):
    try:
        return detect(path), None
    except Exception as error:
        return None, error


def detect_once(path):
    found, error = detection(path)
    if error is not None:
        raise error
    return found


def nova_takes(declared):
    images.IMAGE_API.get = lambda *_: {"disk_format": declared}
    base = os.path.join(scratch.name, "base")
    try:
        images.fetch_to_raw(None, "image", base)
    except exception.NovaException:
        return False
    os.unlink(base)
    return True


def ask_qemu():
    done = run_qemu_img(source)
    if done.returncode != 0:
        return None
    info = json.loads(done.stdout)
    return {"format": info["format"], "size": info["virtual-size"]}


def iso_size(inspector):
    return inspector.virtual_size if str(inspector) == "iso" else None


for line in sys.stdin:
    source = line.rstrip("\n")
    taken = [declared for declared in DECLARED if nova_takes(declared)]
    nova.conf.CONF.set_override("disable_deep_image_inspection", True, "workarounds")
    shallow = nova_takes("raw")
    nova.conf.CONF.clear_override("disable_deep_image_inspection", "workarounds")
    print(json.dumps({
        "nova": taken,
        "shallow": shallow,
        "major": int(importlib.metadata.version("nova").split(".")[0]),
        "isoSize": iso_size(detection(source)[0]),
        "qemu": ask_qemu(),
    }), flush=True)
