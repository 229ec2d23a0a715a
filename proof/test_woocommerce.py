"""WooCommerce’s official Python client reads the replay that the connector is tested against, and gets
what the real shop had answered: so the replay is faithful where it matters."""

import json
import os
import pathlib
import subprocess
import unittest

from woocommerce import API

RECORDINGS = pathlib.Path(__file__).parent.parent / "crates/sources/tests/data/woocommerce"
KEY, SECRET = "ck_0123456789abcdef", "cs_fedcba9876543210"


def recorded(name):
    return json.loads((RECORDINGS / f"{name}.json").read_text())


def exact(value):
    """Floats to nine decimals: `price` is the one member that the API writes as a float."""
    if isinstance(value, dict):
        return {name: exact(one) for name, one in value.items()}
    if isinstance(value, list):
        return [exact(one) for one in value]
    return round(value, 9) if isinstance(value, float) else value


class WooCommerceReplay(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = subprocess.Popen(
            [os.environ["COMPTOIR_REPLAY"], "woocommerce", "127.0.0.1:0"],
            stdout=subprocess.PIPE, text=True)
        cls.url = cls.server.stdout.readline().strip().rstrip("/")

    @classmethod
    def tearDownClass(cls):
        cls.server.terminate()
        cls.server.wait()
        cls.server.stdout.close()

    def client(self, key=KEY, secret=SECRET, version="wc/v3"):
        # Over plain http the client signs with OAuth 1.0a by itself.
        return API(url=self.url, consumer_key=key, consumer_secret=secret, version=version)

    def get(self, path, **params):
        return self.client().get(path, params=params)

    def test_a_signed_request_gets_the_recorded_order(self):
        answer = self.get("orders/15")
        self.assertEqual(answer.status_code, 200)
        wanted = next(order for order in recorded("orders_list") if order["id"] == 15)
        self.assertEqual(exact(answer.json()), exact(wanted))

    def test_refunds_are_as_recorded(self):
        answer = self.get("orders/15/refunds").json()
        wanted = recorded("refund_partial")
        wanted = wanted[0] if isinstance(wanted, list) else wanted
        self.assertEqual([one["amount"] for one in answer], [wanted["amount"]])
        self.assertEqual(exact(answer[0]["line_items"]), exact(wanted["line_items"]))

    def test_variations_customers_and_statuses_are_as_recorded(self):
        self.assertEqual(self.get("products/12/variations").json(), recorded("variation"))
        self.assertEqual(self.get("customers/2").json(), recorded("customers_all")[1])
        self.assertEqual(self.get("orders/statuses").json(), recorded("order_statuses"))

    def test_a_wrong_key_or_secret_is_refused_with_its_code(self):
        for client in (self.client(key="ck_wrong"), self.client(secret="cs_wrong")):
            answer = client.get("orders")
            self.assertEqual(answer.status_code, 401)
            self.assertEqual(answer.json()["code"], "woocommerce_rest_authentication_error")

    def test_basic_over_plain_http_is_ignored(self):
        import requests
        answer = requests.get(f"{self.url}/wp-json/wc/v3/orders", auth=(KEY, SECRET), timeout=10)
        self.assertEqual((answer.status_code, answer.json()["code"]),
                         (401, "woocommerce_rest_cannot_view"))

    def test_pages_tell_their_number_and_end_in_an_empty_list(self):
        first = self.get("orders", per_page=100)
        self.assertEqual(len(first.json()), 100)
        total, pages = int(first.headers["X-WP-Total"]), int(first.headers["X-WP-TotalPages"])
        self.assertGreater(total, 100)
        self.assertEqual(pages, -(-total // 100))
        last = self.get("orders", per_page=100, page=pages + 1)
        self.assertEqual((last.status_code, last.json()), (200, []))
        seen = [order["id"] for page in range(1, pages + 1)
                for order in self.get("orders", per_page=100, page=page).json()]
        self.assertEqual(len(set(seen)), total)

    def test_more_than_a_hundred_a_page_is_refused(self):
        answer = self.get("orders", per_page=101)
        self.assertEqual((answer.status_code, answer.json()["code"]), (400, "rest_invalid_param"))

    def test_any_status_leaves_the_trash_out_and_changes_are_after_a_stamp(self):
        trash = self.get("orders", status="trash", per_page=100).json()
        self.assertTrue(trash)
        for statuses in ("any", "any,trash"):
            listed = self.get("orders", status=statuses, per_page=100).json()
            self.assertNotIn("trash", {order["status"] for order in listed})
        # The recorded order 20 changed at 17:58:50 UTC: the comparison is strict.
        for stamp, expected in (("2026-11-21T17:58:49", [20]), ("2026-11-21T17:58:50", [])):
            changed = self.get("orders", modified_after=stamp, dates_are_gmt="true").json()
            self.assertEqual([order["id"] for order in changed], expected)

    def test_an_order_that_is_not_there_is_404(self):
        answer = self.get("orders/999999")
        self.assertEqual(answer.status_code, 404)


if __name__ == "__main__":
    unittest.main()
