"""Who may see and do what: sessions, roles, region scope, forged requests, response headers."""
