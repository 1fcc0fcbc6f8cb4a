"""What breaks a rule is refused by the rule's own sentence, and nothing else is."""

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toylab.refusals import positive, refuse


@given(st.lists(st.booleans(), max_size=6))
def test_the_first_rule_that_does_not_hold_is_said(holds):
    rules = {f"rule {k} must hold": kept for k, kept in enumerate(holds)}
    if all(holds):
        refuse(rules)
        return
    with pytest.raises(ValueError, match=f"^rule {holds.index(False)} must hold$"):
        refuse(rules)


@pytest.mark.parametrize("value", [0, -1.0, math.nan, math.inf, [1, 0], [[2, math.nan]], None])
def test_anything_not_positive_and_finite_is_refused_by_name(value):
    sentence = re.escape(f"flops must be positive and finite, got {value!r}")
    with pytest.raises(ValueError, match=sentence):
        positive("flops", value)


@given(st.lists(st.floats(1e-300, 1e300), min_size=1))
def test_positive_values_pass_unchanged(values):
    passed = positive("x", values)
    assert passed.dtype == np.float64
    assert passed.tolist() == values
