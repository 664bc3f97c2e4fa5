"""Calls nova.virt.images.fetch once for each case on standard input, prints what came of it.

Standard input: [{"stand_in": "…", "path": "…", "image": "…", "certs": […], "environment": {…}}];
output: one object for each. Runs in the real nova with --real (and native threads with --threads), else in
the one in plain/. Further arguments are there for the hook to read.
"""
import glob
import json
import logging
import os
import sys
import threading
import time

REAL = "--real" in sys.argv
PATCHED = REAL and "--threads" not in sys.argv
if REAL:
    import concurrency

    concurrency.choose(threads=not PATCHED)
    import real_nova

from nova.virt import images  # noqa: E402

OWN = []


class Records(logging.Handler):
    def emit(self, record):
        self.lines.append("%s %s" % (record.levelname, record.getMessage()))


class Certs:
    def __init__(self, ids):
        self.ids = ids


class Ticker:
    """Counts how often another green thread gets its turn."""

    ticks = 0

    def __init__(self):
        self.thread = None
        if PATCHED:
            import eventlet

            self.thread = eventlet.spawn(self.run)

    def run(self):
        while True:
            self.ticks += 1
            time.sleep(0.05)

    def stop(self):
        if self.thread:
            self.thread.kill()
        return self.ticks


def remove(path):
    if os.path.exists(path):
        os.unlink(path)


def read(path):
    if not os.path.exists(path):
        return None
    with open(path) as image:
        return image.read()


def own_download(context, image_href, dest_path=None, trusted_certs=None):
    """nova's own way: opens the file as nova does, and refuses what the stand-in left there."""
    OWN.append(image_href)
    with open(dest_path, "xb") as image:
        image.write(b"by nova")


def recorded():
    """What the stand-in was called with, None if it was not."""
    record = read(os.environ["STAND_IN_RECORD"])
    return json.loads(record) if record else None


def survivors(group):
    """Processes of a group that still run; a killed one may take a moment to end."""
    for _ in range(50):
        if not members(group):
            break
        time.sleep(0.1)
    return members(group)


def members(group):
    found = []
    for path in glob.glob("/proc/[0-9]*/stat"):
        try:
            with open(path) as stat:
                state, _, process_group = stat.read().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(process_group) == group and state != "Z":
            found.append(path)
    return found


def call(case):
    certs = Certs(case["certs"]) if "certs" in case else None
    try:
        images.fetch(context, case["image"], case["path"], certs)
    except Exception as error:
        return {"class": "%s.%s" % (type(error).__module__, type(error).__name__),
                "message": str(error), "aborts": REAL and real_nova.aborts_build(error)}


def run(case):
    remove(case["path"])
    remove(os.environ["STAND_IN_RECORD"])
    records.lines, OWN[:] = [], []
    before = dict(os.environ)
    os.environ.update(case.get("environment", {}), STAND_IN=case["stand_in"])
    started, ticker = time.monotonic(), Ticker()
    raised = call(case)
    os.environ.clear()
    os.environ.update(before)
    stand_in = recorded()
    return {"raised": raised, "content": read(case["path"]), "own": len(OWN), "log": records.lines,
            "seconds": time.monotonic() - started, "ticks": ticker.stop(), "call": stand_in,
            "survivors": survivors(stand_in["pid"]) if stand_in else []}


if __name__ == "__main__":
    records = Records()
    # Since nova 31, importing its parts warns about tasks that do not run here.
    records.addFilter(lambda record: not record.name.startswith("oslo_service"))
    logging.getLogger().addHandler(records)
    logging.getLogger().setLevel(logging.INFO)
    images.IMAGE_API.download = own_download
    if "--one-at-a-time" in sys.argv:
        images.compute_utils.disk_ops_semaphore = threading.Semaphore(1)
    context = real_nova.context() if REAL else images.CONTEXT
    json.dump([run(case) for case in json.load(sys.stdin)], sys.stdout)
