"""What have you learnt? One question at a time, with numbers of your own."""

import streamlit as st

import ui
from toylab.teaching import quiz, score_sheets
from ui.concepts.quiz import blocks, text, view

ui.page(title="What have you learnt?", claim=text.CLAIM)
left, right = st.columns([1, 3], gap="medium")
state = st.session_state
view.begin(state, st.query_params)
view.read_topics(state, st.query_params)
with left.container(border=True):
    controls = ui.controls("quiz", view.Controls)
    st.multiselect(
        "Topics",
        list(quiz.topics()),
        format_func=quiz.topics().get,
        placeholder="All",
        help=text.TOPICS,
        key="quiz_pick",
        persist_state="session",
    )
    student, identity = (
        st.text_input(title, max_chars=80, help=text.STUDENT, key=key, persist_state="session")
        for key, title in text.IDENTITY.items()
    )
    paper, seed = view.paper(state, st.query_params, controls), controls.seed
    questions, sitting = view.questions(paper), view.sitting(state, paper)
    given = sitting.given
    st.markdown(f"**{text.score(quiz.tally(paper.questions, given))}**")

with right:
    at = st.pagination(len(questions), **ui.linked("quiz_at"))
    question = questions[at]
    before = given.get(question.name)
    locked = before is not None
    name, kept = f"{seed}_{question.name}", {"disabled": locked, "persist_state": "session"}
    key = f"quiz_{name}_{'checked' if locked else 'open'}"  # a checked answer has its own field
    st.markdown(f"**{text.head(at, len(questions), question)}**")
    st.markdown(question.text)
    ui.show(blocks.labels(question))
    with st.form(f"quiz_form_{name}", border=False):
        if question.options:
            chosen = question.options.index(before) if locked else None
            answer = st.radio("Your answer", question.options, chosen, key=key, **kept)
        else:
            answer = st.text_input(text.field(question), before or "", 40, key, **kept)
        st.caption(text.hint(question))
        pressed = st.form_submit_button("Check", type="primary", disabled=locked)
    if pressed and not locked:
        mark = ui.attempt(lambda: quiz.mark(question, answer or ""))
        if mark:
            view.answer(sitting, question, mark)
            ui.remember("quiz", *text.record(question, mark))
            st.rerun()
    if before is not None:
        ui.show(blocks.reply(question, before))
    ui.advance("Next question", "quiz_at", len(questions))

ui.show(blocks.overview(paper, given))
tried = score_sheets.tries(state["quiz_sittings"], seed)
rows = score_sheets.sheet(paper, student, sitting, tried, identity)
with st.expander("Your score sheet", icon=":material/download:"):
    st.markdown(text.SHEET)
    st.download_button(
        "Score sheet as CSV",
        rows.to_csv(index=False).encode("utf-8-sig"),
        f"quiz_{seed}.csv",
        "text/csv",
        on_click="ignore",
    )
    st.caption(
        "A teacher marks a folder of sheets again, for Canvas here or with `--moodle` for Moodle:"
    )
    st.code(text.CHECK, language="bash", wrap_lines=True)
ui.row(blocks.CODE)
