"""Start the playground: ``python app.py`` on your own machine (add ``--shared`` for several people), or as a Hugging Face Space."""

import os
import sys

from playground.ui.app import build_app, serve
from playground.workbench import Workbench

workbench = Workbench()
demo = build_app(workbench, shared="SPACE_ID" in os.environ or "--shared" in sys.argv)

if __name__ == "__main__":
    serve(workbench, demo=demo)
