"""``/services``: what plugins do on a caller's behalf, by name."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import Blueprint, Response, current_app, request

from kizuna.api.bodies import read_body
from kizuna.api.context import bearer_token, caller, context
from kizuna.api.responses import json_bytes, json_response, language
from kizuna.errors import NotFoundError, Text
from kizuna.services import Service, ServiceCaller
from kizuna.sync.changeset import MalformedError

services = Blueprint("services", __name__, url_prefix="/api/v1/services")


class UnknownServiceError(NotFoundError):
    """No plugin offers a service of that name."""

    code = "unknown-service"
    text = Text(
        "サービス「{service}」はありません。プラグインが入っているか管理者に確かめてください。",
        "There is no service {service!r}. Ask your administrator whether its plugin is installed.",
    )


@services.get("")
def list_services() -> Response:
    """Return which services there are, in the order their plugins give them, with the JSON schemas of what they take and give."""
    caller()
    found = context().database.plugins.services.values()
    return json_response({"services": [_described(one) for one in found]})


@services.post("/<name>")
def call_service(name: str) -> Response:
    """Do one service on the caller's behalf."""
    service = context().database.plugins.services.get(name)
    caller()
    if service is None:
        raise UnknownServiceError(service=name[:80])
    # An HTTP client is only wanted where services are.
    from kizuna.api.inside import Inside

    asked = _read(service)
    answer = service.call(
        asked,
        ServiceCaller(
            server=request.host_url.rstrip("/"),
            token=bearer_token() or "",
            language=language(),
            transport=Inside(service, current_app._get_current_object()),  # type: ignore[attr-defined]  # noqa: SLF001  # Flask's documented way
        ),
    )
    return json_bytes(msgspec.json.encode(answer))


def _read(service: Service) -> Any:
    """Return the body as the service takes it; parameters of the URL fill fields that the body has not."""
    limit = service.body_limit
    body = read_body(request, packed_limit=min(limit, context().config.body_limit), unpacked_limit=limit)
    try:
        if not request.args:
            return msgspec.json.decode(body, type=service.takes)
        fields = msgspec.json.decode(body, type=dict[str, Any])
        # Text stands for numbers and truth values in a URL.
        return msgspec.convert({**request.args, **fields}, type=service.takes, strict=False)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise MalformedError(reason=str(error)[:300]) from None


def _described(service: Service) -> dict[str, Any]:
    return {
        "name": service.name,
        "label": service.label.as_json(),
        "takes": msgspec.json.schema(service.takes),
        "gives": msgspec.json.schema(service.gives),
    }
