#!/usr/bin/env python3
"""Runs a command and says on stderr how much memory it had at most: PEAK, in KiB."""
import resource, subprocess, sys

status = subprocess.run(sys.argv[1:]).returncode
print(f"PEAK {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss}", file=sys.stderr)
sys.exit(status if status >= 0 else 128 - status)
