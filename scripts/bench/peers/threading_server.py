# Python's own threaded file server. Run by the comparison: FOLDER PORT.

import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer


class Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 4096


folder, port = sys.argv[1:]
Server(("127.0.0.1", int(port)), partial(Handler, directory=folder)).serve_forever()
