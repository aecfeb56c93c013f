"""Claims, decided and sent on."""
