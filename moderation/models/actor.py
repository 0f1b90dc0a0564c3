"""Who acts, and on which sites."""

from dataclasses import dataclass, field
from uuid import UUID

from .decision import ActorKind


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """Somebody who decides: a person, a key or the policy, with the sites they may see."""

    kind: ActorKind
    name: str
    user_id: int | None = None
    key_id: UUID | None = None
    site_ids: frozenset[UUID] = field(default=frozenset())
    scopes: frozenset[str] = field(default=frozenset())
    # Those of the sites that this actor may configure.
    owned_site_ids: frozenset[UUID] = field(default=frozenset())
    # Whether this actor runs the installation: makes sites, sees them all.
    is_operator: bool = False

    @property
    def trace(self) -> str:
        """How a log names the actor: by kind and id."""
        return f"{self.kind}:{self.user_id or self.key_id or ''}"

    @property
    def is_person(self) -> bool:
        """Whether decisions of this actor are somebody's judgement rather than the machine's."""
        return self.kind not in (ActorKind.POLICY, ActorKind.CAMPAIGN)


POLICY = Actor(kind=ActorKind.POLICY, name="policy")
CAMPAIGN = Actor(kind=ActorKind.CAMPAIGN, name="campaign")
