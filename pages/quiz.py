"""What have you learnt? One question at a time, with numbers of your own."""

import secrets

import streamlit as st

import ui
from toylab.laws import published
from toylab.teaching import quiz
from ui.concepts.quiz import text as words

ui.page(title="What have you learnt?", claim=words.CLAIM)
ui.label("simulated", words.LABEL, words.MADE, published.KAPLAN, published.HOFFMANN, published.BESIROGLU,
         published.DEEPSEEK, published.MCCANDLISH)  # fmt: skip
controls, asking = st.columns([1, 3], gap="medium")
state = st.session_state
if "quiz_seed" not in state and not quiz.valid(st.query_params.get("quiz_seed", "")):
    state["quiz_seed"] = secrets.randbelow(quiz.SEEDS)
    st.query_params["quiz_seed"] = str(state["quiz_seed"])  # the link keeps no first value

with controls.container(border=True):
    st.number_input(
        "Seed: your own paper", 0, quiz.LARGEST, step=1, help=words.SEED,
        on_change=state.update, kwargs={"quiz_at": 1}, **ui.linked("quiz_seed"),
    )  # fmt: skip
    student = st.text_input("Your name, if you hand it in", max_chars=80, help=words.STUDENT,
                            key="quiz_student", persist_state="session")  # fmt: skip
    seed = state["quiz_seed"]
    questions = dict(enumerate(quiz.paper(seed), 1))
    given = state.setdefault("quiz_answers", {}).setdefault(seed, {})
    st.markdown(f"**{words.score(quiz.tally(seed, given))}**")

with asking:
    at = st.pagination(len(questions), **ui.linked("quiz_at"))
    question = questions[at]
    before = given.get(question.name)
    locked = before is not None
    key, keep = f"quiz_{seed}_{question.name}", {"disabled": locked, "persist_state": "session"}
    word = "_checked" if locked else "_open"  # a checked answer has a field of its own
    st.markdown(f"**{words.head(at, question, seed)}**")
    st.markdown(question.ask)
    with st.form(f"quiz_form_{seed}_{question.name}", border=False):
        if question.options:
            chosen = question.options.index(before) if locked else None
            said = st.radio("Your answer", question.options, chosen, key=key + word, **keep)
        else:
            said = st.text_input(words.field(question), before or "", 40, key + word, **keep)
        st.caption(words.hint(question))
        pressed = st.form_submit_button("Check", type="primary", disabled=locked)
    if pressed and not locked:
        marked = ui.attempt(lambda: quiz.mark(question, said or ""))
        if marked:
            given[question.name] = marked.given
            ui.remember("quiz", question.ask, marked.given, question.said, words.gap(marked))
            st.rerun()
    if locked:
        marked = quiz.mark(question, before)
        tell = st.success if marked.right else st.info
        tell(words.verdict(marked, question), icon=words.icon(marked))
    elif not ui.asks():
        st.info(f"**{question.said}.** {words.SHOWN}", icon=":material/visibility:")
    if locked or not ui.asks():
        st.markdown(question.why)
        ui.way_to(question.place, f"See it on the page: {question.topic}")
    ui.advance("Next question", "quiz_at", len(questions))

st.header("What is answered", anchor=False)
st.markdown(words.overview(seed, given))
st.header("Your score sheet", anchor=False)
st.markdown(words.SHEET)
rows = quiz.sheet(seed, student, given).to_csv(index=False).encode("utf-8-sig")
st.download_button("Score sheet as CSV", rows, f"quiz_{seed}.csv", "text/csv",
                   on_click="ignore", icon=":material/download:")  # fmt: skip
st.caption("A teacher marks collected sheets again with:")
st.code(words.CHECK, language="bash", wrap_lines=True)
ui.source_of(
    "toylab.teaching.quiz.paper", "toylab.teaching.quiz.mark", "toylab.teaching.quiz.check"
)
