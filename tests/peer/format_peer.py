"""What nova, oslo.utils and qemu-img make of image files.

Reads one path a line from standard input and answers with one JSON object a line:
  nova: the disk_format values under which nova.virt.images.fetch_to_raw takes the file
  shallow: whether it does so with [workarounds]disable_deep_image_inspection
  oslo: {formats, safe, size} by oslo.utils' inspector, or null where it has none
  qemu: {format, backing, data_file, create_type, size} by qemu-img info, or null if it fails
Only nova's download and its look into Glance are replaced.
"""
import functools
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

try:
    from oslo_utils.imageutils import format_inspector as oslo
except ImportError:
    oslo = None

DECLARED = ("raw", "qcow2", "vmdk", "vhd", "vhdx", "vdi", "iso", "gpt", "luks", "qed", "ami",
            "ploop", None)

nova.conf.CONF([], project="nova", default_config_files=[])
nova.conf.CONF.set_override("force_raw_images", False)
scratch = tempfile.TemporaryDirectory()
source = None


@functools.lru_cache(maxsize=None)
def run_qemu_img(path):
    command = ("qemu-img", "info", path, "--force-share", "--output=json")
    return subprocess.run(command, capture_output=True, text=True, env={"LC_ALL": "C"},
                          timeout=60)


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


def ask_oslo():
    if oslo is None:
        return None
    with open(source, "rb") as file:
        wrapper = oslo.InspectWrapper(file)
        while wrapper.read(4096):
            pass
        wrapper.close()
    try:
        formats = wrapper.formats
        by_name = {str(one): one for one in formats}
    except Exception as error:
        return {"formats": [], "safe": False, "size": None, "error": repr(error)}
    try:
        main = by_name["iso"] if set(by_name) == {"iso", "gpt"} else formats[0]
        main.safety_check()
        safe = len(formats) == 1 or str(main) == "iso"
    except Exception:
        safe = False
    try:
        size = main.virtual_size
    except Exception:
        size = None
    return {"formats": sorted(by_name), "safe": safe, "size": size}


def ask_qemu():
    done = run_qemu_img(source)
    if done.returncode != 0:
        return None
    info = json.loads(done.stdout)
    data = info.get("format-specific", {}).get("data", {})
    return {
        "format": info["format"],
        "size": info["virtual-size"],
        "backing": info.get("backing-filename"),
        "data_file": data.get("data-file"),
        "create_type": data.get("create-type"),
    }


for line in sys.stdin:
    source = line.rstrip("\n")
    taken = [declared for declared in DECLARED if nova_takes(declared)]
    nova.conf.CONF.set_override("disable_deep_image_inspection", True, "workarounds")
    shallow = nova_takes("raw")
    nova.conf.CONF.clear_override("disable_deep_image_inspection", "workarounds")
    print(json.dumps({
        "nova": taken,
        "shallow": shallow,
        "partitions": "gpt" in images.format_inspector.ALL_FORMATS,
        "oslo": ask_oslo(),
        "qemu": ask_qemu(),
    }), flush=True)
