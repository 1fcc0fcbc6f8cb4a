"""`streamlit run`, where a closed tab is believed sooner and a live run is drawn less often.

Both are what a visitor waits for, and here the processor trains, or draws, all that while. One
process trains: a line of visitors waits behind it as behind several, at half the price.
"""

import os
import sys

from streamlit.web.cli import main

from toylab.live.job import Job
from ui import live

Job.abandon.__defaults__ = (5.0,)  # seconds of grace, in place of GRACE: a reload takes some
live.POLL = 2.0  # seconds between two drawings
os.environ["TOYLAB_WORKERS"] = "1"

if __name__ == "__main__":
    sys.argv[0] = "streamlit"
    main()
