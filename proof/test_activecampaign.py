"""ActiveCampaign's PyPI client pushes to Comptoir: the base URL is swapped and nothing else."""

import unittest

from activecampaign.client import Client

from comptoir import Comptoir


class DeepData(unittest.TestCase):
    def test_connection_customer_order_and_cart(self):
        with Comptoir() as shop:
            deep = Client(f"{shop.url}/compat/activecampaign", shop.token).deepdataintegrations
            connection = deep.create_a_connection({"connection": {
                "service": "x", "externalid": "s1", "name": "n", "logoUrl": "http://l", "linkUrl": "http://l"}})
            connection = connection["connection"]["id"]
            self.assertIsInstance(connection, str)
            self.assertEqual(deep.retrieve_a_connection(connection)["connection"]["service"], "x")
            customer = deep.create_an_ecommerce_customer({"ecomCustomer": {
                "connectionid": connection, "externalid": "7", "email": "a@b.fr"}})["ecomCustomer"]["id"]
            order = {"ecomOrder": {
                "externalid": "1", "source": "1", "email": "a@b.fr", "totalPrice": 9111, "currency": "EUR",
                "orderProducts": [{"externalid": "P", "name": "n", "price": 4900, "quantity": 1}],
                "connectionid": connection, "customerid": customer,
                "externalCreatedDate": "2026-01-01T00:00:00+01:00"}}
            answer = deep.client._post("/ecomOrders", json=order)
            self.assertEqual(answer["ecomOrder"]["externalid"], "1")
            # 91.11 with tax; nothing is known without tax.
            self.assertEqual(shop.query("metrics=orders,units,customers&period=all")["totals"],
                             {"orders": 1, "units": 1, "customers": 1})
            self.assertEqual(shop.query("metrics=revenue&period=all")["incomplete"]["orders_without_tax"], 1)
            order["ecomOrder"]["taxAmount"] = 1519
            number = answer["ecomOrder"]["id"]
            deep.client._put(f"/ecomOrders/{number}", json=order)
            # 91.11 of which 15.19 tax: 75.92 of goods.
            self.assertEqual(shop.query("metrics=net_sales,tax,total_sales&period=all")["totals"],
                             {"net_sales": "75.92", "tax": "15.19", "total_sales": "91.11"})
            deep.client._delete(f"/ecomOrders/{number}")
            self.assertEqual(shop.query("metrics=orders&period=all")["totals"]["orders"], 0)

    def test_contacts_and_a_wrong_key(self):
        with Comptoir() as shop:
            contacts = Client(f"{shop.url}/compat/activecampaign", shop.token).contacts
            made = contacts.create_or_update_contact({"contact": {"email": "A@b.fr", "firstName": "Ana"}})
            again = contacts.create_or_update_contact({"contact": {"email": "a@b.fr", "lastName": "B"}})
            self.assertEqual(made["contact"]["id"], again["contact"]["id"])
            self.assertEqual(again["contact"]["firstName"], "Ana")
            stranger = Client(f"{shop.url}/compat/activecampaign", "no").contacts
            self.assertIn("message", stranger.create_a_contact({"contact": {"email": "a@b.fr"}}))


if __name__ == "__main__":
    unittest.main()
