"""A teacher's guide: lessons, presenting, collecting, and one server for a class."""

from toylab.teaching import ways

WAYS = ", ".join(f"*{way.title}*, {len(way.steps)} steps" for way in ways.WAYS.values())
CHECK = "python -m toylab quiz --check sheets --csv marks.csv"
GRADES = "python -m toylab quiz --check sheets --roster exported.csv --canvas book.csv"
PREPARE = f"""
1. Open the page that you want to teach, and set its controls as your class should find them.
2. Switch **Teacher** on in the menu. Under the figure, at **Lesson**, choose the controls to
   hide. A hidden control keeps its value: the seed is chosen for you, so that everybody sees the
   same numbers.
3. Write a sentence for your class, if you like: it stands on top of the page.
4. Send the link. It holds what differs from the page's first settings. Who edits the address can
   bring a control back: it is an aid, no lock.

Whole lessons are ready on the first page: {WAYS}. Each step has its controls set, and a hint of
what to notice. How far somebody is stands in the address too: send it in the middle of a way,
and it opens there.
"""
PRESENT = """
**Present**, in the menu while **Teacher** is on, makes letters and figures larger and takes the
menu away.

| Key | What it does |
|---|---|
| Page Down, or the clicker's forward | the next step of a way; without one, the next page |
| Page Up, or the clicker's back | the one before |
| N | what to notice at this step, shown and hidden |
| Escape | back to the menu |
| Tab, arrows, Enter | to a control, along a slider, press |

Pages ask for a guess before they show their figure. Let the room vote, commit what it says,
and press **Ask me again** for another round at other settings. To show figures at once, switch
**Ask me first** off.
"""
COLLECT = f"""
At **Report**, under the figure of a page, a student finds:

* one **HTML file** with every page on which something was done: its settings, its figures as
  last seen, every guess, run and answer, and the link back. It opens without a network, and
  prints.
* the same guesses, runs and answers as **CSV**, a line each, from all pages.

Nothing is sent anywhere, and the server keeps nothing: the tab does, over a reload too. What
was done is lost when the tab is closed, so let them save it first. On a shared computer *Start
over*, under *Report*, forgets it for whoever comes next.

The **quiz** has a score sheet of its own. Choose topics and a length there, and make a lesson
link: every student draws a seed, and so other numbers. Mark the sheets again, into a table for
your mark book that names what to look at: two sheets with the same answers, two with one name,
a sheet that was edited; and how often each question was missed.

```sh
{CHECK}
{GRADES}
```

The second line makes a file that **Canvas** imports, of a folder of sheets and the grade book
as you exported it; `--moodle` does so for **Moodle**. A sheet is matched by the student id, or
else by the name; whoever is nobody there, or could be two, is named. Topics and a number of
questions are one column, and the first try counts. An empty cell erases a grade that is there,
so import one paper at a time.

A sheet holds the first answers of one browser tab. It says when each was checked and how many
seeds the tab had tried, but a new tab or *Start over* begins without: for marks that count, let
them work in the room.
"""
SERVE = """
One ordinary computer serves a class. Start it so that others can reach it, and write its
address on the board:

```sh
streamlit run app.py --server.address=0.0.0.0 --server.port=8501
```

* **Who can reach it:** everybody in the network, without a password. Close it after class.
* **Runs wait in one line,** and everybody sees their place in it. A short run passes a long
  one. Equal studies are trained once and shared: a class that presses Run on the same lesson
  link waits for one run; with a seed each, for thirty.
* **A closed tab** gives its place in the line back within half a minute.
* **Laptops** may run it themselves: the README's first command is enough.
* **The PCs of a lab** can train what the class asks for, all at once: the README says how, under
  *a lab of PCs*.
* **More than a hundred?** One server draws its pages on one core. Start a second one, and give half
  the class its address; `TOYLAB_WORKERS` says on how many cores each trains.

```sh
TOYLAB_WORKERS=1 streamlit run app.py --server.address=0.0.0.0 --server.port=8501
TOYLAB_WORKERS=1 streamlit run app.py --server.address=0.0.0.0 --server.port=8502
```

* **How quick it is** :blue-badge[recorded] On two cores, with thirty students who each moved a
  slider every two to six seconds, the page followed after 0.05 s (median; one time in twenty
  after more than 0.19 s). With a hundred it took 0.14 s (0.51 s) on one server, and 0.05 s
  (0.19 s) on two. Repeat it with `python -m toylab bench class --visitors 100 --servers 2`.
"""
