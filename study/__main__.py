"""`python -m study COMMAND`."""

import signal

if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # no traceback from the imports, which take a while

from study.cli import main
from study.workers.signals import leave

try:
    main()
except SystemExit as ended:
    if ended.code:
        leave(ended.code)  # though Ray may be starting yet, which can take minutes
    raise
