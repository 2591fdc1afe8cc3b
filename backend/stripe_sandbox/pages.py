"""placeholder"""

from backend.stripe_sandbox.api import Reply, Request


async def serve_page(request: Request, base_url: str) -> Reply:
    return Reply(404, "")
