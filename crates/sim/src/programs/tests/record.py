#!/usr/bin/env python3
"""Runs every script of scripts.txt with the real busybox, and records what it says.

Each script runs in an empty directory; the busybox of /bin/busybox answers."""
import os, subprocess, sys, tempfile

here = os.path.dirname(os.path.abspath(__file__))
out = []
for script in open(here + "/scripts.txt").read().split("\n%%\n"):
    script = script.strip("\n")
    if not script:
        continue
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory() as bin:
        for name in subprocess.check_output(["/bin/busybox", "--list"], text=True).split():
            os.symlink("/bin/busybox", f"{bin}/{name}")
        ran = subprocess.run(["sh", "-c", script], executable=f"{bin}/sh", cwd=home, stdin=subprocess.DEVNULL, capture_output=True,
                             env={"PATH": bin, "HOME": "/root"}, timeout=20)
    decode = lambda it: it.decode("utf-8", "backslashreplace").replace(home, "/work").replace(bin, "/bin")
    out.append(f"{script}\n%% {ran.returncode}\n{decode(ran.stdout)}%% stderr\n{decode(ran.stderr)}%%%%\n")
open(here + "/recorded.txt", "w").write("".join(out))
print(len(out), "scripts recorded", file=sys.stderr)
