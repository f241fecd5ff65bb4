"""Amazon's carriers and shipping methods as facts: no operation of Amazon's lists them, so a table does.

The codes are those of Amazon's order fulfilment feed, one spelling each; which are usual where is from Seller
Central's help for some stores and common knowledge for the others. Usual ones are only offered first.
"""

from __future__ import annotations

COMMON: dict[str, str] = {
    "Amazon Shipping": "Amazon",
    "DHL": "DHL",
    "FedEx": "FedEx",
    "UPS": "UPS",
    "USPS": "USPS",
    "Other": "Other",
}
"""Amazon's default carriers: carrier code → what people call it."""

METHODS: dict[str, str] = {
    "STANDARD": "Standard",
    "EXPEDITED": "Expedited",
    "SECOND_DAY": "Second day",
    "NEXT_DAY": "Next day",
    "SAME_DAY": "Same day",
    "PRIORITY": "Priority",
    "SCHEDULED": "Scheduled",
    "FREE_ECONOMY": "Free economy",
}
"""The service categories of Amazon's orders (Orders API 2026-01-01): a channel's default shipping methods."""

_USUAL = """
GB: AMZL_UK | APC | APC Overnight | Arrow XL | Asendia | BJS | BPOST | City Link | DB Schenker |
  Delivery Group | Deutsche Post | DPD | DPD Local | DX | DX Express | DX Freight | DX Secure | Evri | GFS
  | Hermes | Hermes (Corporate) | Hermes UK | Huxloe Logistics | InPost | Interlink | Intersoft |
  ITD Global | Jersey Post | Landmark | OCS Worldwide | Palletline | Palletways | Panther | Parcel Monkey
  | Parcel2go | PARCEL2GO.COM | Parcelforce | Parcelhub | Post NL | RMLGB | Royal Mail |
  The Delivery Group | Tuffnells | UK MAIL | Whistl | XDP | XPO | Yodel
SG: 4PX | Aramex | Canada Post | China Post | City Link | DHL eCommerce | DHL Global Mail | Fastway |
  FedEx SmartPost | GLS | GO! | Hermes Logistik Gruppe | Lasership | Newgistics | Ninjavan | NipponExpress
  | OnTrac | OSM | Parcelforce | Qxpress | Royal Mail | SagawaExpress | SF Express | Singapore Post |
  Streamlite | TNT | UPS Mail Innovations | UPSMI | YamatoTransport | Yanwen
AU: 4PX | Aramex | Australia Post-ArticleId | Australia Post-Consignment | China Post | Couriers Please |
  EUB | Fastway | India Post | Sendle | SF Express | TNT | Yanwen | Yun Express
DE: Deutsche Post | DHL Express | DPD | GLS | GO! | Hermes | Hermes Einrichtungsservice | IDS Netzwerk |
  Trans-o-Flex
FR: Chronopost | COLIS PRIVE | Colissimo | DPD | GLS | La Poste | Mondial Relay
IT: BRT | DHL Express | GLS | InPost | Nexive | Poste Italiane | SDA | TNT
ES: CELERITAS | Correos | Correos Express | CTTExpress | Envialia | GLS | MRW | Nacex | Seur | TIPSA
NL: DPD | GLS | Post NL
BE: BPOST | DPD | GLS | Post NL
SE: PostNord
PL: DHLPL | DPD | GLS | InPost | Polish Post
IE: DPD | Fastway
TR: Aras Kargo | DHL Kargo | MNG Kargo | PTT Kargo | TNT Kargo
AE: Aramex | Emirates Post
SA: Aramex
EG: Aramex
ZA: Aramex
US: DHL eCommerce | FedEx SmartPost | Lasership | Newgistics | OnTrac | UPS Mail Innovations
CA: Canada Post | PUROLATOR
MX: Estafeta
BR: Correios | Total Express
IN: BlueDart | Delhivery | DTDC | Ecom Express | First Flight | Gati | India Post | Professional |
  Xpressbees
JP: Japan Post | NITTSU | SagawaExpress | Seino | YamatoTransport
"""

_ALL = """
360lion | 4PX | A-1 | AAA Cooper | ABF | AFL/Fedex | ALLJOY | AMAUK | AMAZON HORIZON | Amazon Shipping |
AMXL | AMZL | AMZL_UK | Andere | AO | AO Deutschland | APC | APC Overnight | Aramex | Aras Kargo |
Arco Spedizioni | Arkas | Arrow XL | Asendia | Asgard | Assett | AT POST | ATS | ATSPL | AUSSIE_POST |
Australia Post | Australia Post-ArticleId | Australia Post-Consignment | B2C | B2C Europe | Balnak |
Bartolini | Beijing Quanfeng Express | Best Buy | Best Express | BJS | Blue Package | BlueDart | Bombax |
Bombino Express | BPOST | BRT | Canada Post | CargoLine | Caribou | Cart2India | CBL | CDC | CELERITAS |
Centex | CEVA | Ceva Lojistik | China Post | Chrono Express | Chronopost | Chukou1 | Cititrans | City Link
| Citypost | CNE | Coliposte | COLIS PRIVE | Colissimo | Consegna Mezzi Propri | Conway | Correios |
Correos | Correos Express | Couriers Please | CTTExpress | Cubyn | DACHSER | DACSHER | DASCHER |
DB Schenker | DEL Deliveries | Delhivery | Delivengo | Delivery Group | Der Kurier | Deutsche Post | DHL |
DHL eCommerce | DHL Express | DHL Freight | DHL Global Mail | DHL Home Delivery | DHL Kargo |
DHL Parcel UK | DHL-Paket | DHLPL | Digital Delivery | DirectLog | Dotzot | DPB | DPD | DPD Local | DSV |
DTDC | DX | DX Express | DX Freight | DX Secure | DYNAMIC EXPRESS | ECMS | Ecom Express | EINSA SOURCING |
EKI Trans | Emirates Post | Emons | Endopack | Energo | Envialia | ePost Global | Equick | Estafeta |
Estes | EUB | Europaczka | Evri | Exapaq | FAST EST | Fastway | FedEx | Fedex Freight | FedEx SmartPost |
FEDEX_JP | FERCAM | Fillo Kargo | First Flight | First Flight China | First Mile | FRACHTPOST |
France Express | Gati | GEL | GEL Express | geodis | Geodis Calberson | Geopost Kargo | GFS | GLS | GO! |
GRUPO LOGISTIC | Hellmann | Heppner | Hermes | Hermes (Corporate) | Hermes Einrichtungsservice |
Hermes Logistik Gruppe | Hermes UK | Hlog | Home Logistics | honesteye | Hongkong Post | Horoz Lojistik |
Hotpoint Logistics | HRP | HubEurope | Hunter Logistics | Huxloe | Huxloe Logistics | ICC Worldwide | IDS
| IDS Netzwerk | iMile | India Post | InPost | Interlink | Interno | Intersoft | iParcel | ITD Global |
Japan Post | JCEX | Jersey Post | JP_EXPRESS | JPL UPU | Kargokar | KEAVO | Kuehne Nagel | Kybotech |
La Poste | Landmark | Landmark Global | Lasership | Liccardi | Mail Alliance | Mainpost | MBE |
Metro Kargo | Mezzi propri | MHI | Milkman | MNG Kargo | Mondial Relay | MRW | MZZ Briefdienst | Nacex |
Narpost Kargo | Newgistics | Nexive | Ninjavan | NipponExpress | NITTSU | NOVEO | NTL | OCS Worldwide |
Old Dominion | OneWorldExpress | ONTIME | OnTrac | OSM | Other | Otro | Overnite Express | Palletline |
Palletways | Panther | Parcel Monkey | Parcel Station | Parcel2go | PARCEL2GO.COM | ParcelDenOnline |
Parcelforce | Parcelhub | Parcelink Logistics | Parcelnet | ParcelOne | PDC Logistics | Pilot |
Pilot Freight | PIN | Polish Post | Post Modern | Post NL | Poste Italiane | PostNord | Professional |
PTT Kargo | PUROLATOR | QExpress | Qxpress | R+L | Raben | Raben Group | RBNA | REDUR | Rhenus | Rieck |
Rivigo | RMLGB | Roadrunner | Royal Mail | RR Donnelley | Safexpress | SAGAWA | SagawaExpress | Saia |
Sailpost | Schweizer Post | SDA | Seino | SEINO TRANSPORTATION | Selem Kargo | Self Delivery | Sendcloud |
Sending | Sendle | Seur | Seven Senders | SF Express | SFC | Ship Delight | Ship Global US | ShipEconomy |
ShipGlobal | Shipmate | Shree Maruti Courier | Shree Tirupati Courier | Shunfeng Express | Singapore Post
| Smartmail | Sonstige | South Eastern Freight Lines | Speedex | Spoton | SPRING | Spring GDS | Sprint |
Stahlmann and Sachs | Stampit | StarTrack-ArticleID | StarTrack-Consignment | STG | STO Express |
Streamlite | Sunyou | Susa | Swiss post | Szendex | Target | TDN | Tezel Lojistik | The Delivery Group |
The Professional Couriers | TIPSA | TNT | TNT Kargo | TNTIT | Toll Global Express | Total Express |
Tourline | Trackon | Trakpak | Trans-o-Flex | Transaher | Transaragonés | TransFolha | Translink | Truline
| TSB | Tuffnells | TWS | TXT | TyD | UBI | UK MAIL | UPakWeShip | UPS | UPS Freight |
UPS Mail Innovations | Upsilon | UPSMI | Urban Express | USPS | Verage Shipping | Via Xpress | VIR | VNLIN
| WanbExpress | Watkins and Shepard | Whistl | Whizzard | WINIT | WPX | XDP | XPO | XPO Freight |
Xpressbees | YAMATO | YamatoTransport | Yanwen | YDH | Yellow Freight | Yodel | YTO Express | Yun Express
| Yunda Express | Zeleris | ZTO Express | Zust Ambrosetti
"""


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code.strip() for code in text.replace("\n", " ").split("|") if code.strip())


CARRIERS: tuple[str, ...] = _codes(_ALL)
"""Every carrier code that Amazon's feed knows."""
USUAL: dict[str, tuple[str, ...]] = {
    line[:2]: _codes(line[3:]) for line in _USUAL.strip().replace("\n  ", " ").splitlines()
}
"""Marketplace → the carriers that are usual there, besides the common ones."""


def default_carriers(marketplace: str) -> tuple[str, ...]:
    """The common carriers and those usual in a marketplace."""
    return (*COMMON, *USUAL.get(marketplace, ()))
