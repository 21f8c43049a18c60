# Answers the call server's questions about group membership, with Python's own library alone.
# TUI_CALL_GROUP_SECRET: the same value as on the call server.
import base64
import hashlib
import hmac
import json
import os
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = base64.b64decode(os.environ["TUI_CALL_GROUP_SECRET"].removeprefix("whsec_"))
MAX_AGE_SECONDS = 300


def is_member(user_id, group_id):
    """Replace it by a look into your own data."""
    return group_id == "team-7" and user_id in ("alice", "bob")


def is_signed(headers, body):
    sent_at = headers.get("webhook-timestamp", "0")
    if not sent_at.isdigit() or abs(time.time() - int(sent_at)) > MAX_AGE_SECONDS:
        return False
    signed = f"{headers.get('webhook-id', '')}.{sent_at}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.new(SECRET, signed, hashlib.sha256).digest()).decode()
    given = headers.get("webhook-signature", "").split()
    return any(hmac.compare_digest(one.encode(), expected.encode()) for one in given)


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        question = json.loads(body) if is_signed(self.headers, body) else {}
        if question.get("type") != "group.membership":
            self.send_error(400)
            return
        data = question["data"]
        answer = json.dumps({"member": is_member(data["userId"], data["groupId"])}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)


server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "3000"))), Handler)
print(f"http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
