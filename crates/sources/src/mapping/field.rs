//! The fields of a row: one ordered list, from which mappings, guesses, the correction page and the
//! documentation all follow.

use serde::{Deserialize, Serialize};

use crate::words::Label;

/// What a field's text must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Text,
    Moment,
    /// A decimal number in major units.
    Amount,
    Whole,
    /// A percentage; the last number in the text counts (`NY State Tax 4%`).
    Percent,
    Country,
    Flag,
}

/// A field that a column can feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldDef {
    pub id: &'static str,
    pub kind: Kind,
    pub label: Label,
    /// What it means, in a sentence.
    pub doc: Label,
    /// Whether no order can be read without it.
    pub required: bool,
    /// Headers by which it is guessed, in lower case, French and English.
    #[serde(skip)]
    pub aliases: &'static [&'static str],
}

macro_rules! fields {
    ($($name:ident $id:literal $kind:ident $required:literal
       $fr:literal / $en:literal
       $doc_fr:literal / $doc_en:literal
       [$($alias:literal),*];)*) => {
        /// One of [`FIELDS`].
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) enum Field { $($name),* }

        const ALL: &[Field] = &[$(Field::$name),*];

        /// Every field, in the order of the documentation.
        pub static FIELDS: &[FieldDef] = &[$(FieldDef {
            id: $id,
            kind: Kind::$kind,
            label: Label { fr: $fr, en: $en },
            doc: Label { fr: $doc_fr, en: $doc_en },
            required: $required,
            aliases: &[$($alias),*],
        }),*];
    };
}

fields! {
    OrderId "order_id" Text true "Identifiant de commande" / "Order id"
        "Identifiant unique de la commande ; les lignes d’une même commande le partagent." / "The order's unique identifier; the rows of one order share it."
        ["order id", "order_id", "id commande", "n° commande", "no commande", "numéro de commande", "numero de commande", "commande", "order", "order #", "order number", "invoiceno", "invoice no", "n° de commande", "référence commande", "reference commande"];
    Number "number" Text false "Numéro" / "Number"
        "Le numéro que voient le marchand et le client, s’il diffère de l’identifiant." / "What merchant and customer call the order, when it differs from the identifier."
        ["number", "numéro", "numero", "name", "n°"];
    Created "created" Moment true "Date de commande" / "Order date"
        "Quand la commande a été passée." / "When the order was placed."
        ["created", "created at", "date", "order date", "date de commande", "date commande", "date de création", "créée le", "invoicedate", "invoice date", "date_add", "passée le"];
    Paid "paid" Moment false "Date de paiement" / "Paid on"
        "Quand elle a été payée." / "When it was paid."
        ["paid", "paid at", "date paid", "date de paiement", "payée le"];
    Completed "completed" Moment false "Date d’achèvement" / "Completed on"
        "Quand elle a été achevée ou expédiée." / "When it was completed or shipped."
        ["completed", "completed at", "fulfilled at", "date completed", "terminée le", "date d’expédition", "date d'expédition"];
    Cancelled "cancelled" Moment false "Date d’annulation" / "Cancelled on"
        "Quand elle a été annulée." / "When it was cancelled."
        ["cancelled", "cancelled at", "annulée le", "date d’annulation", "date d'annulation"];
    Modified "modified" Moment false "Date de modification" / "Modified on"
        "L’horodatage de modification de la plateforme : la version la plus récente l’emporte." / "The platform's modification stamp: the newest version wins."
        ["modified", "modified at", "updated at", "modifiée le", "date de modification", "date_upd"];
    Status "status" Text false "Statut" / "Status"
        "Le statut, dans les mots de la plateforme ; vide signifie payée." / "The status in the platform's own word; empty means paid."
        ["status", "statut", "état", "etat", "financial status", "order status", "statut de la commande"];
    Fulfilment "fulfilment" Text false "Statut d’expédition" / "Fulfilment status"
        "L’état de l’expédition, pour les règles de statut." / "Where the shipment stands, for status rules."
        ["fulfillment status", "fulfilment", "fulfilment status"];
    Test "test" Flag false "Commande de test" / "Test order"
        "Oui pour une commande de test, qui n’entre dans aucun chiffre." / "Yes for a test order, which enters no figure."
        ["test"];
    Currency "currency" Text false "Devise" / "Currency"
        "Code ISO 4217 ; sinon la devise de la boutique." / "ISO 4217 code; else the shop's currency."
        ["currency", "devise", "monnaie"];
    InvoiceNumber "invoice_number" Text false "Numéro de facture" / "Invoice number"
        "Le numéro de la facture." / "The invoice's number."
        ["invoice_number", "invoice number", "numéro de facture", "n° facture", "facture"];
    CustomerId "customer_id" Text false "Identifiant client" / "Customer id"
        "L’identifiant du client dans la plateforme." / "The customer's identifier on the platform."
        ["customer_id", "customerid", "customer id", "id client", "code client", "n° client", "identifiant client"];
    Email "email" Text false "E-mail" / "E-mail"
        "L’adresse e-mail du client ; elle l’identifie." / "The customer's e-mail address; it identifies them."
        ["email", "e-mail", "mail", "courriel", "adresse e-mail", "adresse email", "email address", "billing email", "customer email"];
    Phone "phone" Text false "Téléphone" / "Phone"
        "Le téléphone du client." / "The customer's phone."
        ["phone", "téléphone", "telephone", "tél", "tel", "billing phone", "mobile", "portable"];
    FirstName "first_name" Text false "Prénom" / "First name"
        "Le prénom du client." / "The customer's first name."
        ["first_name", "first name", "prénom", "prenom", "billing first name"];
    LastName "last_name" Text false "Nom" / "Last name"
        "Le nom du client, ou son nom complet." / "The customer's last name, or their full name."
        ["last_name", "last name", "nom", "nom de famille", "client", "nom du client", "customer", "customer name", "billing name", "billing last name"];
    Country "country" Country false "Pays" / "Country"
        "Pays de facturation : code ISO, ou nom en français ou en anglais." / "Billing country: ISO code, or name in French or English."
        ["country", "pays", "billing country", "pays de facturation"];
    Region "region" Text false "Région" / "Region"
        "Région, département ou province de facturation." / "Billing region, state or province."
        ["region", "région", "state", "province", "billing province", "département"];
    City "city" Text false "Ville" / "City"
        "Ville de facturation." / "Billing city."
        ["city", "ville", "billing city"];
    Postcode "postcode" Text false "Code postal" / "Postcode"
        "Code postal de facturation." / "Billing postcode."
        ["postcode", "code postal", "zip", "cp", "billing zip", "postal code"];
    ShippingCountry "shipping_country" Country false "Pays de livraison" / "Delivery country"
        "Pays de livraison." / "Country of delivery."
        ["shipping_country", "shipping country", "pays de livraison", "delivery country"];
    ShippingRegion "shipping_region" Text false "Région de livraison" / "Delivery region"
        "Région de livraison." / "Region of delivery."
        ["shipping_region", "shipping province", "région de livraison"];
    ShippingCity "shipping_city" Text false "Ville de livraison" / "Delivery city"
        "Ville de livraison." / "City of delivery."
        ["shipping_city", "shipping city", "ville de livraison"];
    ShippingPostcode "shipping_postcode" Text false "Code postal de livraison" / "Delivery postcode"
        "Code postal de livraison." / "Postcode of delivery."
        ["shipping_postcode", "shipping zip", "code postal de livraison"];
    PaymentMethod "payment_method" Text false "Mode de paiement" / "Payment method"
        "Comment la commande a été payée." / "How the order was paid."
        ["payment_method", "payment method", "mode de paiement", "moyen de paiement", "paiement", "payment"];
    ShippingMethod "shipping_method" Text false "Mode de livraison" / "Shipping method"
        "Comment elle a été livrée." / "How it was delivered."
        ["shipping_method", "shipping method", "mode de livraison", "livraison par", "transporteur", "carrier"];
    Coupon "coupon" Text false "Code promo" / "Coupon"
        "Le code promo ; plusieurs codes sont séparés par des virgules." / "The coupon; several codes are separated by commas."
        ["coupon", "coupons", "coupon(s)", "discount code", "code promo", "bon de réduction"];
    Source "source" Text false "Source" / "Source"
        "La source de la visite (utm_source)." / "The visit's source (utm_source)."
        ["utm_source", "utm source", "source"];
    Medium "medium" Text false "Support" / "Medium"
        "Le support de la visite (utm_medium)." / "The visit's medium (utm_medium)."
        ["medium", "utm_medium", "utm medium", "support"];
    Campaign "campaign" Text false "Campagne" / "Campaign"
        "La campagne de la visite (utm_campaign)." / "The visit's campaign (utm_campaign)."
        ["campaign", "utm_campaign", "utm campaign", "campagne"];
    Channel "channel" Text false "Canal" / "Channel"
        "Le canal de vente : web, pos, marketplace…" / "The sales channel: web, pos, marketplace…"
        ["channel", "canal", "canal de vente", "sales channel"];
    Device "device" Text false "Appareil" / "Device"
        "L’appareil de l’acheteur." / "The buyer's device."
        ["device", "appareil"];
    Sku "sku" Text false "Référence (SKU)" / "SKU"
        "La référence du produit." / "The product's reference."
        ["sku", "réf", "ref", "référence", "reference", "référence produit", "lineitem sku", "stockcode", "code article", "product code", "réf."];
    ProductId "product_id" Text false "Identifiant produit" / "Product id"
        "L’identifiant du produit dans la plateforme, s’il n’a pas de référence." / "The product's platform id, when it has no SKU."
        ["product_id", "product id", "id produit"];
    Variant "variant" Text false "Déclinaison" / "Variant"
        "La référence de la déclinaison." / "The variant's own reference."
        ["variant", "variante", "déclinaison", "variation"];
    ProductName "product_name" Text false "Produit" / "Product"
        "Le nom du produit." / "The product's name."
        ["product_name", "product name", "product", "produit", "désignation", "designation", "nom du produit", "article", "libellé", "libelle", "description", "lineitem name", "item name"];
    Category "category" Text false "Catégorie" / "Category"
        "La catégorie du produit." / "The product's category."
        ["category", "catégorie", "categorie", "famille", "rayon"];
    LineType "line_type" Text false "Type de ligne" / "Line type"
        "product, ou service pour un port ou des frais écrits comme une ligne." / "product, or service for postage or fees written as a line."
        ["line_type", "line type", "type de ligne"];
    Quantity "quantity" Whole false "Quantité" / "Quantity"
        "Le nombre d’unités ; vide signifie 1." / "Number of units; empty means 1."
        ["quantity", "quantité", "quantite", "qté", "qte", "qty", "lineitem quantity", "nombre"];
    UnitPrice "unit_price" Amount false "Prix unitaire" / "Unit price"
        "Le prix d’une unité avant remise." / "Price of one unit before discounts."
        ["unit_price", "unit price", "unitprice", "price", "prix", "prix unitaire", "pu", "pu ht", "pu ttc", "prix unitaire ht", "prix unitaire ttc", "prix ht", "prix ttc", "lineitem price"];
    LineTotal "line_total" Amount false "Montant de la ligne" / "Line total"
        "Le montant de la ligne avant remise, à la place du prix unitaire." / "The line's amount before discounts, instead of a unit price."
        ["line_total", "line total", "total ligne", "montant ligne", "montant", "amount"];
    RegularPrice "regular_price" Amount false "Prix barré" / "Regular price"
        "Le prix unitaire avant toute baisse." / "Unit price before any reduction."
        ["regular_price", "regular price", "prix barré", "lineitem compare at price"];
    LineDiscount "line_discount" Amount false "Remise de la ligne" / "Line discount"
        "La remise sur la ligne entière, positive." / "Discount on the whole line, positive."
        ["line_discount", "line discount", "remise", "remise ligne", "lineitem discount", "discount"];
    TaxRate "tax_rate" Percent false "Taux de TVA" / "Tax rate"
        "Le taux de TVA de la ligne, en pourcentage." / "The line's tax rate, as a percentage."
        ["tax_rate", "tax rate", "tva %", "tva%", "taux tva", "taux de tva", "tva", "vat %", "vat rate", "vat"];
    LineTax "line_tax" Amount false "TVA de la ligne" / "Line tax"
        "La taxe de la ligne entière ; sinon elle est calculée du taux." / "Tax of the whole line; else it follows from the rate."
        ["line_tax", "line tax", "montant tva", "tva ligne"];
    Cost "cost" Amount false "Coût d’achat" / "Cost"
        "Le coût d’achat d’une unité, hors taxe." / "Purchase cost of one unit, without tax."
        ["cost", "coût", "coût d’achat", "coût d'achat", "prix d'achat", "prix d’achat", "cost per item", "cost of goods"];
    OrderDiscount "order_discount" Amount false "Remise de la commande" / "Order discount"
        "Une remise sur toute la commande, positive, qui n’est dans aucune ligne." / "A discount on the whole order, positive, in no line."
        ["order_discount", "order discount", "remise commande", "remise globale", "discount amount"];
    Shipping "shipping" Amount false "Frais de port" / "Shipping"
        "Les frais de port facturés." / "Shipping as charged."
        ["shipping", "frais de port", "port", "livraison", "frais de livraison", "shipping cost", "shipping amount"];
    ShippingTax "shipping_tax" Amount false "TVA du port" / "Shipping tax"
        "La taxe des frais de port." / "Tax of the shipping."
        ["shipping_tax", "shipping tax", "tva port", "tva livraison"];
    ShippingTaxRate "shipping_tax_rate" Percent false "Taux de TVA du port" / "Shipping tax rate"
        "Le taux de TVA des frais de port." / "Tax rate of the shipping."
        ["shipping_tax_rate", "shipping tax rate", "taux tva port"];
    Fees "fees" Amount false "Frais" / "Fees"
        "Les autres frais : emballage cadeau, supplément de paiement…" / "Other charges: gift wrap, payment surcharge…"
        ["fees", "frais", "fee", "duties", "autres frais"];
    FeesTaxRate "fees_tax_rate" Percent false "Taux de TVA des frais" / "Fees tax rate"
        "Le taux de TVA de ces frais." / "Tax rate of those charges."
        ["fees_tax_rate", "fees tax rate"];
    Subtotal "subtotal" Amount false "Sous-total" / "Subtotal"
        "Les articles après remises, comme l’export l’écrit ; sert à lire les remises." / "Goods after discounts as the export writes them; used to read discounts."
        ["subtotal", "sous-total"];
    OrderTax "order_tax" Amount false "TVA de la commande" / "Order tax"
        "La taxe de toute la commande, quand les lignes n’en disent rien." / "Tax of the whole order, when its lines tell none."
        ["order_tax", "taxes", "tax", "total tax", "total tva", "order tax"];
    Tax1Name "tax1_name" Percent false "Taxe 1, taux" / "Tax 1, rate"
        "Le taux de la première taxe de la commande." / "Rate of the order's first tax."
        ["tax 1 name"];
    Tax1 "tax1" Amount false "Taxe 1" / "Tax 1"
        "Le montant de la première taxe." / "Amount of the first tax."
        ["tax 1 value"];
    Tax2Name "tax2_name" Percent false "Taxe 2, taux" / "Tax 2, rate"
        "Le taux de la deuxième taxe." / "Rate of the second tax."
        ["tax 2 name"];
    Tax2 "tax2" Amount false "Taxe 2" / "Tax 2"
        "Le montant de la deuxième taxe." / "Amount of the second tax."
        ["tax 2 value"];
    Tax3Name "tax3_name" Percent false "Taxe 3, taux" / "Tax 3, rate"
        "Le taux de la troisième taxe." / "Rate of the third tax."
        ["tax 3 name"];
    Tax3 "tax3" Amount false "Taxe 3" / "Tax 3"
        "Le montant de la troisième taxe." / "Amount of the third tax."
        ["tax 3 value"];
    Tax4Name "tax4_name" Percent false "Taxe 4, taux" / "Tax 4, rate"
        "Le taux de la quatrième taxe." / "Rate of the fourth tax."
        ["tax 4 name"];
    Tax4 "tax4" Amount false "Taxe 4" / "Tax 4"
        "Le montant de la quatrième taxe." / "Amount of the fourth tax."
        ["tax 4 value"];
    Tax5Name "tax5_name" Percent false "Taxe 5, taux" / "Tax 5, rate"
        "Le taux de la cinquième taxe." / "Rate of the fifth tax."
        ["tax 5 name"];
    Tax5 "tax5" Amount false "Taxe 5" / "Tax 5"
        "Le montant de la cinquième taxe." / "Amount of the fifth tax."
        ["tax 5 value"];
    Taxable "taxable" Flag false "Ligne taxable" / "Taxable line"
        "Non pour une ligne sans taxe, quand seule la taxe de la commande est connue." / "No for an untaxed line, when only the order's tax is known."
        ["lineitem taxable", "taxable"];
    Total "total" Amount false "Total TTC" / "Total"
        "Le total taxes comprises : il fait foi quand les lignes n’ont pas de montant." / "Total with tax: it stands when lines have no amount."
        ["total", "total ttc", "montant total", "order total", "total price"];
    PricesIncludeTax "prices_include_tax" Flag false "Prix TTC" / "Prices include tax"
        "Oui si prix, remises, port et frais comprennent la taxe." / "Yes when prices, discounts, shipping and fees include tax."
        ["prices_include_tax", "prices include tax", "prix ttc ?"];
    Type "type" Text false "Type" / "Type"
        "order ou refund." / "order or refund."
        ["type"];
    RefundId "refund_id" Text false "Identifiant de remboursement" / "Refund id"
        "Identifiant unique du remboursement." / "The refund's unique identifier."
        ["refund_id", "refund id", "n° avoir", "avoir", "id remboursement"];
    RefundedAt "refunded_at" Moment false "Date de remboursement" / "Refunded on"
        "Le jour du remboursement." / "The day of the refund."
        ["refunded_at", "refunded at", "date de remboursement", "date avoir", "refund date"];
    RefundAmount "refund_amount" Amount false "Montant remboursé" / "Amount refunded"
        "Tout ce qui a été rendu, taxes comprises, positif." / "Everything given back, tax included, positive."
        ["refund_amount", "refund amount", "refunded amount", "montant remboursé", "remboursement"];
    Reason "reason" Text false "Motif" / "Reason"
        "Le motif du remboursement." / "Why it was refunded."
        ["reason", "motif", "raison"];
}

impl Field {
    pub(crate) fn index(self) -> u8 {
        self as u8
    }

    pub(crate) fn from_index(index: u8) -> Option<Self> {
        ALL.get(usize::from(index)).copied()
    }

    pub(crate) fn from_id(id: &str) -> Option<Self> {
        FIELDS.iter().position(|def| def.id == id).and_then(|index| ALL.get(index).copied())
    }

    pub(crate) fn all() -> impl Iterator<Item = Self> {
        ALL.iter().copied()
    }

    pub(crate) fn def(self) -> &'static FieldDef {
        &FIELDS[self as usize]
    }

    pub(crate) fn id(self) -> &'static str {
        self.def().id
    }
}

/// One header, or several under which the same thing goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Headers {
    One(String),
    Several(Vec<String>),
}

impl Headers {
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let names = match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::Several(names) => names.as_slice(),
        };
        names.iter().map(String::as_str).filter(|name| !name.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_and_aliases_are_unique() {
        let mut ids: Vec<_> = FIELDS.iter().map(|def| def.id).collect();
        let mut aliases: Vec<_> = FIELDS.iter().flat_map(|def| def.aliases).copied().collect();
        for list in [&mut ids, &mut aliases] {
            list.sort_unstable();
            assert!(list.windows(2).all(|pair| pair[0] != pair[1]), "{list:?}");
        }
        assert_eq!(Field::from_id("sku"), Some(Field::Sku));
        assert_eq!(Field::from_index(Field::Reason.index()), Some(Field::Reason));
        assert_eq!(Field::from_index(u8::MAX), None);
        assert!(FIELDS.len() < usize::from(u8::MAX));
    }
}
