"""Starts the program on a folder of its own, with one shop and one token."""

import json
import os
import shutil
import subprocess
import tempfile


class Comptoir:
    """The program serving a new folder; a context manager."""

    def __enter__(self):
        self.data = tempfile.mkdtemp(prefix="comptoir-proof-")
        made = self.run("token", "create", "--data", self.data, "--shop", "proof", "--create",
                        "--currency", "EUR", "--timezone", "Europe/Paris", "--scope", "ingest", "--json")
        self.token = json.loads(made)["token"]
        self.start()
        return self

    def start(self):
        self.process = subprocess.Popen(
            [os.environ["COMPTOIR_BIN"], "serve", "--open", "--data", self.data, "--listen", "127.0.0.1:0"],
            stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip().rstrip("/")

    def kill(self):
        """Ends the server as a power cut would."""
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def run(self, *args):
        return subprocess.run([os.environ["COMPTOIR_BIN"], *args], check=True, text=True,
                              stdout=subprocess.PIPE).stdout

    def query(self, query):
        return json.loads(self.run("query", "--data", self.data, query))

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()
        shutil.rmtree(self.data, ignore_errors=True)
