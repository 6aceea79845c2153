"""A typed client of the HTTP interface: `from app.client import RotaClient`."""

from app.client.operations import RotaClient
from app.client.transport import Refused

__all__ = ["Refused", "RotaClient"]
