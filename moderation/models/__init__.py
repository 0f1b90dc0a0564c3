"""Nouns: what the database holds. Questions live on the querysets, changes in services."""

from .article import Article
from .block_list import BlockList
from .campaign import Band, Campaign, Likeness, Ruling
from .check import Blog, Check
from .comment import Comment, CommentQuerySet
from .decision import Action, ActorKind, Batch, Decision
from .delivery import Delivery, DeliveryQuerySet, Event, Webhook
from .imports import Disclosure, ImportRun
from .lesson import LearningReset, Lesson, WordCount
from .rule import PolicyChange, Rule
from .salt import AddressSalt
from .site import Membership, Role, Scope, Site, SiteKey, WhenUnsure

__all__ = [
    "Action",
    "ActorKind",
    "AddressSalt",
    "Article",
    "Band",
    "Batch",
    "BlockList",
    "Blog",
    "Campaign",
    "Check",
    "Comment",
    "CommentQuerySet",
    "Decision",
    "Delivery",
    "DeliveryQuerySet",
    "Disclosure",
    "Event",
    "ImportRun",
    "LearningReset",
    "Lesson",
    "Likeness",
    "Membership",
    "PolicyChange",
    "Role",
    "Rule",
    "Ruling",
    "Scope",
    "Site",
    "SiteKey",
    "Webhook",
    "WhenUnsure",
    "WordCount",
]
