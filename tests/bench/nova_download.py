"""Downloads an image with the real nova, and prints what the download alone took: imports and the
login are no part of it, because a nova-compute that runs has them behind it.

Arguments: --config-file=…, image id, path.
"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "ceph", "nova"))

import compute  # noqa: E402  begins with nova's monkey patching

import resource
import time

from nova.image import glance


def cpu() -> float:
    """CPU seconds of this process and of its children so far."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def main() -> None:
    compute.start()
    image_id, path = sys.argv[-2:]
    context = compute.request()
    api = glance.API()
    cpu_before, before = cpu(), time.monotonic()
    outcome = compute.attempt(api.download, context, image_id, dest_path=path)
    if outcome["raised"]:
        sys.exit(outcome["raised"])
    # nova falls back to HTTP without failing: what it logs is how one knows.
    warnings = [line for line in outcome["log"] if not line.startswith("INFO")]
    compute.answer({"seconds": time.monotonic() - before, "cpu": cpu() - cpu_before,
                    "warnings": warnings})


main()
