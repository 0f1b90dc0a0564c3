"""Spam signals, one small module each.

A feature is a function from Evidence to a number; 0.0 means "nothing to see".
To add one: write the module, name it here, mirror it under tests/. Until the
classifier has been trained with it (or its weight set by hand) it counts 0.
"""

from moderation.scoring.evidence import Evidence

from .address_record import address_record
from .base import Feature
from .block_list import block_list
from .links import links
from .mail_domain import mail_domain
from .markup import markup
from .name_habits import name_habits
from .network_record import network_record
from .repetition import repetition
from .script_mixture import script_mixture
from .shorteners import shorteners
from .time_on_page import time_on_page
from .title_overlap import title_overlap
from .trap import trap
from .website_habits import website_habits
from .website_page import website_page

FEATURES: tuple[Feature, ...] = (
    links,
    shorteners,
    markup,
    repetition,
    script_mixture,
    title_overlap,
    name_habits,
    website_habits,
    website_page,
    mail_domain,
    time_on_page,
    trap,
    address_record,
    network_record,
    block_list,
)


def build_features(evidence: Evidence) -> dict[str, float]:
    """Return every feature's number for one comment, by the feature's name."""
    return {feature.name: feature(evidence) for feature in FEATURES}
