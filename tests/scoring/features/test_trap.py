from moderation.scoring.evidence import Evidence
from moderation.scoring.features.trap import trap


def test_only_a_filled_trap_counts():
    assert trap(Evidence(body="x")) == 0.0
    assert trap(Evidence(body="x", trap_filled=True)) == 1.0
