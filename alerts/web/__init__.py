"""What the outside reaches over HTTP: the telephone network's webhooks. Everything else is not found."""
