"""The members of a site: who moderates it, and who owns it. Owners only."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from moderation.api.auth import actor_of, owned_site
from moderation.api.errors import refusal
from moderation.api.fields import Strict, Text, asked, asked_query
from moderation.api.pages import PageQuery, page_shape, paged
from moderation.api.shapes import ErrorShape
from moderation.models import Membership, Role
from moderation.models.pages import Order
from moderation.services.members import (
    AlreadyMember,
    LastOwner,
    UnknownUser,
    add_member,
    change_role,
    remove_member,
)

USERNAME_LENGTH = 150
OLDEST_USER_FIRST = Order(("user_id",), descending=False)


class MemberShape(serializers.Serializer):
    username = serializers.CharField()
    role = serializers.ChoiceField(Role.values)


class MemberRequest(Strict):
    username = Text(min_length=1, max_length=USERNAME_LENGTH)
    role = serializers.ChoiceField(Role.values, default=Role.MODERATOR)


class RoleRequest(Strict):
    role = serializers.ChoiceField(Role.values)


class MembersView(APIView):
    """Who looks after a site."""

    @extend_schema(
        operation_id="members_list",
        parameters=[PageQuery],
        responses={200: page_shape(MemberShape)},
    )
    def get(self, request: Request, site_id: UUID) -> Response:
        rows = owned_site(request, site_id).memberships.select_related("user")
        wish = asked_query(PageQuery, request)
        return Response(paged(request, rows, wish, order=OLDEST_USER_FIRST, body_of=member_body))

    @extend_schema(
        operation_id="members_create",
        request=MemberRequest,
        responses={201: MemberShape, 409: ErrorShape},
    )
    def post(self, request: Request, site_id: UUID) -> Response:
        """Add somebody who has an account here."""
        site, wish = owned_site(request, site_id), asked(MemberRequest, request)
        try:
            role, actor = Role(wish["role"]), actor_of(request)
            member = add_member(site, username=wish["username"], role=role, actor=actor)
        except UnknownUser as error:
            raise ValidationError({"username": "has no account here"}) from error
        except AlreadyMember:
            return refusal(409, "already_member", "They are a member already.")
        return Response(member_body(member), status=201)


class MemberView(APIView):
    """One member, by user name. The last owner stays: 409."""

    @extend_schema(
        operation_id="members_update",
        request=RoleRequest,
        responses={200: MemberShape, 409: ErrorShape},
    )
    def patch(self, request: Request, site_id: UUID, username: str) -> Response:
        """Give a member another role."""
        member = member_of(request, site_id, username)
        try:
            role = Role(asked(RoleRequest, request)["role"])
            changed = change_role(member, role=role, actor=actor_of(request))
        except LastOwner:
            return last_owner()
        return Response(member_body(changed))

    @extend_schema(operation_id="members_remove", responses={204: None, 409: ErrorShape})
    def delete(self, request: Request, site_id: UUID, username: str) -> Response:
        """Let a member go."""
        try:
            remove_member(member_of(request, site_id, username), actor=actor_of(request))
        except LastOwner:
            return last_owner()
        return Response(status=204)


def member_of(request: Request, site_id: UUID, username: str) -> Membership:
    rows = owned_site(request, site_id).memberships.select_related("user")
    return get_object_or_404(rows, user__username=username.replace("\0", "\ufffd"))


def last_owner() -> Response:
    return refusal(409, "last_owner", "A site keeps at least one owner.")


def member_body(member: Membership) -> dict[str, Any]:
    return {"username": member.user.get_username(), "role": member.role}
