"""A site's block list: see what it holds, bring another one, drop it. Owners only."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from moderation.api.auth import actor_of, owned_site
from moderation.api.fields import Query, Strict, Text, asked, asked_query
from moderation.api.parsing import BULK_BYTES
from moderation.api.shapes import ErrorShape, time
from moderation.models import BlockList
from moderation.services.block_lists import (
    MOST_ENTRIES,
    InvalidBlockList,
    block_list_of,
    drop_block_list,
    keep_block_list,
)


class BlockListRequest(Strict):
    entries = serializers.ListField(
        child=Text(),
        max_length=MOST_ENTRIES,
        help_text="Each a word or phrase (whole words, no disguise helps), a host or URL, an e-mail"
        " address, or @ and a domain. Blank ones and those that begin with # say nothing.",
    )


class BlockListCountsShape(serializers.Serializer):
    phrases = serializers.IntegerField()
    hosts = serializers.IntegerField()
    mail_domains = serializers.IntegerField()
    addresses = serializers.IntegerField(help_text="Kept as fingerprints.")


class BlockListLeftOutShape(serializers.Serializer):
    networks = serializers.IntegerField(help_text="Network addresses: those are learnt.")
    too_short = serializers.IntegerField()
    common_words = serializers.IntegerField()
    pieces = serializers.IntegerField(help_text="Pieces of words or links, and signs.")


class BlockListShape(serializers.Serializer):
    version = serializers.CharField(
        allow_blank=True, help_text="Names these very entries; empty without a list."
    )
    counts = BlockListCountsShape()
    left_out = BlockListLeftOutShape(help_text="What is not looked for.")
    changed_at = serializers.DateTimeField(allow_null=True)
    changed_by = serializers.CharField(allow_blank=True)


class BlockListView(APIView):
    """What an owner has collected: a hit is evidence, and decides nothing."""

    max_bytes = 2 * BULK_BYTES

    @extend_schema(responses={200: BlockListShape, 404: ErrorShape})
    def get(self, request: Request, site_id: UUID) -> Response:
        asked_query(Query, request)
        return Response(block_list_body(block_list_of(owned_site(request, site_id))))

    @extend_schema(
        request=BlockListRequest,
        responses={200: BlockListShape, 400: ErrorShape, 404: ErrorShape, 413: ErrorShape},
    )
    def put(self, request: Request, site_id: UUID) -> Response:
        """Put another list in its place; the next comment that is scored knows it."""
        site = owned_site(request, site_id)
        entries = asked(BlockListRequest, request)["entries"]
        try:
            kept = keep_block_list(site, entries, actor=actor_of(request))
        except InvalidBlockList as error:
            raise ValidationError({"entries": "; ".join(error.why)}) from error
        return Response(block_list_body(kept))

    @extend_schema(responses={204: None, 404: ErrorShape})
    def delete(self, request: Request, site_id: UUID) -> Response:
        drop_block_list(owned_site(request, site_id), actor=actor_of(request))
        return Response(status=204)


def block_list_body(kept: BlockList) -> dict[str, Any]:
    return {
        "version": kept.version,
        "counts": kept.counts,
        "left_out": kept.left_out,
        "changed_at": time(kept.changed_at) if kept.version else None,
        "changed_by": kept.changed_by,
    }
