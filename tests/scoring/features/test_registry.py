import importlib
import pkgutil

from moderation.scoring import features
from moderation.scoring.evidence import Evidence
from moderation.scoring.features import FEATURES, build_features


def test_every_module_is_named_in_the_registry():
    modules = {module.name for module in pkgutil.iter_modules(features.__path__)} - {"base"}

    assert {feature.name for feature in FEATURES} == modules


def test_a_feature_is_called_like_its_module():
    for feature in FEATURES:
        module = importlib.import_module(f"moderation.scoring.features.{feature.name}")
        assert getattr(module, feature.name) is feature


def test_what_was_not_sent_counts_nothing():
    assert set(build_features(Evidence(body="")).values()) == {0.0}


def test_every_feature_has_words_for_everything():
    for feature in FEATURES:
        assert isinstance(feature.tell(Evidence(body="x")), str)
