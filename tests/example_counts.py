"""How many examples hypothesis draws where one takes long: settings of such tests.

They are not shrunk: to shrink would compute for minutes.
"""

from hypothesis import Phase, seed, settings

few = settings(max_examples=9, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
fewer = settings(few, max_examples=4)  # each fits and resamples
alike = seed(0)  # the same examples in every test: what is fitted once is remembered
