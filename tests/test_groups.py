"""Tests of one group run in one worker, so that what they share is set up once."""

import os

import pytest


@pytest.mark.xdist_group("together")
def test_a_group_is_seen_by_xdist(request):
    """xdist marks a grouped test in its id; a version that does not match pytest's leaves that out without a word."""
    grouping = "PYTEST_XDIST_WORKER" in os.environ and request.config.getvalue("loadgroup")
    assert request.node.nodeid.endswith("@together") == bool(grouping)
