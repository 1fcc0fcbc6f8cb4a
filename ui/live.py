"""Live runs on a page: the run button, its progress, and figures that grow."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

import streamlit as st

from toylab import devices
from toylab.data.recorded import Recorded
from toylab.live import job_queue
from toylab.live.cluster import place
from toylab.live.job import Job, Spec
from toylab.live.progress import Progress, clock, duration
from toylab.live.replay import Replay
from toylab.live.result_source import ResultSource, choose_source
from ui.blocks import Layout
from ui.drawing import attempt, sentences, show
from ui.found_runs import find_again, is_own, note_started, note_stopped
from ui.label import Label
from ui.markdown import safe
from ui.pointer import CLICKED
from ui.session import remember
from ui.turns import in_turn

R = TypeVar("R")

Rows = Sequence[Mapping[str, Any]]
LONGEST = 1800.0  # seconds: what one visitor may ask of the line that all wait in
REPLAY = 8.0  # seconds over which runs that are remembered are shown
POLL = 0.5  # seconds between two looks at a live run


def warm() -> None:
    """Start the workers, once a page is on the screen."""
    job_queue.pool().start()


def _abandon(mine: list[Job | Replay]) -> None:
    for job in mine:
        job.abandon()


@st.cache_resource(scope="session", on_release=_abandon)
def _my_jobs() -> list[Job | Replay]:
    """This session's jobs; Streamlit lets go of them when the tab closes."""
    return []


def leave_jobs() -> None:
    """Leave this session's jobs as a tab does that closes."""
    _abandon(_my_jobs())
    _my_jobs().clear()


def keep_jobs() -> None:
    """Let go of jobs that ended, and show that the others are wanted, on whichever page."""
    mine = _my_jobs()
    mine[:] = [job for job in mine if job.progress().live]


@dataclass(frozen=True)
class Run:
    """A button that trains the specs of a study, with what that will cost."""

    key: str
    study: Any  # what the run is about
    specs: Callable[[], Sequence[Spec]]  # may refuse, which is said beside the button
    title: str = "Run"
    primary: bool = True  # not while a guess comes first

    def draw(self) -> None:
        """Draw it; disabled where nothing can be trained, or something is."""
        pool, job = job_queue.pool(), st.session_state.get(self.key + "_job")
        running = job is not None and job.live
        specs = attempt(lambda: self._trainable(running))
        if job is None and specs and (earlier := find_again(self.key, self.study, specs)):
            self._follow(earlier)
        if job is not None and job.stopped:
            note_stopped(self.key)
        pressed = st.button(
            self.title, type="primary" if self.primary else "secondary", width="stretch",
            icon=":material/play_arrow:", key=self.key + "_run", disabled=running or not specs,
        )  # fmt: skip
        if not specs or running:
            return
        if pressed:
            self._start(specs)
        trained = pool.trained(specs)
        if trained is None:
            self._forecast(specs)
            return
        st.caption(f"Trained here at {clock(trained)}: *{self.title}* replays it.")
        if st.button("Train anew", key=self.key + "_anew", width="stretch"):
            self._start(specs, anew=True)

    def _forecast(self, specs: Sequence[Spec]) -> None:
        """What they would take, or why they cannot be trained now."""
        pool = job_queue.pool()
        if pool.trouble:
            st.warning(safe(f"Nothing can be trained now: {pool.trouble}."))
            return
        joins = f"Training here now: *{self.title}* joins. " * pool.has(specs)
        seconds = duration(pool.estimate(specs))
        st.caption(f"{joins}About {seconds} on {place()}, if nobody else trains.")

    def _trainable(self, running: bool) -> Sequence[Spec]:
        """The specs. Refuses an absent device, and what would hold up everybody for long."""
        pool, specs = job_queue.pool(), self.specs()
        for kind in {spec.device for spec in specs} if pool.devices else ():
            devices.find(kind, pool.devices, f"on {place()}")
        seconds = pool.estimate(specs)
        if not running and seconds > LONGEST:
            raise ValueError(
                f"This would train for about {duration(seconds)}. Everybody waits "
                f"in one line, so the limit here is {duration(LONGEST)}. Ask for less: fewer "
                "seeds, or less compute; the command line has no limit."
            )
        return specs

    def _start(self, specs: Sequence[Spec], *, anew: bool = False) -> None:
        submitted = job_queue.pool().submit(specs, anew=anew)
        note_started(self.key, self.study)
        self._follow(submitted if submitted.live else Replay(submitted, REPLAY))

    def _follow(self, job: Job | Replay) -> None:
        state = st.session_state
        _my_jobs().append(job)
        state[self.key + "_job"], state[self.key + "_trained"] = job, self.study
        st.rerun()


@dataclass(frozen=True)
class Live(Generic[R]):
    """A label and figures that grow while their runs are on their way, as a block."""

    label: Label
    source: ResultSource
    gather: Callable[[Rows, Rows | None], R]
    blocks: Callable[[R], Layout]

    def draw(self) -> None:
        """Draw it."""
        self.label.draw()
        follow(self.label.settings, self.source, self.gather, self.blocks)


def result_source(
    key: str, study: R, recorded: Callable[[R], Recorded | None], otherwise: R
) -> ResultSource:
    """The results to show for the controls as they stand; see `toylab.live.result_source`."""
    state = st.session_state
    source = choose_source(
        state.get(key + "_job"), state.get(key + "_trained"), study, recorded, otherwise
    )
    return replace(source, own=is_own(key))


def follow(
    settings: str,
    source: ResultSource,
    gather: Callable[[Rows, Rows | None], R],
    blocks: Callable[[R], Iterable[Any]],
) -> None:
    """Draw what there is to show, and again and again while it is live.

    Args:
        settings: what the label says of the runs; it goes into the report.
        source: a job of this session, or recorded runs.
        gather: makes a result of the rows of finished runs and, while there are any, of those
            on their way; None where all have ended.
        blocks: the figures and sentences of a result.
    """
    job, live = source.job, source.live
    if job is None:
        show(blocks(gather(source.rows, None)))
        return

    @st.fragment(run_every=POLL if live else None)
    @in_turn
    def panel() -> None:
        if st.session_state.pop(CLICKED, False):
            st.rerun()  # what a click has set stands outside of this
        if live and job not in _my_jobs():  # they are let go of at every lost connection
            _my_jobs().append(job)
        progress = job.progress()
        result = gather(progress.rows, progress.unfinished if progress.live else None)
        layout = list(blocks(result))  # it is drawn, and read for the report
        show(layout)
        _status(job, progress)  # below the figure, which stays where it is
        if source.own and not live and (finding := " ".join(sentences(layout))):
            remember("run", settings, progress.outcome, finding)
        if live and not progress.live:
            st.rerun()

    panel()


def _status(job: Job | Replay, progress: Progress) -> None:
    """The state of a job: its place in line, or a bar with the time left; and Stop."""
    if progress.live:
        bar, button = st.columns([4, 1], vertical_alignment="center")
        bar.progress(progress.fraction, progress.sentence)
        title, icon = ("Show all", "skip_next") if progress.replay else ("Stop run", "stop_circle")
        if button.button(title, width="stretch", icon=f":material/{icon}:"):
            job.stop()
            if not progress.replay:
                st.toast(job.progress().sentence, icon=":material/stop_circle:")
            st.rerun()
    elif progress.stopped:
        st.info(progress.sentence)
    for failure in dict.fromkeys(progress.failures):  # one cause fails many tasks
        if failure != job_queue.pool().trouble:  # said beside Run
            st.warning(failure)


def devices_found() -> None:
    """The devices that train here, as soon as a worker has looked."""
    pool = job_queue.pool()
    looking = not pool.devices

    @st.fragment(run_every=POLL if looking else None)
    def panel() -> None:
        for device in pool.devices:
            st.markdown(f":material/memory: **{device.kind}** {device.name}")
        if pool.trouble:
            st.warning(safe(pool.trouble))
        elif not pool.devices:
            st.markdown(f":material/memory: {devices.processor()}; looking for a GPU ...")
        elif len(pool.devices) == 1:
            st.caption("There is no GPU that PyTorch can use. Nothing here needs one.")
        else:
            st.caption("At its first use a GPU is checked against the processor.")
        if pool.devices and looking:
            st.rerun()

    panel()
