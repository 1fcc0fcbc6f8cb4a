"""Which words and symbols does the app use, and what do they mean?

The registry behind `glossary`: each term once, by theme. Loss is in nats per token, compute in
FLOPs; a letter that stands for several things says so in each of its meanings.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """A word or a symbol, explained."""

    name: str  # as the pages say it
    meaning: str  # Markdown, a sentence or two
    symbol: str = ""  # TeX between dollars; empty where there is none
    unit: str = ""  # empty where a unit makes no sense
    pages: tuple[str, ...] = ()  # stems of the pages that use it, in the menu's order
    forms: tuple[str, ...] = ()  # how else the pages say it

    @property
    def head(self) -> str:
        """The term with its symbol and unit, in Markdown."""
        unit = f":small[{self.unit}]" if self.unit else ""
        return " ".join(filter(None, (f"**{self.name}**", self.symbol, unit)))

    @property
    def line(self) -> str:
        """The term explained, in a line of Markdown."""
        return f"{self.head}: {self.meaning}"


def _term(name: str, symbol: str, unit: str, pages: str, forms: str, *meaning: str) -> Term:
    """A term from lists that are read quickly: pages by blanks, other forms by semicolons."""
    others = tuple(filter(None, forms.split("; ")))
    return Term(name, "".join(meaning), symbol, unit, tuple(pages.split()), others)


MOST = "charlm kaplan allocation disagreement isoflop parametric batch_lr critical_batch"
EVERY = f"home sine {MOST}"
TRAINS = "sine charlm batch_lr critical_batch"
THEMES: dict[str, tuple[Term, ...]] = {
    "What is counted": (
        _term("parameter", "$N$", "parameters", EVERY, "parameters",
            "One of the numbers inside a network that training adjusts; how many there are "
            "is the network's size. Papers differ in what they count as N: see *parameters "
            "without embeddings*."),
        _term("embedding", "", "parameters",
            "charlm kaplan allocation disagreement batch_lr critical_batch", "embeddings",
            "The row of numbers by which a network reads a token; all rows together are "
            "the embeddings. Looking a row up costs next to no compute, so some papers "
            "leave embeddings out of the size."),
        _term("parameters without embeddings", "$N$", "parameters",
            "charlm kaplan allocation disagreement batch_lr critical_batch",
            "without embeddings; non-embedding; not embeddings",
            "What Kaplan counts as N, where Hoffmann counts every parameter. In small "
            "models embeddings are a large part, so the two countings give different "
            "exponents."),
        _term("N_T", "$N_T$", "parameters", "disagreement", "",
            "All parameters of a model, embeddings included, where N stands for those "
            "without embeddings: $N_T = N + wN^{1/3}$, with a constant $w$, no *width*, "
            "fitted to Chinchilla's models."),
        _term("mixture of experts", "", "", "allocation batch_lr", "",
            "A network made of many parts, the experts, of which each token is sent "
            "through a few only."),
        _term("active parameters", "", "parameters", "allocation",
            "active_params; (active); Active",
            "Those that one token really meets in a mixture of experts. They set what a "
            "token costs, so they count as the size here."),
        _term("token", "", "", MOST, "tokens",
            "The piece of text that a language model reads and predicts at one time. In "
            "large models it is a word or a part of one; the models that you train here "
            "read single characters, or the words of a made-up language."),
        _term("data", "$D$", "tokens", EVERY, "Tokens D; D tokens",
            "How many tokens a model learns from. Kaplan counts different tokens of a data "
            "set; Hoffmann counts tokens trained on, each once; on the sine page each "
            "*sample* counts."),
        _term("sample", "$D$", "examples", "sine", "samples",
            "One point from which a network of the sine page learns: a place x, and a "
            "label, the value of the curve there, often with noise. Where a formula has a "
            "D for *data*, it counts these on that page."),
        _term("vocabulary", "", "tokens", "allocation parametric batch_lr", "",
            "All the tokens that a model can choose from. A blind guess among 32,000 of "
            "them costs ln 32,000 = 10.4 nats."),
        _term("FLOPs", "", "FLOPs", f"sine {MOST}", "FLOP/s; FLOP",
            "Floating-point operations: additions and multiplications of numbers with a "
            "fraction. With a stroke, FLOP/s, it is how many of them a device does in a "
            "second."),
        _term("compute", "$C$", "FLOPs", f"home {MOST}", "6 N D; 6ND",
            "All the arithmetic of a training run. Close to 6 FLOPs for each parameter and "
            "token, so $C = 6ND$."),
        _term("forward pass", "", "FLOPs/token", "allocation batch_lr",
            "forward; backward pass",
            "The way from a token to a prediction: 2 FLOPs for each parameter. The "
            "*backward pass*, which finds the gradient, costs twice that, and 2 + 4 make "
            "the 6 of $C = 6ND$."),
        _term("FLOPs per token", "$M$", "FLOPs/token", "allocation", "",
            "DeepSeek's measure of a model's size: what a token costs without embeddings "
            "and with attention, so that $C = MD$."),
        _term("C_min", "$C_{min}$", "PF-days", "kaplan allocation disagreement critical_batch",
            "",
            "The least compute that reaches a loss: with the best size, and a batch far "
            "below the critical one. Kaplan's law $L(C_{min})$ goes by it; trained at the "
            "critical batch, a run spends twice as much."),
        _term("PF-day", "", "FLOPs", "kaplan allocation disagreement parametric critical_batch",
            "PF-days",
            "Kaplan's unit of compute: 1e15 FLOPs in each second of a day, which are "
            "8.64e19 FLOPs."),
        _term("budget", "", "FLOPs", MOST, "budgets",
            "The compute that you may spend on one run. More parameters leave fewer "
            "tokens: all runs of one budget have the same 6 N D."),
        _term("device-day", "", "device-days", "critical_batch", "device-days",
            "One device at work for one day. Their number says what a run costs, whether "
            "few devices work long or many work briefly."),
    ),
    "Loss": (
        _term("loss", "$L$", "nats/token", MOST, "losses",
            "How bad a model's predictions are, so lower is better. For a language model "
            "it is the cross-entropy."),
        _term("cross-entropy", "", "nats/token", "batch_lr", "",
            "The mean over tokens of \N{MINUS SIGN}ln p, where p is the probability that "
            "the model gave to the token that really came."),
        _term("nats", "", "nats", MOST, "nat",
            "The unit of \N{MINUS SIGN}ln p: what had a probability of 36.8 %, which is "
            "1/e, costs one nat. One nat is 1.443 bits."),
        _term("perplexity", "", "none: a count", "allocation parametric", "",
            "The number e to the power of the loss: the model is as unsure as if it chose "
            "evenly among so many tokens. A loss of 2 nats is a perplexity of 7.39."),
        _term("entropy", "", "nats/token", "charlm batch_lr", "",
            "The loss of a perfect predictor, who still cannot foresee what chance "
            "decides. Of the synthetic language here it is known exactly."),
        _term("floor", "$E$", "nats/token",
            "sine charlm kaplan allocation disagreement isoflop parametric", "",
            "The loss that would remain with endless parameters and endless data, also "
            "called the irreducible loss. Not the E of *examples*, which counts what a run "
            "has used."),
        _term("loss above the floor", "$L - E$", "nats/token", "charlm disagreement",
            "above its floor; above the floor; without the floor; floor taken off",
            "What is left when the floor is taken off: the only part that more size or "
            "data can lower. In Hoffmann's law it falls as a power law in N when data are "
            "endless; the loss itself does not."),
        _term("squared error", "", "none: a square", "sine charlm parametric",
            "mean squared error",
            "The mean of the squared distances between prediction and truth. It is the "
            "loss of the sine networks and of the simplest learner, and is measured in "
            "squares of what is predicted, not in nats."),
        _term("overfitting", "", "none: a share", "kaplan", "overfit; overfits",
            "Learning what the samples at hand happen to have, and not what new ones have "
            "too. Kaplan measures by how much the loss lies above that of endless data."),
        _term("held-out text", "", "", "charlm batch_lr",
            "held-out; validation; that none has seen",
            "Text that a model never trains on, so that the loss on it says how good the "
            "model is on new text. Also called validation."),
        _term("convergence", "", "", "kaplan disagreement critical_batch",
            "converge; converges; converged",
            "The state in which more training hardly lowers the loss any more. The best "
            "use of compute stops before it."),
        _term("stopping early", "", "", "kaplan", "stopped early; When to stop; where to stop",
            "Ending a run before it has converged. Against overfitting, when the loss on "
            "held-out text stops falling; to save compute, a good deal sooner."),
    ),
    "Laws and their constants": (
        _term("scaling law", "", "", EVERY, "scaling laws; law; laws",
            "A formula, fitted to many runs, for how the loss or the best setting changes "
            "with size, data or compute. It is measured, not proved."),
        _term("power law", "", "",
            "sine charlm disagreement parametric batch_lr critical_batch",
            "power laws; power-law",
            r"A rule $y = k\,x^{p}$: the same factor of x always changes y by the same "
            "factor, wherever you start. On log axes it is a straight line."),
        _term("exponent", "", "none: an exponent", MOST, "exponents",
            "The power p in a power law. With ten times the x, y becomes $10^{p}$ times as "
            "large."),
        _term("slope", "", "none: an exponent", "home sine charlm disagreement isoflop",
            "slopes",
            "How steep a line is. On log axes the slope of a power law is its exponent, "
            "and a falling line has a negative one."),
        _term("log axis", "", "", "charlm kaplan disagreement", "log axes; log-log",
            "An axis on which equal distances are equal factors: 1, 10 and 100 are evenly "
            "spaced."),
        _term("scale constant", "$X_c$", "that of X", "kaplan", "X_c; N_c",
            r"In Kaplan's law $L = (X_c/X)^{\alpha}$ the X at which the line would come to "
            "a loss of 1 nat. That lies far beyond all runs and has no meaning of its own."),
        _term("alpha", r"$\alpha$", "none: an exponent",
            "charlm kaplan allocation disagreement isoflop parametric batch_lr", "",
            "The exponent with which the size term A/N^alpha of a loss surface falls. With "
            "an index, as in alpha_N, it belongs to a law of Kaplan, which has no floor, "
            "and is another quantity."),
        _term("beta", r"$\beta$", "none: an exponent",
            "charlm kaplan allocation disagreement isoflop parametric batch_lr", "",
            "The exponent with which the data term B/D^beta of a loss surface falls. "
            "Adam's beta2, a setting of the optimiser, is something else."),
        _term("coefficient A", "$A$", "nats/token",
            "charlm kaplan allocation disagreement isoflop parametric batch_lr", "A and B; A/N",
            "The factor of the size term A/N^alpha: what that term would be at a single "
            "parameter. Runs are so far from there that A is poorly known by itself."),
        _term("coefficient B", "$B$", "nats/token",
            "charlm kaplan allocation disagreement isoflop parametric batch_lr", "A and B; B/D",
            "The factor of the data term B/D^beta: what that term would be at a single "
            "token. Not the B of *batch*."),
        _term("loss surface", "$L(N, D)$", "nats/token", "charlm allocation parametric",
            "surface; surfaces",
            r"The loss as a formula of size and data, Hoffmann's $E + A/N^{\alpha} + "
            r"B/D^{\beta}$: a floor, a term that only size lowers and one that only data "
            "lower. Kaplan's *joint law* is another."),
        _term("joint law", "$L(N, D)$", "nats/token", "kaplan", "",
            r"Kaplan's $L(N, D) = [(N_c/N)^{\alpha_N/\alpha_D} + D_c/D]^{\alpha_D}$, "
            "without a floor and with the two terms inside a power. Not the sum that a "
            "*loss surface* is."),
        _term("unrounded", "", "", "allocation disagreement isoflop parametric", "Unrounded",
            "Said of constants with all the digits that a paper's source file keeps, where "
            "its text prints fewer. They are another law: rounding beta alone moves "
            "Hoffmann's best size by a fifth."),
        _term("refit", "", "", "kaplan allocation disagreement isoflop parametric batch_lr",
            "refitted",
            "Besiroglu's constants for Hoffmann's loss surface, fitted anew in 2024 to 240 "
            "of Hoffmann's runs that were read off a figure."),
        _term("local exponent", "", "none: an exponent", "disagreement",
            "local slope; local slopes",
            "The slope of a curve on log axes at one place. A true power law has the same "
            "one everywhere; where there is a floor, or sizes are counted in part, it "
            "drifts."),
        _term("extrapolation", "", "", "charlm isoflop critical_batch",
            "extrapolate; extrapolated; Extrapolated",
            "Using a fit outside the range of its runs. Nothing there has been checked, "
            "and an interval holds only if the formula does."),
    ),
    "Splitting a budget": (
        _term("best size", "$N_{opt}$", "parameters",
            "charlm kaplan allocation disagreement isoflop parametric critical_batch",
            "N_opt; N_{opt}; Best size",
            "Of all sizes that a budget can buy, the one with the lowest loss. Its data "
            "are what the budget leaves, $C/(6N)$."),
        _term("best split", "", "", "kaplan allocation", "best splits; Best split; best data",
            "The size and the amount of data with the lowest loss for a budget. A model "
            "that has them is called compute-optimal."),
        _term("exponent a", "$a$", "none: an exponent",
            "charlm disagreement isoflop parametric",
            "Exponent a; C^a; exponent of the best size",
            r"How the best size grows with compute: $N_{opt} \sim C^{a}$. With a = 0.5, ten "
            "times the compute wants a model 3.16 times as large."),
        _term("exponent b", "$b$", "none: an exponent", "charlm parametric", "b",
            r"How the best amount of data grows with compute: $D_{opt} \sim C^{b}$. As N "
            "times D is C/6, a and b add up to one."),
        _term("tokens per parameter", "$D/N$", "tokens/parameter",
            "allocation parametric batch_lr", "tokens a parameter; Tokens per parameter",
            "How much data a model gets for its size."),
        _term("20:1", "", "tokens/parameter", "allocation batch_lr",
            "rule of 20; 20 tokens a parameter; 20 tokens",
            "The rule of thumb of 20 tokens for each parameter. It was read off a table of "
            "Hoffmann's first approach; no formula of the paper says it, and other fits "
            "say otherwise."),
        _term("model-limited", "", "", "kaplan", "",
            "Said of a run whose model is too small for its data: more data hardly help, a "
            "larger model does."),
        _term("data-limited", "", "", "kaplan", "",
            "Said of a run whose data are too few for its model: a larger model hardly "
            "helps, more data do."),
        _term("isoFLOP profile", "", "", "charlm allocation isoflop parametric batch_lr",
            "isoFLOP profiles; IsoFLOP; isoFLOP",
            "The losses of models of many sizes that all cost the same compute. They form "
            "a valley: the small ones lack parameters, the large ones data."),
        _term("valley", "", "", "charlm allocation isoflop parametric batch_lr", "valleys",
            "Losses that fall and rise again as a setting is turned up. The setting at the "
            "*bottom* is the best one."),
        _term("parabola", "", "", "charlm isoflop parametric", "parabolas",
            "The simplest curve with a bottom, fitted to a valley in ln L against ln N to "
            "find its lowest place between the runs."),
        _term("curvature", "", "", "charlm isoflop parametric critical_batch", "curvatures",
            "How sharply a curve bends. A valley of small curvature is flat, so that a "
            "wrong size costs little and the bottom is hard to find."),
        _term("grid", "", "", "charlm isoflop parametric batch_lr", "grids",
            "The sizes, or the batches and learning rates, that a study tries. If the best "
            "one lies at the grid's edge, a better one may lie outside."),
        _term("learning curve", "", "", "charlm kaplan isoflop parametric", "learning curves",
            "The loss of one run while it trains."),
        _term("envelope", "", "", "charlm isoflop parametric", "lower envelope",
            "The lower edge of many learning curves: at each amount of compute the lowest "
            "loss that any of them has."),
        _term("three approaches", "", "", "charlm allocation disagreement isoflop parametric",
            "approach 1; approach 2; approach 3; Approach 1; Three approaches",
            "Hoffmann's ways to the best size. Approach 1 takes the envelope of learning "
            "curves, approach 2 the bottoms of isoFLOP profiles, approach 3 one loss "
            "surface through all runs."),
        _term("frontier", "", "", "disagreement", "",
            "The best splits of all budgets, one after another."),
        _term("regret", "", "nats/token", "allocation", "give away; gives away",
            "What a choice gives away against the best one for the same compute."),
        _term("waste of compute", "", "none: a share", "allocation isoflop",
            "waste; wastes; wasted; Wasted",
            "The part of a run's compute that need not have been spent: under the law, the "
            "best split comes to the same loss with that much less."),
        _term("sensitivity", "", "none: a ratio", "allocation",
            "toylab.laws.allocation.sensitivity; best size moves",
            "By how many percent the best size moves when one constant of the law is one "
            "percent larger."),
    ),
    "Fitting, and how far to believe it": (
        _term("fit", "", "", MOST, "fits; fitted",
            "A formula whose constants were chosen so that it comes close to the runs; "
            "also the choosing."),
        _term("least squares", "", "", "isoflop parametric critical_batch", "",
            "The usual way to fit: make the sum of the squared residuals as small as it "
            "gets. One run that is far off can pull it a long way."),
        _term("residual", "", "", "charlm isoflop parametric", "residuals; Residuals",
            "Measured minus fitted: what the formula leaves over of a run, often in "
            "percent of the loss."),
        _term("misfit", "", "", "charlm isoflop parametric critical_batch",
            "The residuals are no noise; off the curve; off the parabolas",
            "What the residuals have besides chance, because the formula is not quite "
            "right. Also called lack of fit."),
        _term("rms", "", "", "charlm critical_batch", "",
            "The root of the mean of the squares: a typical size of the residuals."),
        _term("Huber loss", "", "", "parametric", "Huber; Huber's",
            "What is summed in a fit that should forgive outliers: small residuals count "
            "by their squares, those larger than *delta* only in proportion."),
        _term("objective", "", "", "charlm parametric", "objectives",
            "The number that a fit makes as small as it can."),
        _term("L-BFGS", "", "", "parametric", "",
            "An optimiser that many papers fit with. It walks down the objective by its "
            "gradient, and with a loose *tolerance* it stops too soon."),
        _term("condition number", "", "none: a ratio", "parametric", "Condition number",
            "How many times less sharply the worst-known combination of constants is known "
            "than the best-known one. One would be ideal."),
        _term("seed", "", "",
            "home sine charlm kaplan isoflop parametric batch_lr critical_batch", "seeds",
            "The number that a run's random draws begin with: the same seed gives the same "
            "run. Several seeds show how much of a result is luck."),
        _term("noise", "", "", "home sine charlm isoflop parametric batch_lr critical_batch",
            "noisy",
            "What differs by chance from run to run, or is added to labels or losses on "
            "purpose. Its size is given as a standard deviation."),
        _term("standard normal draw", "", "none: a count", "isoflop parametric",
            "standard normal",
            "A random number from the bell curve with mean 0 and standard deviation 1: two "
            "in three lie between \N{MINUS SIGN}1 and 1."),
        _term("spread", "", "", "sine kaplan batch_lr", "",
            "How far repeats of the same thing differ."),
        _term("median", "", "", "home sine isoflop parametric", "medians",
            "The value in the middle when values are sorted. One that is far off hardly "
            "moves it."),
        _term("quartile", "", "", "sine", "lower quartile; upper quartile",
            "A quarter of the values lie below the lower quartile, a quarter above the "
            "upper one."),
        _term("interval", "", "", MOST, "intervals; 95 %",
            "Two numbers between which the true one should lie in 95 of 100 studies made "
            "in the same way; they stand in brackets behind an estimate. Some papers print "
            "narrower ones, and then it is said."),
        _term("bootstrap", "", "",
            "charlm kaplan allocation disagreement isoflop parametric batch_lr",
            "bootstraps; resample; resamples; resampled",
            "How most intervals here are made: draw the runs again with replacement, fit "
            "again, and see how far the answers of many such *resamples* spread. Some draw "
            "seeds or residuals instead of runs."),
        _term("not determined", "", "", "charlm isoflop parametric batch_lr critical_batch",
            "hardly determined; not determine",
            "Said of a number that the runs leave open, such as a size whose interval "
            "spans more than a factor of 100."),
        _term("biased", "", "", "charlm isoflop critical_batch", "bias; error of the best size",
            "Off in one direction even on average, so that more runs do not help."),
        _term("diverged", "", "", "sine charlm parametric batch_lr", "diverge; divergence",
            "Said of a run that ends worse than it began, or with no finite number. It is "
            "counted and left out of fits."),
        _term("outlier", "", "", "parametric", "outliers; Spoiled runs; spoiled",
            "A run that is far off for another reason than chance, such as one that broke. "
            "The simulated ones are called *spoiled runs*."),
        _term("forecast", "", "", "charlm", "",
            "What a fit says of a budget before anything is trained there. It is *held* if "
            "the runs then differ from it by no more than both uncertainties allow."),
        _term("repeat", "", "", "charlm isoflop parametric batch_lr critical_batch",
            "repeats; Repeats",
            "The same study once more with other seeds. Where many repeats come out says "
            "what one study is worth."),
    ),
    "Training": (
        _term("gradient", "$G$", "", "charlm parametric critical_batch", "gradients",
            "For each parameter, how fast the loss rises with it. Training goes the other "
            "way; the gradient of a batch is a noisy guess of that over all data."),
        _term("optimiser", "", "", "kaplan disagreement parametric batch_lr critical_batch",
            "optimisers",
            "The rule that turns gradients into changes of the parameters, such as SGD or "
            "Adam."),
        _term("SGD", "", "", "charlm parametric batch_lr critical_batch", "",
            "Stochastic gradient descent, the plain optimiser: each step goes against a "
            "batch's gradient, times the learning rate."),
        _term("Adam", "", "", "sine charlm disagreement batch_lr", "Adam's",
            "An optimiser that divides each parameter's step by how large its gradient has "
            "lately been, so that all parameters move about equally fast."),
        _term("step", "$S$", "steps",
            "sine charlm kaplan disagreement isoflop parametric batch_lr critical_batch",
            "steps; Steps",
            "One change of all parameters, by the gradient of one batch."),
        _term("learning rate", "", "none: a factor",
            "sine charlm disagreement isoflop batch_lr critical_batch",
            "learning rates; rate; rates",
            "The factor between a gradient and the change of a parameter; papers write it "
            r"$\eta$. A rate is good or bad for its optimiser only, and does not carry over "
            "to another."),
        _term("schedule", "", "", "sine disagreement isoflop batch_lr", "Schedule; cosine",
            "How the learning rate changes during a run: constant, or falling, often along "
            "half a cosine."),
        _term("decay", "", "", "charlm disagreement isoflop",
            "decayed; undecayed; decay to match",
            "The fall of the learning rate towards the end of a run. A run looks worse "
            "than it is until its rate has decayed."),
        _term("peak learning rate", "$r$", "none: a factor", "batch_lr",
            "peak rate; Peak learning rate",
            "The highest rate of a schedule, which is the one that is quoted. In the "
            "formula for the time of many devices r is their speed, another thing."),
        _term("warm-up", "", "", "kaplan disagreement critical_batch", "warm up; Warm-up",
            "The first steps of a run, in which the learning rate rises from near nothing. "
            "One that is too long makes small models look worse than they are."),
        _term("epoch", "", "none: a count", "kaplan", "epochs",
            "One pass over the whole data set."),
    ),
    "Batches and gradient noise": (
        _term("batch", "$B$", "tokens",
            "charlm kaplan allocation disagreement batch_lr critical_batch", "batches",
            "The text over which the gradient of one step is averaged: in tokens, in "
            "characters for the models trained here. Not the B of *coefficient B*."),
        _term("sequence", "", "tokens", "batch_lr critical_batch", "sequences",
            "Tokens in a row that a model reads together. A batch is so many sequences, "
            "times their length in tokens."),
        _term("examples", "$E$", "examples", "critical_batch", "",
            "All that a run has trained on by the time it reaches a loss, in tokens, "
            "characters or samples: $E = BS$. Not the E of *floor*."),
        _term("least steps", "$S_{min}$", "steps", "kaplan critical_batch",
            "S_min; S_{min}; the least steps; least tokens and steps",
            "The steps that a loss takes even with an endless batch."),
        _term("least examples", "$E_{min}$", "examples", "critical_batch",
            "E_min; E_{min}; the least tokens; the least examples",
            "The examples that a loss takes with a batch so small that none is wasted. No "
            "relation to the floor E."),
        _term("critical batch", "$B_{crit}$", "tokens",
            "kaplan allocation disagreement batch_lr critical_batch",
            "critical batches; B_crit",
            "The batch at which a loss costs twice its least steps and twice its least "
            "examples, which makes it the second over the first: $B_{crit} = "
            "E_{min}/S_{min}$. It grows as the loss falls: by Kaplan's law twofold for "
            "each 13.5 %."),
        _term("B_star", "$B_*$", "tokens", "batch_lr critical_batch", "",
            r"The constant of a law $B_*/L^{1/\alpha_B}$: its batch at a loss of 1 nat, far "
            "below any that was reached. On the page of batch and learning rate, where B* "
            "is the *best batch*, another thing."),
        _term("best batch", "$B_*$", "tokens", "batch_lr critical_batch", "B*; Best batch",
            "The batch with the lowest loss at a budget, the learning rate being best too. "
            "Written B* in a formula, which is not the *B_star* of a law by the loss."),
        _term("hyperbola", "", "", "critical_batch", "hyperbolas",
            "The curve of steps against examples to one loss, $(S/S_{min} - 1)(E/E_{min} - "
            "1) = 1$: it comes near to the least of either and reaches neither."),
        _term("perfect scaling", "", "", "critical_batch", "",
            "Twice the batch in half the steps, on the same number of examples. Zhang "
            "calls critical the batch that takes 20 % more steps than that; on the "
            "hyperbola it is a fifth of $B_{crit}$."),
        _term("noise scale", "$B_{simple}$", "examples", "critical_batch",
            "B_simple; noise scales",
            "The batch at which a gradient's noise is as large as the gradient itself, "
            r"$\mathrm{tr}(\Sigma)/|G|^2$. It estimates the critical batch by its order of "
            "magnitude, and is not equal to it."),
        _term("tr(Sigma)", r"$\mathrm{tr}(\Sigma)$", "", "critical_batch", "Sigma",
            "How noisy one example's gradient is: its variances, summed over all "
            "parameters."),
        _term("B_noise", "$B_{noise}$", "examples", "critical_batch", "H Sigma",
            "The noise scale with each direction weighted by how strongly the loss curves "
            r"there, $\mathrm{tr}(H\Sigma)/(G^{T}HG)$, where H holds the curvatures. If all "
            "directions curve alike it equals B_simple."),
        _term("noisy quadratic", "", "", "critical_batch", "",
            "A loss shaped as a bowl, with gradients of known noise. All can be computed "
            "there, so the hyperbola can be tested without training."),
        _term("quadratic", "", "", "batch_lr", "quadratics",
            "A parabola in two directions: a bowl, fitted to the losses over ln batch and "
            "ln rate. Its bottom rests on many runs."),
        _term("lowest run", "", "", "isoflop batch_lr",
            "lowest runs; lowest cell; lowest dot; lowest dots; The lowest dot",
            "The run of a grid with the lowest loss. It tends to be a lucky one, so its "
            "loss is too good, and its place is one of the grid's."),
        _term("near-optimal", "", "", "batch_lr", "",
            "DeepSeek's word for settings whose loss is within 0.25 % of the best."),
        _term("tilt", "$t$", "none: an exponent", "batch_lr", "tilted",
            "How the best learning rate goes with the batch: as its power t. The usual "
            "rule for Adam has 0.5, that for plain SGD 1."),
    ),
    "What learns here": (
        _term("net", "", "", "home sine charlm batch_lr",
            "nets; mlp; neurons; network; networks",
            "Short for network: layers of neurons, each of which sums numbers of the layer "
            "before with weights and bends the result. The sine page's has two such layers "
            "inside, and is called an MLP elsewhere."),
        _term("width", "$w$", "neurons", "sine disagreement batch_lr",
            "Width; wider; Widen; Widths",
            "How many neurons a layer has. A sine network of width w has $w^2 + 4w + 1$ "
            "parameters, which is 4,353 at width 64. The w in the formula of *N_T* is "
            "another number."),
        _term("clean curve", "", "", "sine", "clean one",
            "The curve that a sine network should learn, without the noise of its labels. "
            "Measured against it, an error has no floor of noise."),
        _term("Fourier sum", "", "", "sine", "",
            "A curve made of many waves, each finer and weaker than the one before. It has "
            "detail at every scale, so wider nets always find more."),
        _term("optimisation floor", "", "none: a square", "sine", "",
            "An error that remains because training has not gone further, though nothing "
            "is noisy. It differs from seed to seed, and more data do not lower it."),
        _term("n-gram", "", "", "charlm", "ngram; toylab.experiments.nets.ngram.gradient",
            "So many tokens in a row. The network of *Your own Chinchilla* sees 8 "
            "characters and says which comes next."),
        _term("synthetic language", "", "", "charlm", "a synthetic language; this language",
            "A made-up language in which chance picks each word by the one before it. So "
            "its entropy can be summed up, and a fitted floor can be checked."),
        _term("simplest learner", "", "", "charlm parametric",
            "student; linear regressions; linear function",
            "A linear function of many inputs, learned by SGD. Theory knows its exponents, "
            "and that it has no floor."),
        _term("attention", "", "", "allocation batch_lr", "MHA; GQA",
            "How a Transformer, the usual language model, lets a token draw on earlier "
            "ones; MHA and GQA are two kinds. Its FLOPs come on top of those of the "
            "parameters."),
        _term("last layer", "", "parameters", "disagreement", "",
            "The table that turns a model's last numbers into a score for each token of "
            "the vocabulary. In a small model it is much of the compute."),
    ),
    "Verdicts of the sine page": (
        _term("verdict", "", "", "charlm", "verdicts",
            "What tests make of a result: here whether a line is a power law, given by the "
            "first test that objects; in *Your own Chinchilla* whether a forecast held."),
        _term("a power law over this range", "", "", "sine", "A power law over this range",
            "The verdict when no test objects. It is said of the sizes that were trained, "
            "and of no others."),
        _term("too little to judge", "", "", "sine", "Too little to judge",
            "The verdict for fewer than 4 sizes, or fewer than 5 seeds that ended well."),
        _term("no power law to see", "", "", "sine", "No power law to see",
            "The verdict when the slope may as well be zero, or the error hardly changes "
            "over all sizes."),
        _term("one point carries it", "", "", "sine", "one point",
            "The verdict when less than a quarter of the slope is left once one size is "
            "taken away."),
        _term("flattens to a floor", "", "", "sine", "",
            "The verdict when the error falls at first and then stays: the slope of the "
            "last half has all but gone. A straight line through all of it would mean "
            "nothing."),
        _term("not shown to be a power law", "", "", "sine", "Not shown to be a power law",
            "The verdict when the slope of the last half may still be zero, so that nobody "
            "can say whether the fall goes on."),
        _term("do not lie on a straight line", "", "", "sine", "",
            "The verdict when the points bend or jump by more than chance does."),
    ),
    "How this app speaks": (
        _term("live", "", "", "home sine charlm batch_lr critical_batch", "Live",
            "Trained just now on this machine, while you watch."),
        _term("recorded", "", "", "home sine charlm parametric batch_lr critical_batch", "",
            "Real runs of this app's own engine, or of your file, made before; it says "
            "with which command."),
        _term("published", "", "", "home allocation disagreement parametric batch_lr", "",
            "Numbers from a paper, which is named beside them."),
        _term("simulated", "", "",
            "home kaplan allocation disagreement isoflop parametric batch_lr critical_batch",
            "",
            "Drawn from a formula, with or without noise; nothing was trained."),
        _term("sweep", "", "", "sine", "sweeps; Sweep",
            "Runs in which one thing is changed and the rest is held: the samples or the "
            "width."),
        _term("GPU", "", "", "home sine charlm batch_lr critical_batch", "",
            "A processor that does thousands of sums at once. Nothing here needs one."),
        _term("CUDA", "", "", TRAINS, "NVIDIA",
            "The way to compute on NVIDIA's GPUs; in PyTorch AMD's go by the same name."),
        _term("MPS", "", "", TRAINS, "Apple",
            "The way to compute on the GPU of an Apple machine."),
    ),
}  # fmt: skip
TERMS: tuple[Term, ...] = tuple(term for terms in THEMES.values() for term in terms)
