"""``/services``: what plugins do on a caller's behalf, by name."""

from __future__ import annotations

import logging
from typing import Any

import msgspec
from flask import Blueprint, Response, current_app, request

from kizuna.api.bodies import read_body
from kizuna.api.context import bearer_token, caller, context
from kizuna.api.responses import json_bytes, json_response, language
from kizuna.decoding import convert, decode
from kizuna.errors import KizunaError, NotFoundError, OperationError, Text
from kizuna.patience import LateError, told
from kizuna.services import Service, ServiceCaller
from kizuna.sync.changeset import MalformedError

LAST_WORDS = 2.0
"""Seconds a service has beyond its time to say itself that it was too slow."""

log = logging.getLogger("kizuna.plugins")
services = Blueprint("services", __name__, url_prefix="/api/v1/services")


class UnknownServiceError(NotFoundError):
    """No plugin offers a service of that name."""

    code = "unknown-service"
    text = Text(
        "サービス「{service}」はありません。プラグインが入っているか管理者に確かめてください。",
        "There is no service {service!r}. Ask your administrator whether its plugin is installed.",
    )


class ServiceFailedError(OperationError):
    """A plugin's service raised, or gave back something it does not say it gives."""

    code = "service-failed"
    text = Text(
        "サービス {service}(プラグイン {plugin})が失敗しました: {reason}。プラグインの作者に知らせてください。",
        "Service {service} (plugin {plugin}) failed: {reason}. Tell the plugin's author.",
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
    asking = ServiceCaller(
        server=request.host_url.rstrip("/"),
        token=bearer_token() or "",
        language=language(),
        transport=Inside(service, current_app._get_current_object()),  # type: ignore[attr-defined]  # noqa: SLF001  # Flask's documented way
    )
    return json_bytes(_answer(service, asked, asking))


def _answer(service: Service, asked: Any, asking: ServiceCaller) -> bytes:
    """Return the service's answer as JSON; raises ServiceFailedError, ServiceTooSlowError and what is meant for people."""
    plugins = context().database.plugins

    def work() -> bytes:
        answer = service.call(asked, asking)
        if not isinstance(answer, service.gives):
            raise TypeError(f"gave {type(answer).__name__}, not {service.gives.__name__}")
        return msgspec.json.encode(answer)

    try:
        return plugins.helpers.within(service.seconds + LAST_WORDS, work)
    except KizunaError:
        raise
    except LateError:
        from kizuna.api.inside import ServiceTooSlowError

        raise ServiceTooSlowError(service=service.name, seconds=service.seconds) from None
    except Exception as error:
        plugin = plugins.owner("service", service.name)
        log.exception("service %s of plugin %s failed", service.name, plugin)
        raise ServiceFailedError(service=service.name, plugin=plugin, reason=told(error)) from error


def _read(service: Service) -> Any:
    """Return the body as the service takes it; parameters of the URL fill fields that the body has not."""
    limit = service.body_limit
    body = read_body(request, packed_limit=min(limit, context().config.body_limit), unpacked_limit=limit)
    try:
        if not request.args:
            return decode(body, service.takes)
        fields = decode(body, dict[str, Any])
        # Text stands for numbers and truth values in a URL.
        return convert({**request.args, **fields}, service.takes, strict=False)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise MalformedError.of(error) from None


def _described(service: Service) -> dict[str, Any]:
    return {
        "name": service.name,
        "label": service.label.as_json(),
        "takes": msgspec.json.schema(service.takes),
        "gives": msgspec.json.schema(service.gives),
    }
