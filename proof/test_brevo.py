"""Brevo's official Python SDKs push to Comptoir: the base URL is swapped and nothing else."""

import threading
import unittest

import httpx
import sib_api_v3_sdk
from brevo import Brevo
from brevo.core.api_error import ApiError

from comptoir import Comptoir


def order(number, amount=10.5):
    return {"id": f"o{number}", "created_at": "2026-03-01T10:00:00Z", "updated_at": "2026-03-01T10:00:00Z",
            "status": "completed", "amount": amount, "products": [],
            "identifiers": {"email_id": f"c{number % 500}@exemple.fr"}}


class Sdk(unittest.TestCase):
    def test_brevo_python(self):
        with Comptoir() as shop:
            client = Brevo(api_key=shop.token, base_url=f"{shop.url}/compat/brevo/v3")
            client.ecommerce.create_order(
                id="14", created_at="2026-07-29T20:59:23.383Z", updated_at="2026-07-30T10:59:23.383Z",
                status="completed", amount=308.42, products=[{"productId": "P1", "quantity": 1, "price": 99.99}])
            client.event.create_event(event_name="cart_updated", identifiers={"email_id": "a@b.fr"},
                                      event_properties={"data": {"total": 12.5}})
            self.assertEqual(shop.query("metrics=orders,units&period=all")["totals"], {"orders": 1, "units": 1})
            with self.assertRaises(ApiError) as refused:
                client.ecommerce.create_order(id="15", created_at="soon", updated_at="soon", status="x",
                                              amount=1, products=[])
            self.assertEqual(refused.exception.status_code, 400)

    def test_sib_api_v3_sdk(self):
        with Comptoir() as shop:
            configuration = sib_api_v3_sdk.Configuration()
            configuration.host = f"{shop.url}/compat/brevo/v3"
            configuration.api_key["api-key"] = shop.token
            api = sib_api_v3_sdk.EcommerceApi(sib_api_v3_sdk.ApiClient(configuration))
            made = api.create_update_product(sib_api_v3_sdk.CreateUpdateProduct(id="P1", name="n", update_enabled=False))
            self.assertIsInstance(made.id, int)
            api.create_order(sib_api_v3_sdk.Order(
                id="14", created_at="2026-07-29T20:59:23.383Z", updated_at="2026-07-30T10:59:23.383Z",
                status="completed", amount=308.42, email="A@b.fr", products=[{"productId": "P1", "quantity": 1, "price": 99.99}]))
            rows = shop.query("metrics=orders,customers&by=product&period=all")
            self.assertEqual(shop.query("metrics=orders,customers&period=all")["totals"], {"orders": 1, "customers": 1})
            self.assertEqual(rows["rows"][0]["product"], "P1")


class Durability(unittest.TestCase):
    def test_ten_thousand_orders_while_the_server_is_killed(self):
        """What was acknowledged is there after a power cut; what was not is sent again, and counts once."""
        size, batches = 250, 40
        with Comptoir() as shop:
            waiting = list(range(batches))
            acknowledged, enough, lock = [], threading.Event(), threading.Lock()

            def push(stop_at_failure):
                client = Brevo(api_key=shop.token, base_url=f"{shop.url}/compat/brevo/v3", max_retries=0)
                while True:
                    with lock:
                        if not waiting:
                            return
                        batch = waiting.pop()
                    try:
                        answer = client.ecommerce.create_batch_order(
                            orders=[order(number) for number in range(batch * size, (batch + 1) * size)])
                    except (httpx.HTTPError, ApiError):
                        with lock:
                            waiting.append(batch)
                        if stop_at_failure:
                            return
                        raise
                    self.assertEqual(answer.count, size)
                    with lock:
                        acknowledged.append(batch)
                        if len(acknowledged) >= batches // 3:
                            enough.set()

            def run(stop_at_failure):
                threads = [threading.Thread(target=push, args=(stop_at_failure,)) for _ in range(4)]
                for thread in threads:
                    thread.start()
                if stop_at_failure:
                    self.assertTrue(enough.wait(45))
                    shop.kill()
                for thread in threads:
                    thread.join()

            run(True)
            self.assertTrue(waiting, "the server was killed in the middle")
            shop.start()
            found = shop.query("metrics=orders&period=all")["totals"]["orders"]
            self.assertGreaterEqual(found, len(acknowledged) * size)
            self.assertEqual(found % size, 0, "a batch is there whole or not at all")
            run(False)
            self.assertEqual(shop.query("metrics=orders,customers&period=all")["totals"],
                             {"orders": size * batches, "customers": 500})


if __name__ == "__main__":
    unittest.main()
