# SPDX-License-Identifier: MIT OR Apache-2.0
"""Lets one browser visit the site of relying_party.py.

    visit.py PORT SECONDS passkeys|credentials

Serves a page at http://localhost:PORT/ that goes through all steps by itself. Prints `STEP holds` or `STEP
fails: WHY` for each and ends with the last one, or when the time is up.
"""

import http.server
import json
import sys
import threading
import time

PAGE = b"""<!doctype html><meta charset=utf-8><title>An inn</title><h1>An inn</h1><pre id=log></pre><script>
async function post(path, body) {
  const answer = await fetch(path, { method: "POST", body: JSON.stringify(body) });
  return answer.json();
}
async function step(name) {
  const asked = await post("/begin/" + name, {});
  const publicKey = asked.publicKey;
  try {
    const credential = publicKey.rp
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
    return await post("/brought/" + name, credential.toJSON());
  } catch (error) {
    return await post("/refused/" + name, { name: error.name, message: error.message });
  }
}
async function visit() {
  for (const name of await post("/steps", {})) {
    document.getElementById("log").textContent += name + "\\n";
    await step(name);
  }
  await post("/bye", {});
}
visit();
</script>
"""


class Visit(http.server.BaseHTTPRequestHandler):
    """One request of the page."""

    site = None
    begun = time.monotonic()

    def do_GET(self):
        """The page."""
        self.answer(PAGE if self.path == "/" else b"", "text/html")

    def do_POST(self):
        """What the page says."""
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        _, verb, *rest = self.path.split("/")
        answer = {}
        if verb == "steps":
            self.tell("the page runs")
            answer = self.site.steps
        elif verb == "begin":
            answer = dict(self.site.begin(rest[0]))
        elif verb in ("brought", "refused"):
            judge = self.site.brought if verb == "brought" else self.site.refused
            try:
                judge(rest[0], said)
                self.tell(f"{rest[0]} holds")
            except Exception as error:  # whatever was wrong with it: the step failed
                self.tell(f"{rest[0]} fails: {type(error).__name__} {error}")
        self.answer(json.dumps(answer, default=dict).encode(), "application/json")
        if verb == "bye":
            threading.Thread(target=self.server.shutdown).start()

    def tell(self, line):
        """Says what happened, and when."""
        print(f"{line} ({time.monotonic() - self.begun:.1f} s)", flush=True)

    def answer(self, body, kind):
        """Answers."""
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Requests are no news."""


def main():
    """Serves until the visit is over."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Visit) as server:
        dog = threading.Timer(float(sys.argv[2]), server.shutdown)
        dog.daemon = True
        dog.start()
        # Loaded late, because it takes its time: a browser that comes early waits at the port.
        from relying_party import Site
        Visit.site = Site(wants_passkeys=sys.argv[3] == "passkeys")
        server.serve_forever()


main()
