"""Signing in with the identity provider of one's organisation (OpenID Connect), by way of Authlib."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]
from authlib.integrations.starlette_client import OAuth  # type: ignore[import-untyped]
from httpx2 import HTTPError
from itsdangerous import BadSignature, URLSafeTimedSerializer
from joserfc.errors import JoseError

from app.errors import SignInFailed

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from app.config import Settings

COOKIE = "rota_signing_in"
LIFE_S = 600
_ON_THE_WAY = "/sign-in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Whom the identity provider has recognised. `email` only if it says that it has verified it."""

    issuer: str
    subject: str
    email: str | None


class SignIn:
    """The way to the identity provider and back. What must be remembered meanwhile is in a signed cookie."""

    def __init__(self, settings: Settings, secret: bytes) -> None:
        self._issuer = settings.oidc_issuer or ""
        self._signer = URLSafeTimedSerializer(secret, salt="sign-in")
        self._client = OAuth().register(
            "rota",
            server_metadata_url=f"{self._issuer.rstrip('/')}/.well-known/openid-configuration",
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret.get_secret_value() if settings.oidc_client_secret else None,
            client_kwargs={"scope": "openid email", "code_challenge_method": "S256", "timeout": 10},
        )

    async def leave(self, request: Request, back_to: str) -> Response:
        """Send the browser to the identity provider, which sends it `back_to` us. Raises SignInFailed."""
        remembered: dict[str, Any] = {}
        request.scope["session"] = remembered
        try:
            response: Response = await self._client.authorize_redirect(request, back_to)
        except (AuthlibBaseError, HTTPError, ValueError) as error:
            raise SignInFailed("the identity provider does not answer as it should") from error
        https = request.url.scheme == "https"
        kept = self._signer.dumps(remembered)
        response.set_cookie(COOKIE, kept, max_age=LIFE_S, path=_ON_THE_WAY, secure=https, httponly=True, samesite="lax")
        return response

    async def come_back(self, request: Request) -> Identity:
        """Check what the identity provider says of who came back. Raises SignInFailed."""
        try:
            request.scope["session"] = self._signer.loads(request.cookies.get(COOKIE, ""), max_age=LIFE_S)
            said = await self._client.authorize_access_token(request)
            claims = said.get("userinfo") or {}
            if "email" not in claims:
                told = await self._client.userinfo(token=said)
                claims = {**told, **claims} if told.get("sub") == claims.get("sub") else claims
        except (AuthlibBaseError, JoseError, BadSignature, HTTPError, ValueError) as error:
            raise SignInFailed("the sign-in was not completed") from error
        if not claims.get("sub"):
            raise SignInFailed("the identity provider does not say who it is")
        email = claims.get("email") if claims.get("email_verified") is True else None
        return Identity(issuer=self._issuer, subject=str(claims["sub"]), email=email)
