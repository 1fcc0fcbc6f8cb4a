"""Entry point: draws the frame, runs the chosen page. `streamlit run app.py`."""

import ui

ui.frame().run()
ui.foot()
ui.warm()
