"""What this is, the way in, how to read a figure, and what was found on this machine."""

import streamlit as st

import ui
from toylab import charts, findings, plan, reading, sweep, verdict

ui.page(
    title="Scaling laws, live",
    claim="How much better does a network get with more data, more parameters, more compute? "
    "Here you train real ones while you watch, and learn when to believe a straight line.",
)
study = sweep.PRESETS["noise"]
recorded = sweep.recorded(study)
words, figure = st.columns([2, 3], gap="large")

with words:
    for section, pages in list(ui.menu().items())[1:]:
        st.subheader(section, anchor=False)
        for page in pages:
            st.page_link(page, icon=":material/arrow_forward:")
    st.markdown(
        f"On *Your own Chinchilla* press **Run**: {plan.networks(plan.Plan())} small language "
        f"models train in {plan.USUAL}, and show where the best size lies at each budget. On "
        f"*More data, or a wider net?* {len(study.grid) * study.seeds} networks learn a curve, "
        "and a verdict says what their errors show. The pages on the laws say what was "
        "published, and what it means for a budget."
    )
    st.subheader("Every figure says what it is", anchor=False)
    for kind, (colour, meaning) in ui.KINDS.items():
        st.markdown(f":{colour}-badge[{kind}] {meaning}")
    st.subheader("Found on this machine", anchor=False)
    ui.devices_found()

with figure:
    judge = ui.cached(verdict.judge)
    found = findings.gather(study, recorded.rows if recorded else [], None, judge)
    ui.label("recorded", sweep.describe(study), recorded.made if recorded else "")
    ui.figures(ui.Figure(charts.sweep.scaling(**found.scaling), reading.scaling(found)))
    st.markdown(reading.finding(found))
