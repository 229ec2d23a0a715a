"""A Measurement Protocol client of others (ga4mp) pushes to Comptoir: its domain is swapped and nothing else."""

import unittest

from ga4mp import GtagMP

from comptoir import Comptoir


class MeasurementProtocol(unittest.TestCase):
    def test_a_visit_and_its_purchase(self):
        with Comptoir() as shop:
            client = GtagMP(api_secret=shop.token, measurement_id="G-X", client_id="12.34")
            client._base_domain = f"{shop.url}/compat/ga4/mp/collect"
            client._validation_domain = f"{shop.url}/compat/ga4/debug/mp/collect"

            def event(name, **params):
                made = client.create_new_event(name=name)
                for key, value in params.items():
                    made.set_event_param(name=key, value=value)
                return made

            client.send([event("page_view", page_location="https://x.fr/?utm_source=brevo"), event("page_view", page_title="Panier")])
            client.send([event("add_to_cart", currency="EUR", value=20, items=[{"item_id": 11, "quantity": 1}])])
            bought = event("purchase", currency="EUR", value=24.0, tax=4.0, shipping=0, transaction_id="T1",
                           items=[{"item_id": 11, "item_name": "Vin", "price": 20, "quantity": 1}])
            client.send([bought])
            client.send([bought], validation_hit=True)
            told = shop.query("metrics=orders,units&period=all")
            self.assertEqual(told["totals"], {"orders": 1, "units": 1})
            self.assertEqual(shop.query("metrics=units&by=product&period=all")["rows"][0]["product"], "11")
            self.assertEqual(shop.query("metrics=visits&period=all")["totals"], {"visits": 1})


if __name__ == "__main__":
    unittest.main()
