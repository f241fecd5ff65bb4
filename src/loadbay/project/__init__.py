"""Django's side of the house: settings, addresses, the web server. Read once, then forgotten.

Rule: no decision of the business here. What the machine gives (database, keys) comes from `hosting/`.
"""
