"""Sign-in by an OpenID provider: it says who somebody is; which account that opens, and its roles, is decided here."""
